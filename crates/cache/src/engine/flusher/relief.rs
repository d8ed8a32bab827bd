//! What goes because the journal runs out of room, however long it might rest: the oldest of all shards first.
//!
//! The journal lets go of segments after a checkpoint, which writes forward what is not stored. One that goes beyond `bytes_max`
//! keeps writers waiting until it has ended. So one begins while what it writes forward still fits into what is free, if that
//! lets go of enough: a segment, and a fifth of what the journal has taken since the last. Where nearly all that the journal
//! holds is not stored, a checkpoint makes no room, and the oldest is stored first.
//!
//! | the journal is | when | what goes beside what is due | a checkpoint begins, if what it writes forward fits |
//! |---|---|---|---|
//! | calm | none of the others | nothing | when the journal has grown by twice what the last one wrote |
//! | at the last moment | what is on disk and what is not stored are about to be more than `bytes_max` together | nothing | at once, if it lets go of enough |
//! | short | four fifths of what it may have are on disk, or a writer has just found no room | the oldest, until a checkpoint lets go of enough and fits | at once, if it lets go of enough |
//! | full | writers wait | all that it holds, the oldest first | if it lets go of enough, or of anything after some patience, also if it does not fit |
//!
//! So only a checkpoint of a full journal is meant to go beyond `bytes_max`. Let *m* be `bytes_max`, and *u* what a checkpoint
//! writes forward. While *u* stands, a checkpoint that fits can begin until *m - u* is on disk, and lets go of *m - 2u* then.
//! That is a fifth of *m - u* as long as *u* is no more than four ninths of *m*. So a journal is not full before more than that
//! (less what comes between two looks) is unstored, and nothing of it can be stored. How much room unstored writes take is known
//! from the last checkpoint: it is so much of what they weigh. Where that is wrong, a checkpoint goes beyond its bound all
//! the same, or begins later.
//!
//! It is looked at when the journal has come further by a segment (or a sixteenth of `bytes_max`), whoever wrote or synced,
//! when a batch ends, when a checkpoint ends, and again and again while writers wait. What is with the store, or waits
//! until that is back, counts as gone. A pause, a drill, a store that is down and a place for another batch are waited for as ever:
//! what was sent and failed is tried again by itself, and the end of that looks again. While a checkpoint is under way nothing
//! more goes for it, unless writers wait.

use std::sync::Arc;

use forebay_store::{Key, Value};

use crate::engine::flight::Flight;
use crate::engine::gathering::Gathering;
use crate::engine::journaled::is_filling;
use crate::engine::shared::Shared;

impl<K: Key, V: Value> Shared<K, V> {
    /// Sees to it that there is room in the journal before writers wait for it.
    pub(in crate::engine) fn relieve_journal(self: &Arc<Self>) {
        self.note_extent();
        if self.is_journal_short() {
            self.flush_now();
        }
    }

    /// Whether room in the journal is scarce.
    pub(in crate::engine) fn is_journal_short(&self) -> bool {
        let is_filling = |channel| is_filling(channel) || self.is_journal_full();
        self.journal().is_some_and(|journal| is_filling(journal.log.channel()))
    }

    /// A batch of the oldest, if the journal needs them stored. None while a checkpoint is under way, unless writers wait: what
    /// that writes forward would count as in the way, and be stored although it may rest.
    pub(super) fn take_in_the_way(self: &Arc<Self>) -> Option<Flight<K, V>> {
        let journal = self.journal().filter(|_| self.is_journal_short())?;
        if journal.log.has_checkpoint() && !self.is_journal_full() {
            return None;
        }
        let away = self.flusher.state.lock().bytes_away();
        let mut standing = self.standing(journal);
        standing.weight = standing.weight.saturating_sub(away);
        let bytes = journal.log.growth().in_the_way(&standing);
        if bytes == 0 {
            return None;
        }
        let mut gathering = Gathering::up_to(&self.flusher.pace, bytes);
        self.gather_by_age(&mut gathering, |_, _| true);
        self.flight_of(gathering.items, 1)
    }
}
