//! A blob of the fast tier, or one that has moved down, being read.

use std::sync::Arc;

use forebay_store::{Error, Result};

use super::shared::Shared;
use super::table::{Lower, Spot};
use crate::blob::HEAD;
use crate::medium::Reading;

/// Somebody is at a blob in the fast tier: it is there until this is dropped.
pub(super) struct Look<'a> {
    of: &'a Shared,
    number: u64,
}

impl<'a> Look<'a> {
    /// The table has counted it.
    pub(super) fn of(of: &'a Shared, number: u64) -> Self {
        Self { of, number }
    }
}

impl Drop for Look<'_> {
    fn drop(&mut self) {
        let unneeded = self.of.desk().table.leave(self.number);
        self.of.give_back(unneeded);
    }
}

/// A reading in the fast tier. It ends before the look does.
struct Above<'a> {
    reading: Box<dyn Reading + 'a>,
    _look: Look<'a>,
}

impl Reading for Above<'_> {
    fn read(&mut self, at: u64, into: &mut [u8]) -> Result<()> {
        self.reading.read(at, into)
    }
}

/// A reading of a blob whose payload begins elsewhere than when it was sealed.
struct Shifted<'a> {
    reading: Box<dyn Reading + 'a>,
    /// Where it began.
    offset: u64,
    /// Where it begins now.
    there: u64,
}

impl Reading for Shifted<'_> {
    fn read(&mut self, mut at: u64, mut into: &mut [u8]) -> Result<()> {
        let head = HEAD as u64;
        while !into.is_empty() {
            // The head, what is between it and the payload, the payload.
            let end = if at < head { head } else { self.offset };
            let length = usize::try_from(end.saturating_sub(at)).unwrap_or(usize::MAX);
            if length == 0 {
                let payload = (at - self.offset).checked_add(self.there);
                let behind = || Error::corrupt("a blob is shorter than it was");
                return self.reading.read(payload.ok_or_else(behind)?, into);
            }
            let (now, later) = into.split_at_mut(length.min(into.len()));
            if at < head {
                self.reading.read(at, now)?;
            } else {
                now.fill(0);
            }
            at += now.len() as u64;
            into = later;
        }
        Ok(())
    }
}

impl Shared {
    /// A reading of the blob with this number, wherever it is.
    pub(super) fn reading(self: &Arc<Self>, number: u64) -> Result<Box<dyn Reading + '_>> {
        let spot = self.desk().table.look(number);
        match spot.ok_or_else(|| Error::corrupt(format!("there is no blob {number}")))? {
            Spot::Fast(place) => {
                let look = Look::of(self, number);
                Ok(Box::new(Above { reading: self.fast.reading(place)?, _look: look }))
            }
            Spot::Slow(offset, Lower { place, offset: there }) => {
                let reading = self.slow.reading(place)?;
                if offset == there {
                    return Ok(reading);
                }
                let (offset, there) = (offset.into(), there.into());
                Ok(Box::new(Shifted { reading, offset, there }))
            }
        }
    }
}
