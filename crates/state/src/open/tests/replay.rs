//! Records whose transactions wait in batches: what is wrong first is told, and once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use forebay_store::ErrorKind;
use forebay_store::seam::manual::InlineSpawn;
use forebay_store::seam::{Job, Spawn};

use super::numbers::{Later, Numbers, puts, revision};
use crate::open::batches::Batches;
use crate::open::replay::Replay;
use crate::record::write_catalog;
use crate::tables::Tables;
use crate::value::leb;

/// Says who writes.
fn catalog() -> Vec<u8> {
    let mut record = vec![19];
    write_catalog(&Numbers::CATALOG, 1, &mut record);
    record
}

fn transaction(number: u64, body: &[u8]) -> Vec<u8> {
    let mut record = vec![16];
    leb::write(revision(number).0, &mut record);
    record.extend_from_slice(body);
    record
}

#[test]
fn the_first_broken_transaction_is_told_by_a_long_one_behind_it() {
    let broken = [0xff; 10];
    let spawns: [Arc<dyn Spawn>; 2] = [Arc::new(InlineSpawn), Arc::new(Later::default())];
    for spawn in spawns {
        let replay = Replay::fresh(Numbers::empty(1)).unwrap();
        let mut replay = replay.with_help(spawn);
        replay.take(1, &catalog()).unwrap();
        for number in 2..5 {
            replay.take(number, &transaction(number, &puts([(number, 1)].into_iter()))).unwrap();
        }
        replay.take(5, &transaction(5, &broken)).unwrap();
        // Layouts end a batch.
        replay.take(6, &[20]).unwrap();
        replay.take(7, &transaction(7, &broken)).unwrap();
        let error = replay.take(8, &transaction(8, &vec![0; 5 << 20])).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt);
        let told = error.to_string();
        assert!(told.starts_with("record 5 of the journal"), "{told}");
        assert_eq!(told.matches("record ").count(), 1, "{told}");
    }
}

/// Runs jobs at once, and counts them.
#[derive(Default)]
struct Counting(AtomicUsize);

impl Spawn for Counting {
    fn run(&self, job: Job) {
        self.0.fetch_add(1, Ordering::Relaxed);
        InlineSpawn.run(job);
    }
}

#[test]
fn nobody_is_called_for_what_comes_behind_a_value_in_quarantine() {
    let spawn = Arc::new(Counting::default());
    let replay = Replay::fresh(Numbers::empty(1)).unwrap();
    let mut replay = replay.with_help(Arc::clone(&spawn) as Arc<dyn Spawn>);
    replay.take(1, &catalog()).unwrap();
    let mut take = |number, body: &[u8]| {
        replay.take(2 * number, &transaction(number, body)).unwrap();
        // Layouts end a batch.
        replay.take(2 * number + 1, &[20]).unwrap();
        spawn.0.load(Ordering::Relaxed)
    };
    assert_eq!(take(1, &puts([(1, "no number")].into_iter())), 1);
    let most = Batches::<Numbers>::LINE_MAX as u64;
    for number in 2..=most {
        let called = take(number, &puts([(number, number)].into_iter()));
        assert_eq!(called as u64, number, "the first is not applied yet");
    }
    let called = take(most + 1, &puts([(0, 0)].into_iter()));
    assert_eq!(called as u64, most, "with so many batches the first is applied");
    // It is replaced, and the others may be helped with again.
    take(most + 2, &puts([(1, 1)].into_iter()));
    assert_eq!(take(most + 3, &puts([(6, 6)].into_iter())) as u64, most + 1);
    replay.check().unwrap();
}
