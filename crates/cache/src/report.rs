//! What a close and a drain tell.

use std::fmt;

/// What became of the writes that were dirty when the cache was closed.
///
/// What is `left` or `quarantined` is gone with this process, unless a journal has
/// [`kept`](Self::kept) it for the next one, or `close` is called again while it lives. If something is
/// left, a call of the store may be on its way still, see [`Cache::close`](crate::Cache::close).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use = "what could not be stored is told here and nowhere else"]
#[non_exhaustive]
pub struct CloseReport {
    /// Writes that the store took while the cache was closing.
    pub stored: u64,
    /// Keys whose newest write is not known to be stored.
    pub left: u64,
    /// Keys whose newest write the store refused.
    pub quarantined: u64,
    /// Of the keys that are left or quarantined, those whose writes are on the device in the journal:
    /// all, or none if there is no journal or it failed. The next cache that is opened over the
    /// journal has them.
    pub kept: u64,
    /// Writes-through that the store had not answered; their callers still wait for the answer.
    pub unanswered: u64,
    /// The journal failed, or had not answered a second after the rest was over. Nothing is known to be
    /// [`kept`](Self::kept) then, and it may not be noted that what is stored is stored: the next cache
    /// over the journal stores that once more, over what another program has stored meanwhile.
    pub journal_failed: bool,
}

impl CloseReport {
    /// Whether everything that was acknowledged is in the store, and nothing of it is left in the journal.
    pub fn is_clean(&self) -> bool {
        self.has_stored_all() && !self.journal_failed
    }

    pub(crate) fn has_stored_all(&self) -> bool {
        self.left == 0 && self.quarantined == 0 && self.unanswered == 0
    }
}

impl fmt::Display for CloseReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "stored {}, left {}, quarantined {}, kept {}, unanswered {}",
            self.stored, self.left, self.quarantined, self.kept, self.unanswered
        )?;
        f.write_str(if self.journal_failed { "; the journal failed" } else { "" })
    }
}

/// What became of the writes that were accepted before a [`drain`](crate::Cache::drain).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use = "what could not be stored is told here"]
#[non_exhaustive]
pub struct DrainReport {
    /// Writes that the store took meanwhile, those that were accepted meanwhile included.
    pub stored: u64,
    /// Keys with a write from before that is not stored yet. It stays dirty, and is tried again.
    pub left: u64,
    /// Keys in quarantine.
    pub quarantined: u64,
}

impl DrainReport {
    /// Whether everything that was accepted before is in the store.
    pub fn is_clean(&self) -> bool {
        self.left == 0 && self.quarantined == 0
    }
}
