//! The line: closures of those who do not wait for the turn.
//!
//! Whoever comes runs all that stand in the line if the turn is free, else a job takes the turn for
//! them. So an async caller never blocks, and many of them cost one taking of the turn.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use forebay_store::sync::Mutex;
use forebay_store::{Done, Durability, Error, ErrorKind, Op, Result};

use super::append::Entering;
use super::core::{Core, Prepared, run};
use super::desk::Desk;
use super::grave::Grave;
use super::partners::Partners;
use super::turn::Held;
use super::unshown::{Need, panicked};
use crate::snapshot::Keeper;
use crate::tables::{Tables, TxContext};

/// How many may stand in the line.
const LINE_MAX: usize = 1 << 16;

/// So many run before others get the turn.
const AT_ONCE: usize = 64;

/// Those who do not wait for the turn.
pub(crate) struct Line<T: Tables>(Mutex<Places<T>>);

struct Places<T: Tables> {
    waiting: VecDeque<Waiting<T>>,
    /// A job is on its way to take the turn for them.
    has_job: bool,
}

/// A closure with its answer. It is run with the turn, or told why there is none.
type Waiting<T> = Box<dyn FnOnce(&Arc<Core<T>>, Turned<'_, T>) -> After<T> + Send>;

type Turned<'a, T> = Result<(&'a mut Desk<T>, &'a mut Grave)>;

type Wait<T> = Box<dyn FnOnce(&Arc<Core<T>>) + Send>;

/// What is left to be done when the turn is given back: it may run foreign code.
enum After<T: Tables> {
    Answer(Box<dyn FnOnce() + Send>),
    /// There is no room in the journal; the turn is to be blocked until this has been run, which waits
    /// for it.
    Room(Wait<T>),
}

impl<T: Tables> Default for Line<T> {
    fn default() -> Self {
        Self(Mutex::new(Places { waiting: VecDeque::new(), has_job: false }))
    }
}

impl<T: Tables> Line<T> {
    fn next(&self) -> Option<Waiting<T>> {
        self.0.lock().waiting.pop_front()
    }
}

impl<T: Tables> Core<T> {
    /// Runs `f` as one transaction, here or elsewhere, and answers when it is shown. It returns at once.
    pub(crate) fn write_async<R: Send + 'static>(
        self: &Arc<Self>,
        rung: Durability,
        f: impl FnOnce(&mut T::Tx<'_>) -> Result<R> + Send + 'static,
    ) -> Op<R> {
        if let Err(error) = self.check_rung(rung) {
            return Op::failed(error);
        }
        let (done, op) = Op::pending();
        {
            let mut places = self.line.0.lock();
            if places.waiting.len() >= LINE_MAX {
                let message = "too many transactions wait for their turn";
                return Op::failed(Error::busy(message, Duration::from_millis(10)));
            }
            let waiting = move |core: &Arc<Self>, turned: Turned<'_, T>| match turned {
                Ok((desk, grave)) => core.run_for(desk, grave, rung, f, done),
                Err(error) => After::Answer(Box::new(move || done.complete(Err(error)))),
            };
            places.waiting.push_back(Box::new(waiting));
        }
        match self.turn.try_take() {
            Some(turn) if !turn.is_blocked => self.run_line(turn),
            _ => self.send_for_turn(),
        }
        op
    }

    /// Runs those in the line, and has the rest run elsewhere.
    fn run_line(self: &Arc<Self>, mut turn: Held<'_, Desk<T>>) {
        let (mut answers, mut room) = (Vec::new(), None);
        let mut grave = Grave::default();
        for _ in 0..AT_ONCE {
            let Some(waiting) = self.line.next() else { break };
            match waiting(self, Ok((&mut turn, &mut grave))) {
                After::Answer(answer) => answers.push(answer),
                After::Room(wait) => {
                    turn.is_blocked = true;
                    room = Some(wait);
                    break;
                }
            }
        }
        drop(turn);
        // What is in the grave is freed at the end: it may take long, and nobody is to wait for it.
        for answer in answers {
            answer();
        }
        match room {
            None => self.send_for_turn(),
            Some(wait) => {
                let core = Arc::clone(self);
                self.seams.spawn.run(Box::new(move || {
                    wait(&core);
                    core.send_for_turn();
                }));
            }
        }
    }

    /// Has a job take the turn for those in the line, if there are any.
    fn send_for_turn(self: &Arc<Self>) {
        {
            let mut places = self.line.0.lock();
            if places.waiting.is_empty() || std::mem::replace(&mut places.has_job, true) {
                return;
            }
        }
        let core = Arc::clone(self);
        self.seams.spawn.run(Box::new(move || core.wait_for_turn()));
    }

    fn wait_for_turn(self: &Arc<Self>) {
        let turn = self.turn.take_when(|desk| !desk.is_blocked);
        // Whoever comes from now on is seen below, or sends again.
        self.line.0.lock().has_job = false;
        match turn {
            Ok(turn) => self.run_line(turn),
            Err(error) => {
                // This thread has the turn itself: the job was run at once, within a closure.
                while let Some(waiting) = self.line.next() {
                    if let After::Answer(answer) = waiting(self, Err(error.clone())) {
                        answer();
                    }
                }
            }
        }
    }

    /// Runs a closure with somebody else's turn.
    fn run_for<R: Send + 'static>(
        self: &Arc<Self>,
        desk: &mut Desk<T>,
        grave: &mut Grave,
        rung: Durability,
        f: impl FnOnce(&mut T::Tx<'_>) -> Result<R>,
        done: Done<R>,
    ) -> After<T> {
        // What is in it is dropped with the answer, when the turn is given back.
        let mut context = self.context();
        let prepared = desk.open(grave).and_then(|()| {
            let ran = catch_unwind(AssertUnwindSafe(|| {
                let (result, changes) = run(desk, &mut context, f)?;
                let after = (&mut context.partners, &mut *grave);
                Ok((result, self.prepare(desk, rung, changes, after)?))
            }));
            ran.unwrap_or_else(|panic| Err(panicked("a transaction panicked", &*panic)))
        });
        let (result, mut entering) = match prepared {
            Ok((result, Prepared::Entering(entering))) => (result, entering),
            Ok((result, Prepared::Done(need))) => {
                return self.answer(Ok((result, need)), context, done);
            }
            Err(error) => return self.answer(Err(error), context, done),
        };
        let Some(log) = &self.log else { return self.answer(Ok((result, None)), context, done) };
        match entering.append(log, desk, (&mut context.partners, &mut *grave)) {
            Ok(()) => {
                let need = self.accepted(desk, entering, grave);
                self.answer(need.map(|need| (result, need)), context, done)
            }
            Err(error) if error.kind() == ErrorKind::Busy => After::Room(Box::new(move |core| {
                let entered = core.enter_later(entering, &mut context.partners);
                let entered = entered.map(|need| (result, need));
                if let After::Answer(answer) = core.answer(entered, context, done) {
                    answer();
                }
            })),
            Err(error) => self.answer(Err(error), context, done),
        }
    }

    /// Goes on where there was no room, with the turn blocked.
    fn enter_later(
        self: &Arc<Self>,
        mut entering: Entering<T>,
        partners: &mut Partners,
    ) -> Result<Option<Need>> {
        let Some(log) = &self.log else { return Ok(None) };
        let mut grave = Grave::default();
        let turn = self.make_room(log, &mut entering, partners)?;
        self.append(log, turn, entering, (partners, &mut grave)).map(|(_, need)| need)
    }

    fn answer<R: Send + 'static>(
        self: &Arc<Self>,
        entered: Result<(R, Option<Need>)>,
        context: TxContext,
        done: Done<R>,
    ) -> After<T> {
        let core = Arc::clone(self);
        After::Answer(Box::new(move || {
            drop(context);
            // The journal may take no more until a snapshot makes some of it superfluous.
            Keeper::look(&core, entered.is_err() && core.lacked_room());
            match entered {
                Ok((result, Some(need))) => {
                    let done = Done::mapped(done, |shown: Result<()>| shown.map(|()| result));
                    core.settle_soon(need, done);
                }
                entered => done.complete(entered.map(|(result, _)| result)),
            }
        }))
    }
}
