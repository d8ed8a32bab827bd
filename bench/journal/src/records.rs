//! The records: a key of 16 bytes and a value of 100.

use forebay_measure::mixed;

pub(crate) const KEY: usize = 16;
pub(crate) const VALUE: usize = 100;

/// A key and its value, one behind the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record([u8; KEY + VALUE]);

impl Record {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn key(&self) -> &[u8; KEY] {
        self.0.first_chunk().expect("a record begins with its key")
    }

    pub(crate) fn value(&self) -> &[u8] {
        &self.0[KEY..]
    }
}

/// Records with random keys and values that do not compress, the same in every run.
#[derive(Debug)]
pub(crate) struct Records {
    /// The source of the keys: a counter that is mixed, so no key comes twice.
    counter: u64,
    record: Record,
}

impl Records {
    /// Each `stream` is one of its own.
    pub(crate) fn new(stream: u64) -> Self {
        let mut record = Record([0; KEY + VALUE]);
        for (at, part) in record.0.chunks_mut(8).enumerate() {
            let bytes = mixed(stream ^ 0x5eed ^ ((at as u64) << 32)).to_le_bytes();
            part.copy_from_slice(&bytes[..part.len()]);
        }
        Self { counter: stream << 40, record }
    }

    pub(crate) fn next(&mut self) -> &Record {
        self.counter += 1;
        let first = mixed(self.counter).to_le_bytes();
        self.record.0[..8].copy_from_slice(&first);
        self.record.0[8..KEY].copy_from_slice(&mixed(!self.counter).to_le_bytes());
        self.record.0[KEY..KEY + 8].copy_from_slice(&first);
        &self.record
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_key_comes_twice_and_each_value_begins_like_its_key() {
        let mut seen = HashSet::new();
        for stream in 0..4 {
            let mut records = Records::new(stream);
            for _ in 0..1_000 {
                let record = records.next();
                assert_eq!(record.value()[..8], record.key()[..8]);
                assert!(seen.insert(*record.key()));
            }
        }
    }
}
