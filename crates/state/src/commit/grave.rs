//! What is done when the turn is over: freeing what was taken out of the trees, and waking who waits.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use forebay_store::Done;
use forebay_store::seam::Spawn;

/// So many jobs that free something are on their way at most.
const JOBS_MAX: usize = 4;

/// Things that nobody needs any more, and ends that somebody waits at. To free or to answer them may
/// take long and may run code of the user, so it does not happen while others wait for the turn. If it
/// takes longer than one transaction should, a job does it; but if [`JOBS_MAX`] are on their way
/// already, whoever has had the turn does, and is held up until there are threads again: one who waits for
/// his answer, one who came with `write_async` and found the turn free, or the thread of the journal's
/// that has shown what was waited for (`settle_soon`), before it answers. Those in the line whose closures he
/// has run are answered first, and who wants the turn does not wait.
#[doc(hidden)]
#[derive(Default)]
pub struct Grave {
    /// A transaction of one change leaves no more than this, and needs no memory for it.
    few: [Option<Gone>; 4],
    len: usize,
    more: Vec<Gone>,
    waiting: Vec<Done<()>>,
    /// Where all of it is freed, if not here.
    elsewhere: Option<Elsewhere>,
}

/// Where that is freed of which there is much.
#[derive(Clone)]
pub(crate) struct Elsewhere {
    spawn: Arc<dyn Spawn>,
    /// Each job has a count of it until it has run, and so has each grave that will be one.
    jobs: Arc<()>,
}

impl Elsewhere {
    pub(super) fn new(spawn: Arc<dyn Spawn>) -> Self {
        Self { spawn, jobs: Arc::default() }
    }

    /// For one more job, if there are not too many.
    fn place(&self) -> Option<Self> {
        let jobs = Arc::strong_count(&self.jobs) - 1;
        (jobs < JOBS_MAX).then(|| self.clone())
    }
}

type Gone = Arc<dyn Any + Send + Sync>;

impl Grave {
    /// Keeps `gone` until the turn is over.
    #[inline]
    pub fn bury(&mut self, gone: Gone) {
        match self.few.get_mut(self.len) {
            Some(place) => *place = Some(gone),
            None => self.more.push(gone),
        }
        self.len += 1;
    }

    /// How many things are in here.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Has everything in here freed by a job, if one more may be: there is much of it. Only who has the
    /// turn may say so.
    pub(super) fn leave_to(&mut self, elsewhere: &Elsewhere) {
        if self.elsewhere.is_none() {
            self.elsewhere = elsewhere.place();
        }
    }

    /// Answers `done` when the turn is over.
    pub(crate) fn answer(&mut self, done: Done<()>) {
        self.waiting.push(done);
    }
}

impl Drop for Grave {
    fn drop(&mut self) {
        self.waiting.drain(..).for_each(|done| done.complete(Ok(())));
        if let Some(Elsewhere { spawn, jobs }) = self.elsewhere.take() {
            let all = (std::mem::take(&mut self.few), std::mem::take(&mut self.more));
            spawn.run(Box::new(move || {
                drop(all);
                drop(jobs);
            }));
        }
    }
}

impl fmt::Debug for Grave {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Grave").field(&self.len).finish()
    }
}
