//! Who makes snapshots, and when: in the background, one at a time, and again if one fails.
//!
//! A snapshot never fails a write. What goes wrong is told as a [`Trouble`], and to whoever asked.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use forebay_journal::disk::Directory;
use forebay_store::sync::atomic::{AtomicU64, Ordering};
use forebay_store::sync::{Condvar, Mutex};
use forebay_store::{Done, Error, ErrorKind, Op, Result, Seams};

use super::compression::Compression;
use super::make::make;
use super::report::SnapshotReport;
use super::settings::SnapshotSettings;
use crate::commit::Core;
use crate::revision::Revision;
use crate::tables::Tables;
use crate::trouble::Trouble;

/// How many transactions pass before the journal's length is looked at again.
const STEP: u64 = 64;

/// The first pause after a failure; it doubles with each.
const PAUSE_MIN: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_secs(300);

/// Makes the snapshots of one state.
#[derive(Debug)]
pub(crate) struct Keeper {
    pub(super) files: Arc<dyn Directory>,
    /// The state's id, and what it calls its journal.
    pub(super) state: [u8; 16],
    pub(super) journal: [u8; 16],
    pub(super) seams: Seams,
    pub(super) settings: SnapshotSettings,
    /// Nobody needs to look before this revision.
    look_at: AtomicU64,
    desk: Mutex<Plan>,
    /// Nobody makes one any more.
    idle: Condvar,
}

/// How far the next one is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    /// Nobody makes one.
    #[default]
    Idle,
    /// Somebody will, as soon as a thread is free.
    Begun,
    /// Somebody does.
    Making,
}

#[derive(Debug, Default)]
struct Plan {
    stage: Stage,
    /// The state is closed.
    is_stopped: bool,
    /// Who is to be told of the next one.
    asked: Vec<Done<SnapshotReport>>,
    trouble: Option<Trouble>,
    /// A timer will try again.
    is_pausing: bool,
    /// The length of the journal, and the revision, after the last one.
    base: (u64, Revision),
    /// By how much the journal may grow from there.
    growth: u64,
    /// What this owner has made last.
    last: Option<SnapshotReport>,
}

impl Keeper {
    /// Keeps the snapshots of a state whose last one had `last` bytes, if it has one.
    pub(crate) fn new(
        files: Arc<dyn Directory>,
        (state, generation): ([u8; 16], u64),
        (seams, settings): (Seams, SnapshotSettings),
        (revision, last): (Revision, u64),
    ) -> Self {
        // What is in the journal when a state is opened counts: it had to be read.
        let plan = Plan { base: (0, revision), growth: settings.growth(last), ..Plan::default() };
        let (look_at, desk) = (AtomicU64::new(0), Mutex::new(plan));
        let journal = u128::from(generation).to_be_bytes();
        Self { files, state, journal, seams, settings, look_at, desk, idle: Condvar::new() }
    }

    /// How snapshots are stored.
    pub(crate) fn compression(&self) -> Compression {
        self.settings.compression
    }

    /// What goes wrong again and again.
    pub(crate) fn trouble(&self) -> Option<Trouble> {
        self.desk.lock().trouble.clone()
    }

    /// Nobody makes snapshots any more. One that is being made is given up; when this returns it is.
    pub(crate) fn stop(&self) {
        let mut plan = self.desk.lock();
        plan.is_stopped = true;
        while plan.stage == Stage::Making {
            plan = self.idle.wait(plan);
        }
    }

    /// Whether one that is being made is still wanted.
    pub(super) fn check<T: Tables>(&self, core: &Arc<Core<T>>) -> Result<()> {
        if self.desk.lock().is_stopped {
            return Err(Error::new(ErrorKind::Closed, "the state is closed"));
        }
        // If nobody else has the state any more, nobody wants its snapshot.
        if Arc::strong_count(core) == 1 {
            return Err(Error::new(ErrorKind::Aborted, "the state is gone"));
        }
        Ok(())
    }

    /// A transaction was shown, or refused for want of room: begins a snapshot if it is time for one.
    pub(crate) fn look<T: Tables>(core: &Arc<Core<T>>, is_full: bool) {
        let Some(keeper) = core.keeper() else { return };
        let revision = core.front.shown();
        if !is_full && revision.0 < keeper.look_at.load(Ordering::Relaxed) {
            return;
        }
        let step = keeper.settings.transactions.map_or(STEP, |most| most.min(STEP));
        keeper.look_at.store(revision.0 + step, Ordering::Relaxed);
        let extent = core.extent();
        let is_due = {
            let plan = keeper.desk.lock();
            let (length, since) = plan.base;
            let count = revision.0.saturating_sub(since.0);
            let is_due = is_full && plan.growth < u64::MAX
                || extent.saturating_sub(length) > plan.growth
                || keeper.settings.transactions.is_some_and(|most| count >= most);
            is_due && plan.stage == Stage::Idle && !plan.is_pausing
        };
        if is_due {
            Self::begin(core, None);
        }
    }

