//! Everything that a journal says about itself.

use forebay_store::{Error, Result};

use super::blocks::Blocks;
use super::segment_facts::SegmentFacts;
use crate::disk::Directory;
use crate::format::identity::{Identity, Slot};
use crate::format::segment;

/// What lies in the directory of a journal, without a verdict: that is [`verify`](super::verify)'s.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inspection {
    /// Who it is, or what is wrong with that block.
    pub identity: Result<Identity, &'static str>,
    /// Both slots, or what is wrong with them.
    pub slots: [Result<Slot, &'static str>; 2],
    /// Every segment that is there, in order.
    pub segments: Vec<SegmentFacts>,
    /// Segments that must be there and are not, as first and last number.
    pub missing: Vec<(u64, u64)>,
    /// Files that are no part of the journal yet, or any more.
    pub spares: u64,
}

impl Inspection {
    /// The slot that counts; none if both are wrong.
    pub fn slot(&self) -> Option<Slot> {
        self.slots.iter().flatten().max_by_key(|slot| slot.counter).copied()
    }

    /// Whether a segment is before the lowest that may be needed.
    pub fn is_retired(&self, number: u64) -> bool {
        self.slot().is_some_and(|slot| number < slot.lowest)
    }
}

/// Looks through the directory of a journal, good or damaged. Nothing is locked and nothing is changed.
/// It reads all frames, and holds no more than one in memory.
///
/// # Errors
///
/// `Invalid` if nothing of a journal is there, `Unavailable` if the disk does not answer.
///
/// ```
/// use forebay_journal::disk::simulated::SimulatedDisk;
/// use forebay_journal::{Frame, Journal, Settings, inspect};
///
/// let disk = SimulatedDisk::new(1);
/// let settings = Settings { segment_bytes: 64 << 10, bytes_max: 1 << 20, ..Settings::default() };
/// let (journal, _) = Journal::open(disk.directory("a"), settings, |_, _| Ok(()))?;
/// journal.append(&Frame::of(b"hello")?)?;
/// journal.close()?;
///
/// let inspection = inspect(&*disk.directory("a"))?;
/// assert_eq!(inspection.segments[0].records, 1);
/// assert!(inspection.slot().is_some_and(|slot| slot.is_clean));
/// # Ok::<(), forebay_store::Error>(())
/// ```
pub fn inspect(directory: &dyn Directory) -> Result<Inspection> {
    let blocks = Blocks::read(directory)?;
    let names = directory.list().map_err(|error| {
        Error::unavailable(format!("list {}", directory.describe())).with_source(error)
    })?;
    let mut numbers: Vec<u64> = names.iter().filter_map(|name| segment::number(name)).collect();
    numbers.sort_unstable();
    if blocks.is_none() && numbers.is_empty() {
        let message = format!("there is no journal in {}", directory.describe());
        return Err(Error::invalid(message));
    }
    let gone = "the file `journal` is missing";
    let blocks = blocks.unwrap_or(Blocks { identity: Err(gone), slots: [Err(gone), Err(gone)] });
    let journal = blocks.identity.as_ref().ok().map(|identity| identity.id);
    let mut segments = Vec::new();
    for number in &numbers {
        segments.extend(SegmentFacts::read(directory, journal, *number)?);
    }
    let is_spare = |name: &&String| name.starts_with("spare-") || name.starts_with("new-");
    Ok(Inspection {
        missing: missing(&numbers, blocks.newest()),
        segments,
        spares: names.iter().filter(is_spare).count() as u64,
        identity: blocks.identity,
        slots: blocks.slots,
    })
}

/// The gaps between the segments that are there, and between them and those that are announced.
fn missing(numbers: &[u64], slot: Option<Slot>) -> Vec<(u64, u64)> {
    let lowest = slot.map_or_else(|| numbers.first().copied().unwrap_or(1), |slot| slot.lowest);
    let highest = slot.map_or(0, |slot| slot.highest);
    let mut gaps = Vec::new();
    let mut due = lowest;
    for number in numbers.iter().copied().filter(|number| *number >= lowest) {
        if number > due {
            gaps.push((due, number - 1));
        }
        due = number.saturating_add(1);
    }
    if due <= highest {
        gaps.push((due, highest));
    }
    gaps
}
