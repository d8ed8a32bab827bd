//! The state of one key, for people.

use std::fmt;
use std::time::Duration;

use forebay_store::{Error, WallTime};

/// The state of a key. The words are those of `docs/entry-states.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Standing {
    /// Memory knows nothing of the key.
    Absent,
    /// The value of the key is being loaded, or a write-through of the key is under way.
    Loading,
    /// Memory knows that the store does not have it.
    KnownAbsent,
    /// Memory holds what the store has.
    Clean,
    /// Memory holds what the store had, and its time to live is over.
    Stale,
    /// Memory holds something that the store does not have yet.
    Dirty,
    /// The store is being given the newest write.
    BeingStored,
    /// The store is being given an older value, and a newer one waits.
    BeingStoredAndDirty,
    /// The store refused the newest write.
    Quarantined,
    /// The newest write waits in quarantine behind one that the store refused.
    HeldBack,
}

/// The state of a key at this moment. `Display` says it in a sentence or two.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Explanation {
    /// The state of the key.
    pub standing: Standing,
    /// What waits to be stored is a delete.
    pub is_deleted: bool,
    /// A get would find a value without a load.
    pub is_visible: bool,
    /// The shard that holds it.
    pub shard: usize,
    /// The bytes that the key takes, as weighed.
    pub weight: u64,
    /// When the value expires.
    pub expires_at: Option<WallTime>,
    /// The version that is not stored yet.
    pub version: Option<u64>,
    /// How long the key has been dirty.
    pub dirty_age: Option<Duration>,
    /// Attempts to store it that failed in a row.
    pub tries: u32,
    /// The last failure.
    pub failure: Option<Error>,
    /// A load is under way.
    pub is_loading: bool,
    /// Writes-through and modifications that wait for their turn.
    pub in_line: usize,
}

impl Explanation {
    pub(crate) fn absent(shard: usize) -> Self {
        Self {
            standing: Standing::Absent,
            is_deleted: false,
            is_visible: false,
            shard,
            weight: 0,
            expires_at: None,
            version: None,
            dirty_age: None,
            tries: 0,
            failure: None,
            is_loading: false,
            in_line: 0,
        }
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absent => "not in memory",
            Self::Loading => "loading",
            Self::KnownAbsent => "known to be absent",
            Self::Clean => "clean: memory holds what the store has",
            Self::Stale => "stale: memory holds what the store had, and its time to live is over",
            Self::Dirty => "dirty: not stored yet",
            Self::BeingStored => "being stored",
            Self::BeingStoredAndDirty => "an older value is being stored, a newer one waits",
            Self::Quarantined => "in quarantine: the store refused it",
            Self::HeldBack => "held back in quarantine: the store refused an earlier write",
        })
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.standing)?;
        if self.is_deleted {
            write!(f, "; it was deleted")?;
        }
        if let (Some(version), Some(age)) = (self.version, self.dirty_age) {
            write!(f, "; version {version} has waited {} ms", age.as_millis())?;
        }
        if let Some(failure) = &self.failure {
            if self.tries > 0 {
                write!(f, "; failed attempts: {}, the last", self.tries)?;
            }
            write!(f, ": {failure}")?;
            let mut cause = std::error::Error::source(failure);
            while let Some(error) = cause {
                write!(f, ": {error}")?;
                cause = error.source();
            }
        }
        if let Some(at) = self.expires_at {
            write!(f, "; expires at {} ms", at.0)?;
        }
        if self.is_loading {
            write!(f, "; a load is under way")?;
        }
        if self.in_line > 0 {
            write!(f, "; {} in line", self.in_line)?;
        }
        write!(f, "; {} bytes in shard {}", self.weight, self.shard)
    }
}
