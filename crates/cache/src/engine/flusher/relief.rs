//! What goes because the journal runs out of room, however long it might rest: the oldest of all shards first.
//!
//! The journal lets go of segments after a checkpoint, which writes forward what is not stored. If nearly all that the journal
//! holds is not stored, a checkpoint makes no room, and some of it has to be stored first. A checkpoint that begins
//! because the journal is short writes forward no more than is free: beyond `bytes_max` the journal takes no writes until the
//! checkpoint has ended. One that is due by growth, or that is made in a full journal, may go beyond it.
//!
//! | the journal is | when | what goes beside what is due | a checkpoint begins |
//! |---|---|---|---|
//! | calm | it is not short | nothing | when the journal has grown by twice what the last one wrote |
//! | short, and in the way of itself | four fifths of what it may have are on disk, or a writer has just found no room | the oldest, until a checkpoint would let go of a segment, and of a fifth of what the journal has taken since the last, and what it writes forward has room | no sooner |
//! | full | writers wait | all that it holds, the oldest first, until a checkpoint makes room | when it is worth its while |
//! | short, with enough stored | the batches that went have ended | nothing | at once |
//!
//! It is looked at when writes, and puts that have a sync made, have taken another segment (or a sixteenth of `bytes_max`),
//! when a batch ends, when a checkpoint ends, and again and again while writers wait. What is with the store, or waits
//! until that is back, counts as gone. Where what is left is nothing that the store takes (it is down, or what is there is
//! in quarantine), no checkpoint begins but one that is due by growth, until the journal is full. A pause, a drill, a store that is down and a place
//! for another batch are waited for as ever.

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

    /// A batch of the oldest, if the journal needs them stored.
    pub(super) fn take_in_the_way(self: &Arc<Self>) -> Option<Flight<K, V>> {
        let journal = self.journal().filter(|_| self.is_journal_short())?;
        let away = self.flusher.state.lock().bytes_away();
        let left = self.budget.unstored_bytes().saturating_sub(away);
        let bytes = journal.log.growth().in_the_way(journal.log.channel().extent(), left);
        if bytes == 0 {
            return None;
        }
        let mut gathering = Gathering::up_to(&self.flusher.pace, bytes);
        self.gather_by_age(&mut gathering, |_, _| true);
        self.flight_of(gathering.items, 1)
    }
}
