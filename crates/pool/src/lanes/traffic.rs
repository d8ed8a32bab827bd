//! The lanes of a pool.

use std::fmt;
use std::sync::{Arc, Weak};

use forebay_store::seam::Spawn;
use forebay_store::sync::Mutex;
use forebay_store::{Done, Error, Op};

use super::lane::{Lane, Work};
use super::permit::Permit;
use super::places::Places;
use super::scratch::{Buffers, ScratchGuard};
use super::trampoline::{self, caught};
use crate::budget::{Ledger, native};

/// The lanes of a pool: so many reads, writes and frees at once. The rest waits in a queue.
pub(crate) struct Lanes {
    me: Weak<Self>,
    spawn: Arc<dyn Spawn>,
    desk: Mutex<Desk>,
    buffers: Buffers,
}

struct Desk {
    reads: Places,
    writes: Places,
    frees: Places,
    later: Places,
    errands: Places,
    /// Those who wait until nothing is to be done.
    idle: Vec<Done<()>>,
}

impl Lanes {
    /// So many places wait to be freed; with more a write frees first.
    const FREES_MAX: usize = 1_024;
    /// So many are freed before one write, which somebody may wait for.
    const FREES_FIRST: usize = 64;
    /// So many go on at once with what they have waited for.
    const LATER: usize = 4;
    /// So many may wait until nothing is to be done.
    const IDLE_MAX: usize = 1_024;
    /// So many errands have a thread at once. The threads are those of the whole process.
    const ERRANDS: usize = 32;
    /// So many may wait for one.
    const ERRANDS_MAX: usize = 65_536;

    pub(crate) fn new(
        reads: usize,
        writes: usize,
        spawn: Arc<dyn Spawn>,
        ledger: &Arc<Ledger>,
    ) -> Arc<Self> {
        let desk = Desk {
            reads: Places::new(reads),
            writes: Places::new(writes),
            frees: Places::new(1),
            later: Places::new(Self::LATER),
            errands: Places::new(Self::ERRANDS),
            idle: Vec::new(),
        };
        let (desk, buffers) = (Mutex::new(desk), Buffers::new(writes, ledger));
        Arc::new_cyclic(|me| Self { me: me.clone(), spawn, desk, buffers })
    }

    /// How much the buffers of so many writes take in a pool of so many bytes.
    pub(crate) fn buffers(writes: usize, budget: u64) -> u64 {
        Buffers::size(budget) * writes as u64
    }

    /// Runs a piece of work when its lane has a place. Returns at once, or when it is done (if the
    /// spawn runs jobs inline), but never grows the stack.
    pub(crate) fn run(&self, lane: Lane, work: Box<dyn Work>) {
        if self.with(lane, |places| places.push(work)) {
            self.send(lane);
        }
    }

    /// Runs one queued piece of work here, for who waits anyway. `false`: there was none, or no place.
    pub(crate) fn help(&self, lane: Lane) -> bool {
        let Some(me) = self.me.upgrade() else { return false };
        let Some(work) = self.with(lane, Places::begin) else { return false };
        let permit = Permit::new(me, lane);
        do_here(work);
        drop(permit);
        true
    }

    /// Before a write: works off some of what is queued to be freed, if the medium `is_tight` or too much is.
    pub(crate) fn free_first(&self, is_tight: impl FnOnce() -> bool) {
        let Some(me) = self.me.upgrade() else { return };
        let queued = self.with(Lane::Free, |places| places.waiting());
        if queued == 0 || (queued < Self::FREES_MAX && !is_tight()) {
            return;
        }
        // The rest, and what comes meanwhile, is the next write's business.
        for _ in 0..queued.min(Self::FREES_FIRST) {
            let Some(work) = self.with(Lane::Free, Places::begin_beyond) else { return };
            let permit = Permit::new(Arc::clone(&me), Lane::Free);
            do_here(work);
            drop(permit);
        }
    }

    /// Whether no further errand may wait.
    pub(crate) fn is_crowded(&self) -> bool {
        self.with(Lane::Errand, |places| places.waiting() >= Self::ERRANDS_MAX)
    }

