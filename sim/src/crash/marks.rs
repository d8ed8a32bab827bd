//! What somebody has stored past the cache and told it. That is noted in the journal, but lasts only when
//! the journal is synced: until something proves that, the next life may find the value, or whatever the
//! journal has of the key.

use crate::value::Name;

/// One word that was taken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    pub(crate) key: Name,
    pub(crate) version: u64,
    /// When it was taken.
    at: u64,
}

/// Those of which nothing proves that they last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks(Vec<Mark>);

impl Marks {
    /// The cache has taken somebody's word for this version.
    pub(crate) fn add(&mut self, key: Name, version: u64, at: u64) {
        self.0.push(Mark { key, version, at });
    }

    /// Whether this version may count as stored for such a word only.
    pub(crate) fn cover(&self, key: Name, version: u64) -> bool {
        self.0.iter().any(|mark| mark.key == key && version <= mark.version)
    }

    /// Takes out those from before `tick`: they last.
    pub(crate) fn take_before(&mut self, tick: u64) -> Vec<Mark> {
        self.0.extract_if(.., |mark| mark.at < tick).collect()
    }
}
