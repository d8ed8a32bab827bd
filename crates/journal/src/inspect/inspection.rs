//! Everything that a journal says about itself.

use forebay_store::{Error, Result};

use super::blocks::Blocks;
use super::segment_facts::SegmentFacts;
use crate::disk::{Directories, Directory};
use crate::format::identity::{Identity, Slot};
use crate::format::segment;

/// What lies in the directory of a journal, without a verdict: that is [`verify`](super::verify)'s.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inspection {
    /// The identity of the journal, or what is wrong with that block.
    pub identity: Result<Identity, &'static str>,
    /// Both slots, or what is wrong with them.
    pub slots: [Result<Slot, &'static str>; 2],
    /// Those of the second directory, if there is one and it has any.
    pub second_slots: Option<[Result<Slot, &'static str>; 2]>,
    /// Every segment that is there, in order.
    pub segments: Vec<SegmentFacts>,
    /// Segments that must be there and are not, as first and last number.
    pub missing: Vec<(u64, u64)>,
    /// Files that are no part of the journal yet, or any more.
    pub spares: u64,
}

impl Inspection {
    /// The slot that counts; none if all are wrong.
    pub fn slot(&self) -> Option<Slot> {
        let second = self.second_slots.iter().flatten();
        newest(second.chain(&self.slots))
    }

    /// Whether a segment is before the lowest that may be needed.
    pub fn is_retired(&self, number: u64) -> bool {
        self.slot().is_some_and(|slot| number < slot.lowest)
    }
}

/// Looks through the directories of a journal, good or damaged. Nothing is locked and nothing is changed.
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
/// let inspection = inspect(disk.directory("a"))?;
/// assert_eq!(inspection.segments[0].records, 1);
/// assert!(inspection.slot().is_some_and(|slot| slot.is_clean));
/// # Ok::<(), forebay_store::Error>(())
/// ```
pub fn inspect(directories: impl Into<Directories>) -> Result<Inspection> {
    let directories = directories.into();
    let blocks = Blocks::read(&**directories.first())?;
    let second = directories.second().map(|second| Blocks::read(&**second)).transpose()?.flatten();
    let mut names = Vec::new();
    for (_, directory) in directories.each() {
        names.extend(list(&**directory)?);
    }
    let mut numbers: Vec<u64> = names.iter().filter_map(|name| segment::number(name)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    if blocks.is_none() && numbers.is_empty() {
        let message = format!("there is no journal in {}", directories.first().describe());
        return Err(Error::invalid(message));
    }
    let gone = "the file `journal` is missing";
    let blocks = blocks.unwrap_or(Blocks { identity: Err(gone), slots: [Err(gone), Err(gone)] });
    let journal = blocks.identity.as_ref().ok().map(|identity| identity.id);
    let mut segments = Vec::new();
    for number in &numbers {
        segments.extend(SegmentFacts::read(&directories, journal, *number)?);
    }
    let is_spare = |name: &&String| name.starts_with("spare-") || name.starts_with("new-");
    let second_slots = second.map(|second| second.slots);
    let slot = newest(second_slots.iter().flatten().chain(&blocks.slots));
    Ok(Inspection {
        missing: missing(&numbers, slot),
        segments,
        spares: names.iter().filter(is_spare).count() as u64,
        identity: blocks.identity,
        slots: blocks.slots,
        second_slots,
    })
}

/// Of equal ones, the last.
fn newest<'a>(slots: impl Iterator<Item = &'a Result<Slot, &'static str>>) -> Option<Slot> {
    slots.flatten().max_by_key(|slot| slot.counter).copied()
}

fn list(directory: &dyn Directory) -> Result<Vec<String>> {
    directory.list().map_err(|error| {
        Error::unavailable(format!("list {}", directory.describe())).with_source(error)
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
