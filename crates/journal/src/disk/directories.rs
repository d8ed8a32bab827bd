//! The one or two directories of a journal.

use std::sync::Arc;

use super::Directory;

/// Where a journal is: in one directory, or in two.
///
/// With a second one, on another device, a journal goes on there when the first one fails or is full,
/// and comes back when that works again. It is a part of the journal then, not a copy.
///
/// ```
/// use forebay_journal::disk::Directories;
/// use forebay_journal::disk::simulated::SimulatedDisk;
/// use forebay_journal::{Journal, Settings};
///
/// let (disk, other) = (SimulatedDisk::new(1), SimulatedDisk::new(2));
/// let settings = Settings { segment_bytes: 64 << 10, bytes_max: 1 << 20, ..Settings::default() };
/// let directories = Directories::from(disk.directory("a")).with_second(other.directory("b"));
/// let (journal, _) = Journal::open(directories, settings, |_, _| Ok(()))?;
/// # Ok::<(), forebay_store::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Directories {
    first: Arc<dyn Directory>,
    second: Option<Arc<dyn Directory>>,
}

/// One of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the journal's own directory.
    First,
    /// In the second one.
    Second,
}

impl Directories {
    /// Adds a second directory.
    #[must_use]
    pub fn with_second(self, second: Arc<dyn Directory>) -> Self {
        Self { second: Some(second), ..self }
    }

    /// The journal's own directory.
    pub fn first(&self) -> &Arc<dyn Directory> {
        &self.first
    }

    /// The second one, if there is one.
    pub fn second(&self) -> Option<&Arc<dyn Directory>> {
        self.second.as_ref()
    }

    /// Both, or the one.
    pub(crate) fn each(&self) -> impl Iterator<Item = (Place, &Arc<dyn Directory>)> {
        let second = self.second.iter().map(|second| (Place::Second, second));
        std::iter::once((Place::First, &self.first)).chain(second)
    }
}

impl From<Arc<dyn Directory>> for Directories {
    fn from(first: Arc<dyn Directory>) -> Self {
        Self { first, second: None }
    }
}

impl<D: Directory> From<Arc<D>> for Directories {
    fn from(first: Arc<D>) -> Self {
        Self { first, second: None }
    }
}
