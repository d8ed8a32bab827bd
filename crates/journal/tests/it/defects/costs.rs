//! What cost more the more there was; counted, not measured.

use forebay_journal::{Journal, Recovery};
use forebay_store::Durability;

use super::{Bench, put};

/// Fills this many segments, of which each has room for one such record; says its number.
fn fill(journal: &Journal, segments: u64) -> u64 {
    let mut last = 0;
    for _ in 0..segments {
        journal.make_room(30_100).unwrap();
        last = put(journal, &vec![1; 30_000], Durability::Synced);
    }
    last
}

/// E12: what may go was let go by writing all the rest again.
#[test]
fn to_retire_writes_one_block_however_much_stays_and_goes() {
    for segments in [3, 10, 40] {
        let bench = Bench::new();
        let journal = bench.open();
        let last = fill(&journal, segments);
        let before = bench.disk.counts();
        journal.retire(last).unwrap();
        let after = bench.disk.counts();
        assert_eq!(after.bytes_written - before.bytes_written, 4096, "{segments} segments");
        assert_eq!(after.syncs - before.syncs, 1, "{segments} segments");
        let changes = after.name_changes - before.name_changes;
        assert!((segments - 2..=segments).contains(&changes), "a name for each, not {changes}");
    }
}

/// E16: opening read everything twice and kept it all.
#[test]
fn opening_reads_the_journal_once_and_hands_over_as_it_reads() {
    let reads_of = |megabytes: u32| {
        let bench = Bench::with_segments_of(8 << 20);
        let journal = bench.open();
        for _ in 0..32 * megabytes {
            journal.make_room(32 << 10).unwrap();
            put(&journal, &vec![7; 32_600], Durability::Synced);
        }
        drop(journal);
        bench.disk.kill();
        let disk = bench.disk.clone();
        let (mut at_first, before) = (0, disk.counts().reads);
        let opened = Journal::open(disk.directory("a"), bench.settings(), |number, _| {
            if number == 2 {
                at_first = disk.counts().reads - before;
            }
            Ok(())
        });
        let (_, Recovery { records, .. }) = opened.unwrap();
        assert_eq!(records, u64::from(32 * megabytes) + 1);
        (at_first, disk.counts().reads - before)
    };
    let (first_of_few, few) = reads_of(8);
    let (first_of_many, many) = reads_of(40);
    assert_eq!(first_of_few, first_of_many, "the first is handed over before the rest is read");
    // A mebibyte a read, and some for the edges of segments.
    assert!(many - few <= 32 + 16, "{} reads for 32 MiB", many - few);
}
