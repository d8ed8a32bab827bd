//! What goes because the journal runs out of room, however long it might rest: the oldest of all shards first.
//!
//! The journal lets go of segments after a checkpoint, which writes forward what is not stored. One that goes beyond `bytes_max`
//! keeps writers waiting until it has ended. So one begins while what it writes forward still fits into what is free, if that
//! lets go of enough: a segment, and a fifth of what the journal has taken since the last. Where nearly all that the journal
//! holds is not stored, a checkpoint makes no room, and the oldest is stored first.
//!
//! | the journal is | when | what goes beside what is due | a checkpoint begins, if something new has come and what it writes forward fits |
//! |---|---|---|---|
//! | calm | none of the others | nothing | when the journal has grown by twice what the last one wrote forward, and by a segment at least; so also in the rows below |
//! | at the last moment | what is on disk and what is not stored are about to be more than `bytes_max` together | nothing | at once, if it lets go of enough |
//! | short | four fifths of what it may have are on disk, or a writer has just found no room | the oldest, until a checkpoint lets go of enough and fits with some room to spare | at once, if it lets go of enough |
//! | full | writers wait; or another tenant does, which asks (below) | all that it holds, the oldest first, if writers wait | if no other tenant needs an older record, also if it does not fit: at once, if it lets go of enough, else after some looks (below) |
//!
//! New is what is written, what became of it, and what other tenants append of these; what was written forward is in the
//! journal already, and is neither new nor growth, whichever tenant did it. (What that loses at the ends of segments is growth for
//! the others: too little to matter, unless many tenants have values of a good part of a segment. And what a state says again of
//! its tables is growth, but nothing new. Only when such things have taken half of `bytes_max` do they count as new, too.) So
//! what rests is written forward only because something came, and caches that rest beside each other do not go round in turns. In a full journal
//! only the tenant that needs the oldest record goes beyond the bound: what it writes forward lets go of something, and then
//! another one has the oldest. If the tenant with the oldest record is closed, or lets go of records in another way, no cache
//! writes forward what does not fit. A checkpoint that would not let go of enough begins at the eighth look at a full
//! journal. After one that failed there is a pause: until the journal has come a quarter of a segment further for one that is
//! due, and of .4 s for one in a full journal. If what the next one writes forward does not fit, both double with each further
//! failure that had written something: up to an eighth of `bytes_max` (or 16 segments), and to 26 s. Once twice `bytes_max`
//! are on disk, it is an hour for one in a full journal that writes more than a step (*l* below).
//!
//! So only a checkpoint of a full journal is meant to go beyond `bytes_max`; and by no more than a step (*l* below) one that
//! is no longer than that, which may begin whatever is free (but not beyond the bound already), because there may be no other way
//! to room. Let *m* be `bytes_max`, *s* a segment, *l* how far the journal comes between two looks (below), and *u* what a
//! checkpoint writes forward. While *u* stands, a journal that nobody else writes into is not full as long as
//!
//! > 2*u* + max(*s*, *u*/4) + *r* + 2*l* + *w* <= *m*
//!
//! where *r* is what stays of the segment in which the last checkpoint began (less than *s*), and *w* what is lost at the
//! ends of segments. For a checkpoint that fits can begin until *m - u - l* is on disk, of which all but *r* is what the
//! journal has taken, and *u* and a fifth of that, or a segment, fit into it. In a journal of many segments *u* may be four
//! ninths of *m*; in one of 64 it is .42, of 16 a third, and of 4 a fifth or nothing. It holds for writers that are much
//! slower than the walk over what is unstored: what they append meanwhile has no place in it but *l*. And it holds as far as
//! is known how much room unstored writes take: that is so much of what they weigh as at the last checkpoint, in bytes of
//! frames. What is lost at the ends of segments (much, if values take a good part of one) is not in it. Where that is wrong,
//! a checkpoint goes beyond its bound all the same, or begins later.
//!
//! It is looked at after an accepted write behind when the journal has come further by a segment (or a sixteenth of
//! `bytes_max`), whoever wrote or synced that; when a batch ends, when a checkpoint ends, and again and again while writers
//! wait. What is with the store, or waits until that is back, counts as gone. A pause, a drill, a store that is down and a
//! place for another batch are waited for as ever: what was sent and failed is tried again by itself, and the end of that
//! looks again. While a checkpoint is under way nothing more goes for it, unless writers wait.
//!
//! A cache that shares its journal looks only at its own writes, batches and checkpoints. While it rests, others fill the
//! journal and it does not see it, until one of them wants its oldest records to go: when that one lets go of something
//! itself, or finds no room. No tenant asks itself. A cache that is asked makes a checkpoint as at a look of its own: by the
//! table, and at once in a full journal, because being asked counts as eight looks (but not in a pause). (It is asked at the first wish
//! after something has come in, and then at every eighth.) If that brings nothing in a full journal, what
//! is in the way is stored, as if the cache waited itself. Else what is unstored goes on resting until the cache itself writes
//! or waits, or until such a checkpoint ends and the journal is still short.

use std::sync::Arc;

use forebay_store::{Key, Value};

use crate::engine::shared::Shared;
use crate::engine::storing::{Flight, Gathering};
use crate::journal::{Growth, Standing};

impl<K: Key, V: Value> Shared<K, V> {
    /// Sees to it that there is room in the journal before writers wait for it.
    pub(in crate::engine) fn relieve_journal(self: &Arc<Self>) {
        self.note_extent();
        if self.is_journal_short() {
            self.flush_now();
        }
    }

    /// Another tenant of the journal wants this one's oldest records to go: makes a checkpoint if one is due, or if it is
    /// worth its while in a full journal. If it has no room for a frame so long as `wanted`, the tenant that asks has had some
    /// patience. Nothing is told to listeners here, because it is called on another tenant's thread.
    pub(crate) fn give_way(self: &Arc<Self>, wanted: Option<usize>) {
        let Some(journal) = self.journal() else { return };
        let is_full = wanted.is_some_and(|length| journal.log.channel().is_full_for(length));
        let is_worthwhile =
            || journal.log.growth().is_worthwhile(&self.standing(journal), Growth::LOOKS);
        // What is in the way goes beside a checkpoint, too, while writers wait.
        let may_begin = !journal.log.has_checkpoint();
        if may_begin && (self.is_checkpoint_due(journal) || is_full && is_worthwhile()) {
            self.checkpoint_soon();
        } else if is_full {
            self.note_full();
            self.flush_now();
        }
    }

    /// Whether room in the journal is scarce.
    pub(in crate::engine) fn is_journal_short(&self) -> bool {
        self.journal().is_some_and(|journal| journal.log.is_filling() || self.is_journal_full())
    }

    /// A batch of the oldest, if the journal needs them stored. None while a checkpoint is under way, unless writers wait: what
    /// that writes forward would count as in the way, and be stored although it may rest.
    pub(super) fn take_in_the_way(self: &Arc<Self>) -> Option<Flight<K, V>> {
        let journal = self.journal().filter(|_| self.is_journal_short())?;
        if journal.log.has_checkpoint() && !self.is_journal_full() {
            return None;
        }
        let away = self.flusher.state.lock().bytes_away();
        // What was overtaken is away, too.
        let weight = self.budget.unstored_bytes().saturating_sub(away);
        let standing = Standing { weight, ..self.standing(journal) };
        let bytes = journal.log.growth().in_the_way(&standing);
        if bytes == 0 {
            return None;
        }
        let mut gathering = Gathering::up_to(&self.flusher.pace, bytes);
        self.gather_by_age(&mut gathering, |_, _| true);
        self.flight_of(gathering.items, 1)
    }
}
