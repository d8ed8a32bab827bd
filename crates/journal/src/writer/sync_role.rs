//! The sync role: one makes durable what all who wait have written.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use forebay_store::sync::MutexGuard;
use forebay_store::sync::atomic::Ordering;
use forebay_store::{Error, ErrorKind, Result};

use super::files::failed;
use super::leader::Leader;
use super::tail::{Syncing, Tail, Writer, in_doubt, no_such};
use super::write_role::Target;

impl Writer {
    /// Waits until `sequence` is on the device, and does the syncing if nobody else is at it.
    pub(crate) fn wait_synced(self: &Arc<Self>, sequence: u64) -> Result<()> {
        self.wait_synced_with(sequence, &mut || {})
    }

    /// The same. If this thread does the sync it calls the leader: with the role while the device takes much, and
    /// with no lock and no role before it wakes those who have waited for it. If that panics nothing else happens.
    pub(crate) fn wait_synced_with(
        self: &Arc<Self>,
        sequence: u64,
        leader: &mut dyn Leader,
    ) -> Result<()> {
        // Whoever is woken by a sync finds what it wants here, and takes no lock.
        while self.synced.load(Ordering::Acquire) < sequence {
            let mut tail = self.tail.lock();
            if tail.synced >= sequence {
                return Ok(());
            }
            if let Some(cause) = &tail.failed {
                return Err(in_doubt(cause));
            }
            if sequence >= tail.next {
                return Err(no_such());
            }
            let turn = match tail.syncing {
                Syncing::Nobody => {
                    self.lead_sync(tail, leader);
                    continue;
                }
                Syncing::Inherited | Syncing::Gathering => tail.turn,
                Syncing::Flushing(last) if last >= sequence => tail.turn,
                Syncing::Flushing(_) if !tail.waiting.has_heir => {
                    self.inherit(tail, leader);
                    continue;
                }
                Syncing::Flushing(_) => tail.turn + 1,
            };
            tail.waiting.for_sync[turn % 2] += 1;
            let bell = &self.sync_ended[turn % 2];
            let heard = bell.heard();
            drop(tail);
            bell.wait(heard);
        }
        Ok(())
    }

    /// The first who waits for the sync after the one that runs gets the role next. He is woken when
    /// those of this sync are, so that what they write next comes to his sync and not the one after it.
    /// However that sync ends, he gets the role: the others wait for his.
    fn inherit<'a>(self: &'a Arc<Self>, mut tail: MutexGuard<'a, Tail>, leader: &mut dyn Leader) {
        tail.waiting.has_heir = true;
        while tail.syncing != Syncing::Inherited {
            let heard = self.inherited.heard();
            drop(tail);
            self.inherited.wait(heard);
            tail = self.tail.lock();
        }
        tail.waiting.has_heir = false;
        self.lead_sync(tail, leader);
    }

    /// One sync. Nobody else has the role.
    fn lead_sync<'a>(self: &'a Arc<Self>, mut tail: MutexGuard<'a, Tail>, leader: &mut dyn Leader) {
        tail.syncing = Syncing::Gathering;
        let mut role = SyncRole { writer: self, target: 0, is_over: false };
        let (tail, cursor) = self.take_cursor(tail);
        let Some(cursor) = cursor else {
            drop(tail);
            return drop(role);
        };
        let flying = self.flight.begin();
        let (target, after) = self.write_out(tail, cursor, true);
        if let Some(target) = target {
            role.target = target.last;
            target.begin(leader);
            let synced = target.segment.file.sync();
            drop(flying);
            let mut tail = self.tail.lock();
            tail.in_flight = None;
            match synced {
                Ok(()) => {
                    tail.now_synced(target.last);
                    tail.exposure.landed(target.last);
                    tail.let_go();
                    role.end(tail, leader);
                }
                Err(error) => {
                    tail.exposure.is_doubtful = true;
                    tail.sync_error = Some(failed("sync the journal", error));
                    drop(tail);
                    self.written_changed.notify_all();
                    let later = self.sync_failed();
                    drop(role);
                    later.run(self);
                }
            }
        } else {
            drop((flying, role));
        }
        after.run(self);
    }
}

impl Target {
    /// So many bytes take the device long enough that something can be done meanwhile.
    const MUCH: u64 = 32 << 10;

    /// Has the device begin with what it is to get, if that is much, and calls the leader then.
    fn begin(&self, leader: &mut dyn Leader) {
        if self.bytes.end - self.bytes.start >= Self::MUCH {
            self.segment.file.will_be_synced(self.bytes.clone());
            caught(|| leader.meanwhile(self.last));
        }
    }
}

/// Runs what the leader does. Nobody sleeps on because of a panic that is none of his, nor of what it has thrown,
/// which may panic when it is dropped.
fn caught(run: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(run)) {
        std::mem::forget(panic);
    }
}

/// The sync role while somebody has it.
struct SyncRole<'a> {
    writer: &'a Arc<Writer>,
    /// What its own sync makes durable.
    target: u64,
    /// It is given back.
    is_over: bool,
}

impl SyncRole<'_> {
    /// Of a group larger than this, whom to wake takes longer than to sync.
    const LARGE: usize = 16;

    /// Gives the role back, calls the leader, and wakes those who have waited.
    fn end(&mut self, mut tail: MutexGuard<'_, Tail>, leader: &mut dyn Leader) {
        let writer = self.writer;
        self.is_over = true;
        let has_heir = tail.waiting.has_heir;
        tail.syncing = if has_heir { Syncing::Inherited } else { Syncing::Nobody };
        let this = tail.turn % 2;
        tail.turn += 1;
        let group = std::mem::take(&mut tail.waiting.for_sync[this]);
        if tail.synced == self.target && tail.failed.is_none() {
            // Its own sync has gone well, and told nobody else anything.
            tail.told = tail.synced;
        }
        let after = writer.settle(&mut tail);
        let has_writers = tail.waiting.for_write > 0;
        drop(tail);
        // The next sync runs while a large group is woken. Of a small one most come back before the heir
        // is awake, and have a part in it.
        let is_large = group > Self::LARGE;
        if is_large {
            writer.inherited.ring();
        }
        caught(|| leader.first());
        writer.sync_ended[this].ring();
        if !is_large {
            writer.inherited.ring();
        }
        if has_writers {
            // They may have waited for the end of the sync.
            writer.written_changed.notify_all();
        }
        after.run(writer);
    }
}

impl Drop for SyncRole<'_> {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        let writer = self.writer;
        let mut tail = writer.tail.lock();
        if tail.in_flight.take().is_some() {
            // Only a panic of the disk comes here.
            let cause = Error::new(ErrorKind::Aborted, "a sync of the journal panicked");
            tail.failed.get_or_insert(cause);
        }
        let has_failed = tail.failed.is_some();
        self.end(tail, &mut || {});
        if has_failed {
            writer.wake_all();
        }
    }
}
