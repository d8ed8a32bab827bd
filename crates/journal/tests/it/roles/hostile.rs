//! Numbers near the end of 64 bits, in files whose checksums are all right.

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_journal::format::checksum;
use forebay_journal::format::frame::Header;
use forebay_journal::format::identity::{Identity, Slot};
use forebay_journal::format::segment::{self, SegmentHeader};
use forebay_journal::{Journal, Settings, read};
use forebay_store::ErrorKind;

use super::Bench;

const ID: [u8; 16] = [7; 16];
const SALT: [u8; 16] = [9; 16];
const HEADER: Header = Header { body_checksum: 0, length: 0, count: 1, first: 1, synced: 0 };
const SLOT: Slot =
    Slot { counter: 0, lowest: 1, highest: 1, first: 1, durable: 0, is_clean: false, second: None };

/// Writes a journal of one segment: both slots are `slot`, and each frame has one record of a byte.
fn write(disk: &SimulatedDisk, slot: Slot, frames: &[Header]) {
    let directory = disk.directory("a");
    let put = |name: &str, bytes: &[u8]| {
        directory.create(name).unwrap().write_at(bytes, 0).unwrap();
    };
    let mut bytes = Identity { id: ID, label: String::new(), second: None }.encode();
    bytes.extend(slot.encode());
    bytes.extend(Slot { counter: slot.counter.wrapping_add(1), ..slot }.encode());
    put("journal", &bytes);
    let header =
        SegmentHeader { journal: ID, number: 1, length: 64 << 10, salt: SALT, made: (0, 0) };
    let mut bytes = header.encode();
    let body = [1, 42];
    for frame in frames {
        let length = u32::try_from(body.len()).unwrap();
        let header = Header { body_checksum: checksum(&body), length, ..*frame };
        let at = bytes.len() as u64;
        bytes.extend(header.encode(&SALT, at));
        bytes.extend(body);
    }
    bytes.resize(64 << 10, 0);
    put(&segment::name(1), &bytes);
}

/// What is hostile, the slots, and the frames.
fn cases() -> Vec<(&'static str, Slot, Vec<Header>)> {
    let max = u64::MAX;
    let after = Header { first: 2, synced: max, ..HEADER };
    vec![
        ("synced in a frame", SLOT, vec![HEADER, after]),
        ("first", Slot { first: max, ..SLOT }, vec![Header { first: max, ..HEADER }]),
        ("durable in a slot", Slot { durable: max, ..SLOT }, vec![HEADER]),
        ("lowest above highest", Slot { lowest: 100, ..SLOT }, vec![]),
        ("counter", Slot { counter: max - 1, ..SLOT }, vec![]),
        ("synced ahead of itself", SLOT, vec![Header { synced: 50, ..HEADER }]),
    ]
}

/// What is accepted once is accepted again, and what is not is damage.
#[test]
fn numbers_that_no_writer_writes_are_damage_or_are_gone_on_with() {
    for (name, slot, frames) in cases() {
        let bench = Bench::new(1);
        write(&bench.disk, slot, &frames);
        let mut results = vec![read(bench.disk.directory("a"), |_, _| Ok(())).map(drop)];
        for _ in 0..2 {
            let opened = Journal::open(bench.disk.directory("a"), bench.settings(), |_, _| Ok(()));
            results.push(opened.map(drop));
        }
        for result in &results {
            assert_eq!(result.is_ok(), results[0].is_ok(), "{name}: {results:?}");
            if let Err(error) = result {
                assert_eq!(error.kind(), ErrorKind::Corrupt, "{name}: {error}");
            }
        }
    }
}

#[test]
fn segments_of_a_hostile_length_are_refused() {
    let bench = Bench::new(1);
    let settings = Settings { segment_bytes: u64::MAX, ..bench.settings() };
    let opened = Journal::open(bench.disk.directory("a"), settings, |_, _| Ok(()));
    assert_eq!(opened.map(drop).unwrap_err().kind(), ErrorKind::Invalid);
}
