//! Opening over a journal: what an earlier owner could not store is dirty again.

use std::sync::Arc;

use forebay_journal::Frame;
use forebay_store::{Edit, Error, ErrorKind, Key, Result, Value};

use super::journaled::Journaling;
use crate::engine::pressure::{Asker, Room};
use crate::engine::shared::Shared;
use crate::journal::{Fold, Id, Live, Log, Unstored};
use crate::quarantine::Refusal;
use crate::table::{Accept, Held, Rejected};

/// A write of an earlier owner, ready to be accepted once more.
struct Kept<K, V> {
    /// Where the journal has it.
    number: u64,
    accept: Accept<K, V>,
    refused: Option<Refusal>,
}

impl<K: Key, V: Value> Shared<K, V> {
    /// Makes these writes dirty, in their order, and readable; writes them to the journal anew; lets go
    /// of what the journal held before. If that is cut off, the next owner finds the same writes, old
    /// or new, and does it again: what is written anew is let go of as it goes, so that openings that
    /// are cut off again and again do not fill the disk.
    pub(crate) fn restore(self: &Arc<Self>, fold: Fold) -> Result<()> {
        let Some(journal) = self.journal() else { return Ok(()) };
        let before = journal.log.channel().position().appended;
        // All are read before anything is written.
        let kept = fold.unstored().map(|write| self.read_kept(journal, write));
        let kept = kept.collect::<Result<Vec<_>>>()?;
        journal.log.set_restoring(true);
        let (mut bytes, mut live) = (u64::MAX, 0);
        for next in kept {
            if bytes >= Self::RESTORED_AT_ONCE {
                let_go_before(&journal.log, next.number)?;
                bytes = 0;
            }
            let length = next.accept.frame.as_ref().map_or(0, |frame| frame.length()) as u64;
            self.restore_one(journal, next)?;
            self.counters.restored.add(1);
            (bytes, live) = (bytes + length, live + length);
        }
        journal.log.set_restoring(false);
        let_go_before(&journal.log, before + 1)?;
        let live = Live { bytes: live, weight: self.budget.unstored_bytes() };
        let growth = journal.log.growth();
        let (reach, others) = (journal.log.channel().reach(), journal.log.channel().others());
        growth.end(growth.begin(others), live, (reach, others));
        for n in 0..self.cells.len() {
            self.step(n, |shard, _| shard.mark_due());
        }
        self.flush_now();
        Ok(())
    }

    /// Bytes that are written anew before what they stand for is let go of.
    const RESTORED_AT_ONCE: u64 = 1 << 20;

    fn read_kept(&self, journal: &Journaling<K, V>, write: Unstored) -> Result<Kept<K, V>> {
        let key = journal.coder.decode_key(&write.key)?;
        let (held, deadline) = match write.edit {
            Edit::Put { value, expires_at } => {
                let value = journal.coder.decode_value(&value)?;
                (Held::Value(value), expires_at.map_or(0, |at| at.0.max(1)))
            }
            Edit::Delete => (Held::Tombstone, 0),
        };
        let weight = held.value().map_or_else(Self::weigh_absence, |value| self.weigh(&key, value));
        let mut frame = Box::<Frame>::default();
        frame.push_with(|bytes| journal.encode(&key, held.value(), deadline, Id(0), bytes))?;
        let accept = Accept {
            hash: self.hash(&key),
            key,
            held,
            weight,
            deadline,
            now: self.parts.seams.clock.now(),
            is_over: self.is_over(deadline),
            expect: None,
            frame: Some(frame),
            asker: Asker::default(),
        };
        Ok(Kept { number: write.number, accept, refused: write.refused })
    }

    fn restore_one(self: &Arc<Self>, journal: &Journaling<K, V>, kept: Kept<K, V>) -> Result<()> {
        let Kept { mut accept, refused, .. } = kept;
        // A refusal is added to the frame, so another attempt needs it as it was.
        let original = refused.is_some().then(|| accept.frame.clone());
        let n = self.place(accept.hash);
        // It was accepted once: it has room even if the bounds are tighter by now.
        let room = Room { bytes: u64::from(accept.weight), entries: 1 };
        loop {
            self.budget.take_anyway(room);
            let restored = self.step(n, |shard, effects| {
                shard.restore(accept, refused.as_ref(), room, &self.budget, effects)
            });
            let length;
            accept = match restored {
                Ok(()) => return Ok(()),
                Err(Rejected::Failed(error)) if error.kind() == ErrorKind::Refused => {
                    let message = "the journal holds a write that a segment of it cannot take any more: \
                                   raise `segment_bytes`";
                    return Err(Error::invalid(message).with_source(error));
                }
                Err(Rejected::Failed(error)) => return Err(error),
                Err(
                    Rejected::JournalFull(again)
                    | Rejected::NoRoom(again, _)
                    | Rejected::Changed(again),
                ) => {
                    let mut again = *again;
                    // With the refusal: room for less would never be enough.
                    length = again.frame.as_ref().map_or(0, |frame| frame.length());
                    if let Some(frame) = &original {
                        again.frame.clone_from(frame);
                    }
                    again
                }
            };
            journal.log.channel().make_room_own(length)?;
        }
    }
}

/// Everything that was written anew is on the device: the journal is needed from `number` on.
fn let_go_before(log: &Log, number: u64) -> Result<()> {
    log.sync_all()?;
    log.channel().retire(number)
}
