//! A pool ends.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use forebay_store::{Done, Moment, Op};

use crate::handle::Once;
use crate::inner::{Inner, closed};

/// What a pool left when it was closed (G12).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CloseReport {
    /// Objects that have handles. Those in memory stay readable.
    pub objects_alive: u64,
    /// Guards that are out.
    pub guards_alive: u64,
    /// Objects that were in memory only, and now are so for ever.
    pub unsaved: u64,
    /// Blobs that were freed with the pool.
    pub blobs_freed: u64,
    /// The deadline came before all reads and writes had ended.
    pub is_late: bool,
    /// How long it took.
    pub took: Duration,
}

impl CloseReport {
    /// Nothing was left of it: no handle, no guard, and nothing under way.
    pub fn is_clean(&self) -> bool {
        self.objects_alive == 0 && self.guards_alive == 0 && !self.is_late
    }
}

impl fmt::Display for CloseReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { objects_alive, guards_alive, unsaved, blobs_freed, is_late, took } = self;
        write!(f, "closed in {took:?}")?;
        if *is_late {
            f.write_str(", before all reads and writes had ended")?;
        }
        write!(f, "; {objects_alive} objects alive ({unsaved} of them in memory only), ")?;
        write!(f, "{guards_alive} guards alive, {blobs_freed} blobs freed")
    }
}

/// Refuses new work, lets end what is under way, and frees all blobs.
pub(crate) fn close(pool: &Arc<Inner>, deadline: Duration) -> Op<CloseReport> {
    if !pool.shut() {
        return Op::failed(closed());
    }
    let began = pool.seams.clock.now();
    pool.ledger.close();
    let (answer, op) = Once::new();
    let closing = Arc::new(Closing { pool: Arc::clone(pool), began, answer });
    let late = Arc::clone(&closing);
    pool.lanes.when_idle(Done::call(move |_| closing.end(false)));
    if late.answer.is_wanted() {
        // Not in a job: what it is late for may be all threads that there are for jobs.
        pool.seams.clock.after(deadline, Box::new(move || late.end(true)));
    }
    op
}

struct Closing {
    pool: Arc<Inner>,
    began: Moment,
    answer: Once<CloseReport>,
}

impl Closing {
    fn end(&self, is_late: bool) {
        let Some(done) = self.answer.take() else { return };
        if is_late {
            self.pool.cut_off();
        }
        let mut report = CloseReport { is_late, ..CloseReport::default() };
        self.pool.queue.each(&mut |slot| {
            let found = slot.close();
            report.objects_alive += u64::from(found.is_alive);
            report.guards_alive += found.guards as u64;
            report.unsaved += u64::from(found.is_alive && found.is_unsaved);
            report.blobs_freed += u64::from(found.is_alive && !found.is_unsaved);
        });
        report.took = self.pool.seams.clock.now().since(self.began);
        done.complete(Ok(report));
    }
}
