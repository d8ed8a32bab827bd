//! What all parts of a pool share.

use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;

use forebay_store::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use forebay_store::{Error, ErrorKind, Result, Seams};

use crate::archive::OpenArchives;
use crate::budget::{Ledger, Press, WhenFull, is_foreign};
use crate::counts::Counts;
use crate::event::Watch;
use crate::known::Known;
use crate::lanes::Lanes;
use crate::many::Aheads;
use crate::medium::Medium;
use crate::order::Queue;
use crate::press::Presser;
use crate::settings::Settings;

/// What all parts of a pool share. It holds slots weakly, and slots hold it.
pub(crate) struct Inner {
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) queue: Queue,
    pub(crate) lanes: Arc<Lanes>,
    pub(crate) presser: Arc<Presser>,
    /// Without one nothing is evicted.
    pub(crate) medium: Option<Arc<dyn Medium>>,
    pub(crate) seams: Seams,
    pub(crate) watch: Watch,
    pub(crate) settings: Settings,
    pub(crate) known: Known,
    pub(crate) archives: OpenArchives,
    pub(crate) ahead: Aheads,
    pub(crate) counts: Counts,
    /// Hits of objects that are gone.
    pub(crate) hits: AtomicU64,
    objects: AtomicU64,
    is_closed: AtomicBool,
    is_cut_off: AtomicBool,
}

impl Inner {
    pub(crate) fn of(
        ledger: Arc<Ledger>,
        queue: Queue,
        lanes: Arc<Lanes>,
        medium: Option<Arc<dyn Medium>>,
        seams: Seams,
        watch: Watch,
        settings: Settings,
    ) -> Arc<Self> {
        Arc::new_cyclic(|inner| {
            let presser = Presser::new(Weak::clone(inner));
            let press: Weak<dyn Press> = Arc::downgrade(&presser) as _;
            ledger.on_pressure(press);
            Self {
                ledger,
                queue,
                lanes,
                presser,
                medium,
                seams,
                watch,
                settings,
                known: Known::default(),
                archives: OpenArchives::default(),
                ahead: Aheads::default(),
                counts: Counts::default(),
                hits: AtomicU64::new(0),
                objects: AtomicU64::new(0),
                is_closed: AtomicBool::new(false),
                is_cut_off: AtomicBool::new(false),
            }
        })
    }

    /// What an ask for room does that finds none. What foreign code asks for never waits: its own
    /// object may be what stands in the way.
    pub(crate) fn patience(&self) -> WhenFull {
        if is_foreign() { WhenFull::Fail } else { self.settings.when_full }
    }

    /// How long anybody waits for what another one has, unless foreign code asks for it.
    pub(crate) fn longest_wait(&self) -> Duration {
        match self.settings.when_full {
            WhenFull::Wait(limit) => limit,
            WhenFull::Fail => Duration::ZERO,
            WhenFull::Exceed(_) => Duration::from_secs(30),
        }
    }

    /// Counts a new object, if there may be one more.
    pub(crate) fn admit(&self) -> Result<()> {
        if self.is_closed() {
            return Err(closed());
        }
        let max = self.settings.objects_max;
        if self.objects.fetch_add(1, Ordering::AcqRel) >= max {
            self.dismiss();
            let why = format!("the pool has {max} objects, as many as `objects_max` allows");
            return Err(Error::busy(why, Duration::from_millis(100)));
        }
        Ok(())
    }

    /// An object is gone, or did not come.
    pub(crate) fn dismiss(&self) {
        self.objects.fetch_sub(1, Ordering::AcqRel);
    }

    pub(crate) fn objects(&self) -> u64 {
        self.objects.load(Ordering::Acquire)
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    /// Refuses to go on: the pool was closed, and the deadline of that came.
    pub(crate) fn check_goes_on(&self) -> Result<()> {
        if self.is_cut_off.load(Ordering::Acquire) { Err(closed()) } else { Ok(()) }
    }

    /// What is under way ends as soon as it can.
    pub(crate) fn cut_off(&self) {
        self.is_cut_off.store(true, Ordering::Release);
    }

    /// No new work from now on. `false`: it was closed before.
    pub(crate) fn shut(&self) -> bool {
        !self.is_closed.swap(true, Ordering::AcqRel)
    }
}

/// The error of a pool that was closed.
pub(crate) fn closed() -> Error {
    Error::new(ErrorKind::Closed, "the pool is closed")
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner")
            .field("settings", &self.settings)
            .field("medium", &self.medium)
            .field("objects", &self.objects())
            .finish_non_exhaustive()
    }
}
