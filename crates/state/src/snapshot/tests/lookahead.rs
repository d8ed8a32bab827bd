//! What is read ahead of the tables is bounded, in blocks and in bytes.

use std::cell::{Cell, RefCell};
use std::io;
use std::sync::Arc;

use forebay_state_derive::State;
use forebay_store::seam::{Job, Spawn};
use serde::{Deserialize, Deserializer, Serialize};

use crate::migration::Values;
use crate::open::Mode;
use crate::quarantine::Quarantine;
use crate::record::write_catalog;
use crate::snapshot::load::load;
use crate::snapshot::{Compression, Head, Reader, Writer};
use crate::table::Table;
use crate::tables::Tables;

thread_local! {
    /// So many bytes were read.
    static READ: Cell<usize> = const { Cell::new(0) };
    /// Of so many of them values were made.
    static MADE: Cell<usize> = const { Cell::new(0) };
    /// By how much one was ahead of the other when each value was made.
    static AHEAD: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

#[derive(State, Clone)]
#[state(crate = crate)]
struct Texts {
    #[table(id = 1)]
    texts: Table<u64, Text>,
}

#[derive(Serialize)]
#[serde(transparent)]
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        AHEAD.with_borrow_mut(|ahead| ahead.push(READ.get() - MADE.get()));
        let text = String::deserialize(deserializer)?;
        MADE.set(MADE.get() + text.len());
        Ok(Self(text))
    }
}

struct Counted<'b>(&'b [u8]);

impl io::Read for Counted<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(into)?;
        READ.set(READ.get() + read);
        Ok(read)
    }
}

/// Never does anything: who loads makes all values.
struct Never;

impl Spawn for Never {
    fn run(&self, _: Job) {}
}

/// Loads values of these lengths; says how many bytes were read and not made, at most, and at least before
/// the half was made.
fn ahead(lengths: &[usize]) -> (usize, usize) {
    let mut catalog = Vec::new();
    write_catalog(&Texts::CATALOG, 1, &mut catalog);
    let head = Head { catalog, ..Head::default() };
    let mut writer = Writer::new(Vec::new(), &head, Compression::None).unwrap();
    writer.table(1).unwrap();
    for (key, length) in (0_u64..).zip(lengths) {
        writer.put(&key.to_be_bytes(), &"t".repeat(*length)).unwrap();
    }
    let (bytes, _) = writer.finish().unwrap();

    READ.set(0);
    MADE.set(0);
    let mut reader = Reader::open(Counted(&bytes)).unwrap();
    let mut tables = Texts::empty(1);
    let mut values = Values::new(Mode::Strict).unwrap();
    let spawn: Arc<dyn Spawn> = Arc::new(Never);
    let into = (&mut tables, &mut Quarantine::default());
    load(into, &mut values, &mut reader, &spawn).unwrap();
    let found: Vec<_> = tables.texts.iter().map(|(_, text)| text.0.len()).collect();
    assert_eq!(found, lengths, "all are there");
    let ahead = AHEAD.take();
    let most = ahead.iter().copied().max().unwrap();
    (most, ahead.into_iter().take(lengths.len() / 2).min().unwrap())
}

/// Headers, keys, and the head of the file.
const BESIDE: usize = 16 << 10;

#[test]
fn long_values_are_not_read_ahead_by_number() {
    let (most, least) = ahead(&[1 << 20; 24]);
    assert!(most <= (5 << 20) + BESIDE, "{most} bytes of some MiB, and the one behind them");
    assert!(least >= 3 << 20, "{least} bytes: several are read ahead");
}

#[test]
fn a_value_longer_than_all_that_is_read_ahead_is_read_alone() {
    let longer = 6 << 20;
    let (most, _) = ahead(&[longer; 4]);
    assert!(most <= 2 * longer + BESIDE, "{most} bytes of one, and the one behind it");
}

#[test]
fn short_values_are_read_ahead_by_blocks() {
    let (most, least) = ahead(&vec![5000; 4000]);
    let block = 256 << 10;
    assert!(most <= 17 * block + BESIDE, "{most} bytes of 16 blocks, and the one behind them");
    assert!(most >= 16 * (block - 5100), "{most} bytes: 16 blocks are read ahead");
    assert!(least >= 8 * (block - 5100), "{least} bytes: some are read ahead all the time");
}

#[test]
fn long_values_among_short_ones_count_with_them() {
    let mut lengths = vec![2000; 3000];
    for at in [0, 100, 101, 900, 1500, 1501, 2999] {
        lengths[at] = 3 << 20;
    }
    let (most, _) = ahead(&lengths);
    assert!(most <= (7 << 20) + BESIDE, "{most} bytes of 4 MiB, and the one behind them");
}

#[test]
fn short_blocks_between_long_values_count_as_blocks() {
    let long = 270 << 10;
    let (most, _) = ahead(&[10, long].repeat(30));
    assert!(most <= 9 * long + BESIDE, "{most} bytes of 16 blocks, and the one behind them");
}