    /// A place in a lane, for who waits and does it himself.
    pub(crate) fn enter(&self, lane: Lane) -> Option<Permit> {
        let me = self.me.upgrade()?;
        self.with(lane, Places::enter).then(|| Permit::new(me, lane))
    }

    /// A buffer for a write.
    pub(crate) fn scratch(&self) -> ScratchGuard<'_> {
        self.buffers.take()
    }

    /// Answered when nothing runs and nothing is queued.
    pub(crate) fn idle(&self) -> Op<()> {
        let mut desk = self.desk.lock();
        if desk.is_idle() {
            return Op::ready(());
        }
        if desk.idle.len() >= Self::IDLE_MAX {
            let later = std::time::Duration::from_millis(100);
            return Op::failed(Error::busy("too many wait until the pool is idle", later));
        }
        let (done, op) = Op::pending();
        desk.idle.push(done);
        op
    }

    /// Answers when nothing runs and nothing is queued. It is never refused: a pool is closed once.
    pub(crate) fn when_idle(&self, done: Done<()>) {
        let mut desk = self.desk.lock();
        if !desk.is_idle() {
            desk.idle.push(done);
            return;
        }
        drop(desk);
        done.complete(Ok(()));
    }

    /// Whether nothing runs and nothing is queued.
    pub(crate) fn is_idle(&self) -> bool {
        self.desk.lock().is_idle()
    }

    pub(super) fn with<R>(&self, lane: Lane, step: impl FnOnce(&mut Places) -> R) -> R {
        step(self.desk.lock().places(lane))
    }

    pub(super) fn leave(&self, lane: Lane) {
        if self.with(lane, Places::leave) {
            self.send(lane);
        }
        self.tell_idle();
    }

    /// Sends for a worker, whose place is kept.
    fn send(&self, lane: Lane) {
        let spawn = Arc::clone(&self.spawn);
        let mut coming = Coming(Some((self.me.clone(), lane)));
        trampoline::run(move || spawn.run(Box::new(move || coming.work())));
    }

    fn tell_idle(&self) {
        let mut desk = self.desk.lock();
        if !desk.is_idle() {
            return;
        }
        let waiting = std::mem::take(&mut desk.idle);
        drop(desk);
        for done in waiting {
            done.complete(Ok(()));
        }
    }
}

impl Desk {
    fn places(&mut self, lane: Lane) -> &mut Places {
        match lane {
            Lane::Read => &mut self.reads,
            Lane::Write => &mut self.writes,
            Lane::Free => &mut self.frees,
            Lane::Later => &mut self.later,
            Lane::Errand => &mut self.errands,
        }
    }

    fn is_idle(&self) -> bool {
        let lanes = [&self.reads, &self.writes, &self.frees, &self.later];
        lanes.into_iter().all(Places::is_idle)
    }
}

/// A worker on his way. Thrown away before he begins, he takes a piece of work along, which so ends as
/// failed, and makes place for the next. If the lanes are gone by then, so is their work.
struct Coming(Option<(Weak<Lanes>, Lane)>);

impl Coming {
    fn take(&mut self) -> Option<(Arc<Lanes>, Lane)> {
        let (lanes, lane) = self.0.take()?;
        Some((lanes.upgrade()?, lane))
    }

    fn work(&mut self) {
        let Some((lanes, lane)) = self.take() else { return };
        let Some(mut work) = lanes.with(lane, Places::arrive) else { return lanes.tell_idle() };
        let permit = Permit::new(lanes, lane);
        loop {
            do_here(work);
            let Some(next) = permit.next() else { return };
            work = next;
        }
    }
}

impl Drop for Coming {
    fn drop(&mut self) {
        let Some((lanes, lane)) = self.take() else { return };
        let (lost, is_next_sent) = lanes.with(lane, Places::lose);
        caught(|| drop(lost));
        if is_next_sent {
            lanes.send(lane);
        }
        lanes.tell_idle();
    }
}

/// Does a piece of work on this thread. It is not the business of code of users that waits on it.
fn do_here(work: Box<dyn Work>) {
    caught(|| native(|| work.run()));
}

impl fmt::Debug for Lanes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lanes").field("is_idle", &self.is_idle()).finish_non_exhaustive()
    }
}
