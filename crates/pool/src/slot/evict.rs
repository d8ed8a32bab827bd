//! A slot as the order and the presser see it.

use std::sync::Arc;

use forebay_store::sync::atomic::Ordering;
use forebay_store::{ByteSize, Done, Moment};

use super::desk::Memory;
use super::object_slot::Slot;
use super::stored::{Closing, Eviction, Look, Stored, WriteJob};
use super::trouble::Trouble;
use super::write::WriteWork;
use crate::error::Holder;
use crate::inner::closed;
use crate::object::Object;
use crate::order::Ticket;

impl<T: Object> Stored for Slot<T> {
    fn ticket(&self) -> Ticket {
        self.ticket
    }

    fn stamp(&self) -> u32 {
        self.stamp.load(Ordering::Relaxed)
    }

    fn look(&self) -> Look {
        let desk = self.desk();
        let is_lasting = desk.trouble.as_ref().is_some_and(Trouble::is_lasting);
        Look {
            standing: desk.standing(),
            weight: desk.weight,
            guards: desk.guards(),
            pins: desk.pins,
            not_before: is_lasting.then_some(Moment(u64::MAX)),
        }
    }

    fn hits(&self) -> u64 {
        self.desk().hits
    }

    fn try_evict(&self) -> Eviction {
        let Some(slot) = self.me.upgrade() else { return Eviction::Away };
        slot.step(|desk, effects| match desk.memory() {
            Memory::Away | Memory::Lent => Eviction::Away,
            Memory::Here(_) if desk.pins > 0 => Eviction::Pinned,
            Memory::Here(_) if desk.blob.is_none() => Eviction::Unsaved,
            Memory::Here(_) if !desk.is_free() => Eviction::LookedAt,
            Memory::Here(_) => Eviction::Freed(desk.evict(effects)),
        })
    }

    fn begin_write(self: Arc<Self>, evict_after: bool) -> Option<WriteJob> {
        self.pool.medium.as_ref()?;
        let (number, weight) = self.step(|desk, _| {
            let is_wanted = desk.here().is_some()
                && !desk.closed
                && desk.blob.is_none()
                && desk.writing.is_none()
                && !desk.trouble.as_ref().is_some_and(Trouble::is_lasting);
            is_wanted.then(|| (desk.queue_write(evict_after), desk.weight))
        })?;
        Some(WriteJob { weight, work: Box::new(WriteWork::new(&self, number)) })
    }

    fn save(self: Arc<Self>, done: Done<()>) {
        self.save_for(done);
    }

    fn close(&self) -> Closing {
        let Some(slot) = self.me.upgrade() else { return Closing::default() };
        slot.step(|desk, effects| {
            if desk.gone {
                return Closing::default();
            }
            let is_unsaved = desk.blob.is_none();
            desk.closed = true;
            effects.blobs.extend(desk.blob.take());
            if desk.writing.take_if(|write| write.started.is_none()).is_some() {
                desk.savers_failed(&closed(), effects);
            }
            Closing { is_alive: true, guards: desk.guards(), is_unsaved }
        })
    }

    fn holder(&self) -> Option<Holder> {
        let desk = self.desk();
        let (guards, pins) = (desk.guards(), desk.pins);
        let is_lent = matches!(desk.memory(), Memory::Lent);
        (guards > 0 || pins > 0 || is_lent).then(|| Holder {
            label: desk.label.clone(),
            type_name: T::NAME,
            key: desk.key,
            bytes: ByteSize::bytes(desk.weight),
            guards: guards + usize::from(is_lent),
            pins,
        })
    }
}
