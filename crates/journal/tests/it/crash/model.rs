//! What the journal has promised so far.

use forebay_journal::Position;

/// A record as it was appended: its bytes follow from these two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Appended {
    /// Different for each record that was ever made, refused ones included.
    pub(crate) tag: u64,
    pub(crate) length: usize,
}

impl Appended {
    pub(crate) fn bytes(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.length + 8);
        let mut number = self.tag.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        while bytes.len() < self.length {
            bytes.extend_from_slice(&number.to_le_bytes());
            number = number.wrapping_add(0x1234_5678_9abc_def1) ^ (number >> 7);
        }
        bytes.truncate(self.length);
        bytes
    }
}

/// What was appended and what was acknowledged.
#[derive(Clone, Debug, Default)]
pub(crate) struct Model {
    /// Every record that may be there; the first has number 1.
    records: Vec<Appended>,
    /// The last record of each frame.
    ends: Vec<u64>,
    /// Up to here it survives a power cut.
    synced: u64,
    /// Up to here it survives a kill.
    written: u64,
    /// The highest record that somebody may have said to be the first that is needed.
    needed: u64,
}

impl Model {
    pub(crate) fn synced(&self) -> u64 {
        self.synced
    }

    /// A frame was accepted; says its last number.
    pub(crate) fn append(&mut self, frame: &[Appended]) -> u64 {
        self.records.extend_from_slice(frame);
        self.ends.push(self.last());
        self.last()
    }

    pub(crate) fn last(&self) -> u64 {
        self.records.len() as u64
    }

    pub(crate) fn acknowledge_written(&mut self, number: u64) {
        self.written = self.written.max(number);
    }

    pub(crate) fn acknowledge_synced(&mut self, number: u64) {
        self.synced = self.synced.max(number);
        self.acknowledge_written(number);
    }

    /// Somebody is about to say that nothing before `needed` is needed.
    pub(crate) fn retire(&mut self, needed: u64) {
        self.needed = self.needed.max(needed);
    }

    /// Only what was synced is sure from now on.
    pub(crate) fn lose_power(&mut self) {
        self.written = self.synced;
    }

    /// Checks what an owner found, and goes on from there.
    pub(crate) fn reopened(&mut self, found: &[(u64, Vec<u8>)], position: Position, place: &str) {
        let last = position.appended;
        assert!(last >= self.synced, "{place}: synced up to {}, {last} are there", self.synced);
        assert!(last >= self.written, "{place}: written up to {}, {last} are there", self.written);
        assert!(last <= self.last(), "{place}: {} appended, {last} are there", self.last());
        let is_end = last == 0 || self.ends.contains(&last);
        assert!(is_end, "{place}: record {last} is in the middle of a frame");
        assert_eq!((position.written, position.synced), (last, last), "{place}: {position:?}");
        let first = last + 1 - found.len() as u64;
        let needed = self.needed.max(1);
        assert!(first <= needed, "{place}: {needed} is the first needed, {first} is there");
        for (due, (number, bytes)) in (first..).zip(found) {
            assert_eq!(*number, due, "{place}: the numbers have a gap or are out of order");
            let record = self.records[usize::try_from(due).unwrap() - 1];
            assert!(*bytes == record.bytes(), "{place}: record {number} is not what was appended");
        }
        self.records.truncate(usize::try_from(last).unwrap());
        self.ends.retain(|end| *end <= last);
        self.acknowledge_synced(last);
    }
}
