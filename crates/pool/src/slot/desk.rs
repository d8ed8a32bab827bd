//! Everything about an object that changes, under one lock (`docs/pool-states.md`).

use std::sync::Arc;

use forebay_store::Done;

use super::blob::Blob;
use super::effects::Effects;
use super::foreign;
use super::held::Held;
use super::lent::Lent;
use super::load::Loading;
use super::reader::Reader;
use super::saver::Saver;
use super::stored::Standing;
use super::trouble::Trouble;
use super::write::Write;
use crate::event::Event;
use crate::hint::Hint;
use crate::key::Key;
use crate::object::Object;
use crate::order::Note;

/// Everything about an object that changes. The fields are explained in `docs/pool-states.md`.
#[expect(clippy::struct_excessive_bools, reason = "they are independent of each other")]
pub(super) struct Desk<T: Object> {
    memory: Memory<T>,
    pub(super) blob: Option<Arc<Blob>>,
    pub(super) version: u32,
    pub(super) residency: u32,
    /// Numbers writes and loads, so that the end of one that was cut off is recognised.
    pub(super) works: u32,
    pub(super) writing: Option<Write>,
    pub(super) savers: Vec<Saver>,
    pub(super) loading: Option<Loading<T>>,
    pub(super) lender: Option<Done<Lent<T>>>,
    pub(super) readers: Vec<Reader<T>>,
    /// A timer is set for the readers.
    pub(super) is_timed: bool,
    pub(super) key: Option<Key>,
    pub(super) trouble: Option<Trouble>,
    pub(super) holds: u32,
    pub(super) pins: u32,
    pub(super) hint: Hint,
    pub(super) label: Option<Arc<str>>,
    pub(super) weight: u64,
    pub(super) hits: u64,
    /// The codec decodes only all bytes at once. It was asked once: not under the lock.
    pub(super) needs_whole: bool,
    pub(super) gone: bool,
    /// The pool is closed: there are no blobs any more.
    pub(super) closed: bool,
}

/// Whether the codec decodes only all bytes at once. One that cannot even say it is given the room for both.
pub(crate) fn needs_whole<T: Object>() -> bool {
    foreign::run("the codec", || T::CODEC.needs_whole()).unwrap_or(true)
}

/// Where the value is.
pub(super) enum Memory<T> {
    Away,
    Here(Arc<Held<T>>),
    Lent,
}

impl<T: Object> Desk<T> {
    pub(super) fn new(
        memory: Memory<T>,
        blob: Option<Arc<Blob>>,
        weight: u64,
        needs_whole: bool,
    ) -> Self {
        let key = blob.as_ref().map(|blob| blob.head.id);
        Self {
            memory,
            blob,
            version: 0,
            residency: 1,
            works: 0,
            writing: None,
            savers: Vec::new(),
            loading: None,
            lender: None,
            readers: Vec::new(),
            is_timed: false,
            key,
            trouble: None,
            holds: 0,
            pins: 0,
            hint: Hint::Normal,
            label: None,
            weight,
            hits: 0,
            needs_whole,
            gone: false,
            closed: false,
        }
    }

    pub(super) fn memory(&self) -> &Memory<T> {
        &self.memory
    }

    /// Sets where the value is. What was there before must not be dropped under the lock.
    #[must_use]
    pub(super) fn put(&mut self, memory: Memory<T>) -> Memory<T> {
        std::mem::replace(&mut self.memory, memory)
    }

    pub(super) fn here(&self) -> Option<&Arc<Held<T>>> {
        match &self.memory {
            Memory::Here(held) => Some(held),
            Memory::Away | Memory::Lent => None,
        }
    }

    /// Whether the value is in memory and nobody but the slot has it.
    pub(super) fn is_free(&self) -> bool {
        self.pins == 0 && self.here().is_some_and(|held| Arc::strong_count(held) == 1)
    }

    /// Guards that are out.
    pub(super) fn guards(&self) -> usize {
        let others = self.here().map_or(0, |held| Arc::strong_count(held) - 1);
        // A write that was overtaken has the value of before.
        let started = self.writing.as_ref().and_then(|write| write.started);
        let is_overtaken = started.is_some_and(|started| started.version != self.version);
        let holds = self.holds.saturating_sub(u32::from(is_overtaken));
        others.saturating_sub(holds as usize)
    }

    /// Lets go of a value that is saved.
    pub(super) fn evict(&mut self, effects: &mut Effects<T>) -> u64 {
        debug_assert!(self.blob.is_some(), "only what is saved is evicted");
        let bytes = self.here().map_or(0, |held| held.bytes());
        effects.value(self.put(Memory::Away));
        self.note(Note::Away, effects);
        effects.tell(Event::Evicted { bytes: forebay_store::ByteSize::bytes(bytes) });
        bytes
    }

    /// Tells the order what has become of it.
    pub(super) fn note(&mut self, note: Note, effects: &mut Effects<T>) {
        self.residency = self.residency.wrapping_add(1);
        effects.note(self.residency, note);
    }

    /// The content has changed: what was known of the old one is forgotten.
    pub(super) fn renew(&mut self, effects: &mut Effects<T>) {
        self.version = self.version.wrapping_add(1);
        self.key = None;
        effects.over(self.trouble.take());
        effects.blobs.extend(self.blob.take());
    }

    pub(super) fn standing(&self) -> Standing {
        if self.gone {
            return Standing::Gone;
        }
        match &self.memory {
            Memory::Lent => Standing::Lent,
            Memory::Away if self.loading.is_some() => Standing::Loading,
            Memory::Away => Standing::Spilled,
            Memory::Here(_) if self.blob.is_some() => Standing::Saved,
            Memory::Here(_) if self.writing.is_some() => Standing::Writing,
            Memory::Here(_) if self.trouble.is_some() => Standing::Troubled,
            Memory::Here(_) => Standing::Unsaved,
        }
    }

    /// It is in one of the states of the table.
    pub(super) fn check(&self) {
        let is_lent = matches!(self.memory, Memory::Lent);
        let is_away = matches!(self.memory, Memory::Away);
        if self.gone {
            assert!(self.here().is_none() && self.blob.is_none(), "gone, and still there");
            assert!(self.readers.is_empty() && self.savers.is_empty(), "gone, and waited for");
            return;
        }
        assert!(!is_away || self.blob.is_some() || self.closed, "neither a value nor a blob");
        assert!(self.loading.is_none() || is_away, "loaded, although it is here");
        assert!(is_lent || self.readers.is_empty(), "readers of what is not lent");
        assert!(!is_lent || self.holds == 0, "lent, and a job has it");
        assert!(self.trouble.is_none() || self.blob.is_none(), "saved, and in trouble");
        assert!(self.savers.is_empty() || self.writing.is_some(), "savers without a write");
        let ends = self.holds > 0 || self.loading.is_some();
        assert!(self.lender.is_none() || ends, "a lender whom nobody answers");
    }
}
