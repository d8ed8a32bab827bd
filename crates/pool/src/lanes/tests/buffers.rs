//! The buffers of writes.

use std::sync::Arc;

use forebay_store::seam::manual::InlineSpawn;

use super::rig::ledger;
use crate::lanes::Lanes;

#[test]
fn the_buffers_of_all_writes_are_counted_from_the_beginning() {
    for (memory, each) in [(1 << 16, 4 << 10), (4 << 20, 32 << 10), (1 << 40, 256 << 10)] {
        let ledger = ledger(memory);
        let lanes = Lanes::new(4, 2, Arc::new(InlineSpawn), &ledger);
        assert_eq!(ledger.standing().encoding, 2 * each);
        assert_eq!(lanes.scratch().bytes.capacity() as u64, each);
        drop(lanes);
        assert_eq!(ledger.standing().used(), 0);
    }
}

#[test]
fn a_buffer_comes_back_empty_and_no_larger_than_it_was() {
    let lanes = Lanes::new(4, 2, Arc::new(InlineSpawn), &ledger(1 << 16));
    let mut scratch = lanes.scratch();
    scratch.bytes.resize(1 << 20, 7);
    drop(scratch);
    let scratch = lanes.scratch();
    assert!(scratch.bytes.is_empty());
    assert_eq!(scratch.bytes.capacity(), 4 << 10);
}
