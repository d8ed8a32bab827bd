//! What a shared journal knows of one of its tenants.

use std::sync::Arc;

use forebay_store::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use forebay_store::sync::{Mutex, RwLock};
use forebay_store::{Error, ErrorKind, Result};

/// A tenant is asked to make room with it; it must come back at once. It gets the length of the frame for which another tenant
/// found no room, if that is why.
pub(super) type Hook = Arc<dyn Fn(Option<usize>) + Send + Sync>;

pub(super) struct Seat {
    pub(super) tag: u8,
    /// Shared by those who append, so that a thread that has it alone knows that nobody does.
    door: RwLock<Door>,
    /// The first record of the tenant that may be needed, or one before it; `NOTHING` if none is.
    first: AtomicU64,
    /// The last record of the tenant; 0 if there is none.
    last: AtomicU64,
    /// What `last` was when somebody last looked whether the tenant does anything.
    looked_at: AtomicU64,
    /// How many frames of the tenant's said something new.
    came: AtomicU64,
    /// Bytes of what the tenant appended although it was in the journal before.
    again: AtomicU64,
    /// The tenant was dropped, and jobs of its own may go on for a while.
    has_left: AtomicBool,
    asking: Mutex<Asking>,
}

#[derive(Debug, Default)]
struct Door {
    is_closed: bool,
}

#[derive(Default)]
struct Asking {
    hook: Option<Hook>,
    /// Because another tenant has let go of something, and because another finds no room: what is done about the one may be
    /// nothing, and the other is not to be passed over for it.
    asked: [Asked; 2],
}

#[derive(Default)]
struct Asked {
    /// How many frames had been accepted when it was last asked, and how often it would have been since.
    at: Option<u64>,
    looks: u32,
}

impl Seat {
    pub(super) const NOTHING: u64 = u64::MAX;
    /// If nothing came in after a tenant was asked to make room, it is asked again after so many times.
    const LOOKS: u32 = 8;

    /// A tenant that was handed records from `first` to `last`, or none.
    pub(super) fn new(tag: u8, handed: Option<(u64, u64)>) -> Self {
        let (first, last) = handed.unwrap_or((Self::NOTHING, 0));
        Self {
            tag,
            door: RwLock::default(),
            first: AtomicU64::new(first),
            last: AtomicU64::new(last),
            looked_at: AtomicU64::new(last),
            came: AtomicU64::new(0),
            again: AtomicU64::new(0),
            has_left: AtomicBool::new(false),
            asking: Mutex::default(),
        }
    }

    /// Has `append` append something of the tenant's. It holds a lock meanwhile, so it must not wait.
    pub(super) fn enter(&self, append: impl FnOnce() -> Result<u64>) -> Result<u64> {
        let door = self.door.read();
        if door.is_closed {
            return Err(Error::new(ErrorKind::Closed, "this tenant of the journal has closed"));
        }
        let number = append()?;
        self.first.fetch_min(number, Ordering::SeqCst);
        self.last.fetch_max(number, Ordering::SeqCst);
        Ok(number)
    }

    /// A frame of the tenant's was appended that says something new.
    pub(super) fn note_news(&self) {
        self.came.fetch_add(1, Ordering::Relaxed);
    }

    /// A frame of this length was appended of what was in the journal before.
    pub(super) fn note_again(&self, length: u64) {
        self.again.fetch_add(length, Ordering::Relaxed);
    }

    /// Frames that said something new, and bytes that were in the journal before.
    pub(super) fn appended(&self) -> (u64, u64) {
        (self.came.load(Ordering::Relaxed), self.again.load(Ordering::Relaxed))
    }

    /// Whether the tenant has appended nothing since this was last asked.
    pub(super) fn was_idle(&self) -> bool {
        let last = self.last.load(Ordering::SeqCst);
        self.looked_at.swap(last, Ordering::SeqCst) == last
    }

    /// The tenant needs no record before `needed`.
    pub(super) fn needs_from(&self, needed: u64) {
        let _nobody_appends = self.door.write();
        let is_any = self.last.load(Ordering::SeqCst) >= needed;
        let first = self.first.load(Ordering::SeqCst);
        let from = if is_any { first.max(needed) } else { Self::NOTHING };
        self.first.store(from, Ordering::SeqCst);
    }

    /// No record of the tenant that is needed, and none that it is appending, is before this one.
    pub(super) fn first_needed(&self) -> u64 {
        let _nobody_appends = self.door.write();
        self.first.load(Ordering::SeqCst)
    }

    /// Nothing of the tenant is taken any more.
    pub(super) fn close(&self) {
        self.door.write().is_closed = true;
        self.asking.lock().hook = None;
    }

    /// Nobody uses the tenant any more but jobs of its own.
    pub(super) fn leave(&self) {
        self.has_left.store(true, Ordering::SeqCst);
    }

    /// Whether the tenant has closed, or was dropped without that: nobody has a channel of it, or only jobs
    /// have.
    pub(super) fn is_gone(self: &Arc<Self>) -> bool {
        self.has_left.load(Ordering::SeqCst) || Arc::strong_count(self) == 1 || self.is_closed()
    }

    fn is_closed(&self) -> bool {
        self.door.read().is_closed
    }

    pub(super) fn set_hook(&self, hook: Hook) {
        self.asking.lock().hook = Some(hook);
    }

    /// The hook to be called, unless it was for the same reason since anything came in, and so many frames have by now.
    pub(super) fn ask(&self, accepted: u64, is_full: bool) -> Option<Hook> {
        let mut asking = self.asking.lock();
        let asked = &mut asking.asked[usize::from(is_full)];
        asked.looks += 1;
        if asked.at == Some(accepted) && asked.looks < Self::LOOKS {
            return None;
        }
        *asked = Asked { at: Some(accepted), looks: 0 };
        asking.hook.clone()
    }
}
