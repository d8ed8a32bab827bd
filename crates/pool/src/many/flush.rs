//! Everything that has no blob is written.

use std::sync::{Arc, Weak};

use forebay_store::sync::Mutex;
use forebay_store::{Done, Drive, Error, Op, Result};

use crate::handle::Once;
use crate::inner::Inner;
use crate::lanes::Lane;
use crate::slot::{Standing, Stored};

/// Writes everything that has no blob, a few at a time.
pub(crate) fn flush(pool: &Arc<Inner>) -> Op<()> {
    let (answer, op) = Once::new();
    let left = Mutex::new(Left::default());
    op.driven_by(Arc::new(Starting(Arc::new(Flush { pool: Arc::clone(pool), left, answer }))))
}

struct Flush {
    pool: Arc<Inner>,
    left: Mutex<Left>,
    answer: Once<()>,
}

#[derive(Default)]
struct Left {
    is_begun: bool,
    /// Somebody begins what there is place for: who ends meanwhile only counts.
    is_going: bool,
    objects: Vec<Weak<dyn Stored>>,
    under_way: usize,
    error: Option<Error>,
}

impl Flush {
    /// So many are under way at once: the queue of a lane is not filled with all of them.
    const AT_ONCE: usize = 64;

    fn begin(self: &Arc<Self>) {
        if std::mem::replace(&mut self.left.lock().is_begun, true) {
            return;
        }
        let mut objects = Vec::new();
        self.pool.queue.each(&mut |slot| {
            let standing = slot.look().standing;
            let is_unsaved = matches!(
                standing,
                Standing::Unsaved | Standing::Troubled | Standing::Writing | Standing::Lent
            );
            if is_unsaved {
                objects.push(Arc::downgrade(slot));
            }
        });
        self.left.lock().objects = objects;
        self.go_on();
    }

    /// Begins what there is place for. What is answered at once must not begin the next: the stack would
    /// grow with each.
    fn go_on(self: &Arc<Self>) {
        if std::mem::replace(&mut self.left.lock().is_going, true) {
            return;
        }
        loop {
            let step = self.left.lock().step();
            match step {
                Step::Save(object) => {
                    let flush = Arc::clone(self);
                    let ended = Done::call(move |result| flush.ended(result));
                    match object.upgrade() {
                        Some(object) => object.save(ended),
                        None => ended.complete(Ok(())),
                    }
                }
                Step::Wait => return,
                Step::Over(outcome) => return self.answer.complete(outcome),
            }
        }
    }

    fn ended(self: &Arc<Self>, result: Result<()>) {
        let second = {
            let mut left = self.left.lock();
            left.under_way -= 1;
            match result {
                Err(error) if left.error.is_some() => Some(error),
                result => result.err().and_then(|error| left.error.replace(error)),
            }
        };
        // What it comes from may be the user's, and so is its end: not under the lock.
        drop(second);
        self.go_on();
    }
}

enum Step {
    Save(Weak<dyn Stored>),
    /// An end goes on.
    Wait,
    Over(Result<()>),
}

impl Left {
    fn step(&mut self) -> Step {
        if self.under_way < Flush::AT_ONCE
            && let Some(object) = self.objects.pop()
        {
            self.under_way += 1;
            return Step::Save(object);
        }
        if self.under_way == 0 {
            // Whoever came later would find no error: nobody goes on after this.
            return Step::Over(self.error.take().map_or(Ok(()), Err));
        }
        self.is_going = false;
        Step::Wait
    }
}

struct Starting(Arc<Flush>);

impl Drive for Starting {
    fn drive(&self) {
        self.0.begin();
        while self.0.answer.is_wanted() && self.0.pool.lanes.help(Lane::Write) {}
    }

    fn start(&self) {
        self.0.begin();
    }
}
