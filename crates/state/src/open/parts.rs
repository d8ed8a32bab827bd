//! A transaction that is longer than a frame, while its parts are read.

use forebay_journal::format::checksum;
use forebay_store::{Error, Result};

use crate::revision::Revision;

/// The parts of one transaction so far.
#[derive(Debug, Default)]
pub(super) struct Parts {
    of: Option<Revision>,
    count: u64,
    body: Vec<u8>,
}

impl Parts {
    /// Takes the next part; says how many transactions are given up with that.
    pub(super) fn take(&mut self, revision: Revision, index: u64, bytes: &[u8]) -> Result<u64> {
        let mut given_up = 0;
        if index == 0 {
            given_up = self.give_up();
            self.of = Some(revision);
        }
        if self.of != Some(revision) || self.count != index {
            return Err(Error::corrupt(format!(
                "part {index} of revision {revision} is out of place"
            )));
        }
        self.count += 1;
        self.body.extend_from_slice(bytes);
        Ok(given_up)
    }

    /// The body, now that it is complete.
    pub(super) fn end(
        &mut self,
        revision: Revision,
        (parts, length, sum): (u64, u64, u32),
    ) -> Result<Vec<u8>> {
        let is_all = self.of == Some(revision)
            && self.count == parts
            && self.body.len() as u64 == length
            && checksum(&self.body) == sum;
        if !is_all {
            let message = format!("the end of revision {revision} does not fit its parts");
            return Err(Error::corrupt(message));
        }
        Ok(std::mem::take(self).body)
    }

    /// Something else begins: what has no end will never have one. Says how many transactions it was.
    pub(super) fn give_up(&mut self) -> u64 {
        u64::from(std::mem::take(self).of.is_some())
    }
}