    /// The last snapshot, if it is of this revision and from this owner.
    pub(super) fn made_at(&self, revision: Revision) -> Option<SnapshotReport> {
        self.desk.lock().last.clone().filter(|last| last.revision == revision)
    }

    /// Has a snapshot made when another tenant of the journal has no room because of this one.
    pub(crate) fn serve<T: Tables>(core: &Arc<Core<T>>) {
        let weak = Arc::downgrade(core);
        core.make_room_with(move |_| {
            // A transaction that waits for room is told that there is none, and asks itself.
            if let Some(core) = weak.upgrade().filter(|core| !core.is_blocked()) {
                Self::look(&core, true);
            }
        });
    }

    /// Whether a snapshot may make room in a full journal: they are made, and the last one did not fail.
    pub(crate) fn may_make_room<T: Tables>(core: &Core<T>) -> bool {
        core.keeper().is_some_and(|keeper| {
            let plan = keeper.desk.lock();
            plan.growth < u64::MAX && plan.trouble.is_none() && !plan.is_stopped
        })
    }

    /// Asks for a snapshot of what is shown now, or of something later.
    pub(crate) fn ask<T: Tables>(core: &Arc<Core<T>>) -> Op<SnapshotReport> {
        let (done, op) = Op::pending();
        Self::begin(core, Some(done));
        op
    }

    /// Begins one, unless somebody makes one: then another follows it if somebody has asked.
    fn begin<T: Tables>(core: &Arc<Core<T>>, done: Option<Done<SnapshotReport>>) {
        let Some(keeper) = core.keeper() else {
            if let Some(done) = done {
                let message = "a state without a journal has no snapshots";
                done.complete(Err(Error::unsupported(message)));
            }
            return;
        };
        // To drop who does not wait any more may run code of the user.
        let mut gone = Vec::new();
        {
            let mut plan = keeper.desk.lock();
            gone.extend(plan.asked.extract_if(.., |asked| asked.is_abandoned()));
            plan.asked.extend(done);
            if plan.stage != Stage::Idle {
                return;
            }
            plan.stage = Stage::Begun;
        }
        let core = Arc::clone(core);
        keeper.seams.spawn.run(Box::new(move || Self::work(&core)));
    }

    /// Makes one, and another if somebody has asked meanwhile.
    fn work<T: Tables>(core: &Arc<Core<T>>) {
        let Some(keeper) = core.keeper() else { return };
        loop {
            let asked = {
                let mut plan = keeper.desk.lock();
                plan.stage = Stage::Making;
                std::mem::take(&mut plan.asked)
            };
            let made = catch_unwind(AssertUnwindSafe(|| make(core, keeper)));
            let made = made.unwrap_or_else(|_| {
                Err(Error::new(ErrorKind::Aborted, "code of a key or a value panicked"))
            });
            let pause = keeper.note(core, &made);
            for done in asked {
                done.complete(made.clone());
            }
            if let Some(pause) = pause {
                Self::pause(core, keeper, pause);
            }
            let mut plan = keeper.desk.lock();
            plan.stage = if plan.asked.is_empty() { Stage::Idle } else { Stage::Begun };
            keeper.idle.notify_all();
            if plan.stage == Stage::Idle {
                return;
            }
        }
    }

    /// Notes how it went; says after what pause to try again.
    fn note<T: Tables>(&self, core: &Core<T>, made: &Result<SnapshotReport>) -> Option<Duration> {
        let extent = core.extent();
        let mut plan = self.desk.lock();
        match made {
            Ok(report) => {
                plan.trouble = None;
                plan.last = Some(report.clone());
                plan.base = (extent, report.revision);
                plan.growth = self.settings.growth(report.totals.bytes);
                None
            }
            Err(_) if plan.is_stopped => None,
            Err(error) => {
                let times = plan.trouble.as_ref().map_or(0, |trouble| trouble.times) + 1;
                let error = error.clone();
                plan.trouble = Some(Trouble { what: "snapshot", error, times });
                let pause = PAUSE_MIN.saturating_mul(1 << (times - 1).min(16)).min(PAUSE_MAX);
                let is_first = !std::mem::replace(&mut plan.is_pausing, true);
                is_first.then_some(pause)
            }
        }
    }

    /// Tries again after a pause, if the state is still there.
    fn pause<T: Tables>(core: &Arc<Core<T>>, keeper: &Self, pause: Duration) {
        let weak = Arc::downgrade(core);
        let again = move || {
            let Some(core) = weak.upgrade() else { return };
            let Some(keeper) = core.keeper() else { return };
            let is_wanted = {
                let mut plan = keeper.desk.lock();
                plan.is_pausing = false;
                plan.trouble.is_some()
            };
            if is_wanted && core.failure().is_none() {
                Self::begin(&core, None);
            }
        };
        keeper.seams.clock.after(pause, Box::new(again));
    }
}
