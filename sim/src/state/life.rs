//! One owner of the state, and what it does.

use std::sync::Arc;
use std::time::Duration;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::{Home, State, View};
use forebay_store::seam::manual::ManualClock;
use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use forebay_store::{Durability, Error, ErrorKind, Op};

use super::beside::Mail;
use super::book::{Book, BookTx, Content};
use super::change::Change;
use super::copies::Copied;
use super::jobs::Jobs;
use super::lives::{Quirk, StateLives};
use super::promises::Promises;
use crate::dice::Dice;

pub(crate) const RUNGS: [Durability; 4] =
    [Durability::Memory, Durability::Journaled, Durability::Journaled, Durability::Synced];

/// What an owner has from those before it, and what several of its clients share.
pub(crate) struct Shared {
    pub(crate) disk: SimulatedDisk,
    pub(crate) promises: Mutex<Promises>,
    /// Transactions that are under way.
    pending: Mutex<Vec<Pending>>,
    pub(crate) lines: Mutex<Vec<String>>,
    pub(crate) violations: Mutex<Vec<String>>,
    /// The last number that a transaction was given, and so the last mail.
    number: AtomicU64,
    /// Somebody is being let in.
    pub(crate) is_entering: AtomicBool,
    pub(crate) copies: Mutex<Vec<Copied>>,
    pub(crate) jobs: Arc<Jobs>,
    pub(crate) accepted: AtomicU64,
    pub(crate) acknowledged: AtomicU64,
    pub(crate) refused: AtomicU64,
    is_faulty: bool,
    is_tight: bool,
}

struct Pending {
    number: usize,
    rung: Durability,
    is_change: bool,
    op: Op<()>,
}

impl Shared {
    pub(crate) fn new(disk: SimulatedDisk, lives: &StateLives) -> Self {
        Self {
            disk,
            promises: Mutex::new(Promises::new()),
            pending: Mutex::default(),
            lines: Mutex::default(),
            violations: Mutex::default(),
            number: AtomicU64::new(0),
            is_entering: AtomicBool::new(false),
            copies: Mutex::default(),
            jobs: Arc::default(),
            accepted: AtomicU64::new(0),
            acknowledged: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            is_faulty: lives.is_faulty(),
            is_tight: lives.is_tight() || lives.beside,
        }
    }

    pub(crate) fn note(&self, line: impl Into<String>) {
        self.lines.lock().push(line.into());
    }

    pub(crate) fn violate(&self, text: String) {
        self.note(format!("!! {text}"));
        self.violations.lock().push(text);
    }

    pub(crate) fn is_broken(&self) -> bool {
        !self.violations.lock().is_empty()
    }

    /// The last number that a transaction was given.
    pub(crate) fn last(&self) -> u64 {
        self.number.load(Ordering::SeqCst)
    }

    /// An error that nothing explains must not be.
    pub(crate) fn explain(&self, what: &str, error: &Error) {
        self.note(format!("{what}: {error:?}"));
        let kind = error.kind();
        let is_room = kind == ErrorKind::Busy && self.is_tight;
        let is_disk = self.is_faulty || self.disk.ending().is_some();
        if matches!(kind, ErrorKind::Corrupt | ErrorKind::Invalid) || !is_room && !is_disk {
            self.violate(format!("{what}: nothing was wrong, and yet: {error:?}"));
        }
    }

    /// Somebody looks at what is shown, and at what was answered.
    pub(crate) fn look(&self, state: &State<Book>) {
        let pending = std::mem::take(&mut *self.pending.lock());
        for Pending { number, rung, is_change, op } in pending {
            match op.try_take() {
                Ok(answer) => self.answered((number, rung, is_change), answer),
                Err(op) => self.pending.lock().push(Pending { number, rung, is_change, op }),
            }
        }
        let view = state.read();
        if let Err(text) = self.promises.lock().seen(&view) {
            self.violate(text);
        }
    }

    fn answered(
        &self,
        (number, rung, is_change): (usize, Durability, bool),
        answer: Result<(), Error>,
    ) {
        match answer {
            Ok(()) => {
                self.note(format!("{number} is acknowledged at {rung:?}"));
                self.acknowledged.fetch_add(1, Ordering::SeqCst);
                self.promises.lock().acknowledge(number, rung);
            }
            Err(error) => {
                self.refused.fetch_add(1, Ordering::SeqCst);
                if is_change {
                    self.promises.lock().refuse(number);
                }
                self.explain(&format!("{number} at {rung:?}"), &error);
            }
        }
    }

    fn take(&self, dice: &Dice) -> Option<Pending> {
        let mut pending = self.pending.lock();
        (!pending.is_empty()).then(|| dice.index(pending.len())).map(|at| pending.swap_remove(at))
    }

    /// Everybody who waits goes away.
    pub(crate) fn leave(&self) {
        drop(std::mem::take(&mut *self.pending.lock()));
    }
}

type Enlists<'m> = &'m dyn Fn(&mut BookTx<'_>) -> Option<forebay_store::Result<()>>;

/// One transaction is let in, or not; then nothing has happened.
pub(crate) fn transact(
    state: &State<Book>,
    shared: &Shared,
    dice: &Dice,
    (rung, who): (Durability, &str),
    (length, mail): (Option<usize>, Option<u16>),
    enlist: Enlists<'_>,
) {
    let number = shared.number.fetch_add(1, Ordering::SeqCst) + 1;
    let before = shared.promises.lock().newest();
    let mut next = Content::clone(&before);
    let mut changes = Change::some(dice, number, length);
    if mail.is_some() {
        // So that nobody mistakes the state before it for the one with it.
        changes.push(Change::Mark(number));
    }
    let (is_given_up, mut agrees) = (dice.chance(60), true);
    shared.is_entering.store(true, Ordering::SeqCst);
    let submitted = state.submit(rung, |tx| {
        for change in &changes {
            agrees &= change.make(tx, &mut next)?;
        }
        agrees &= tx.people.iter().eq(&next.people);
        agrees &= tx.notes.iter().rev().eq(next.notes.iter().rev());
        enlist(tx).transpose()?;
        if is_given_up { Err(Error::refused("given up")) } else { Ok(()) }
    });
    if !agrees {
        shared.violate(format!("{who}: {changes:?} does not see what was accepted"));
    }
    let clashes = next.clashes();
    let told = format!("{who}: {rung:?} {number} {} {mail:?}", next.short());
    let receipt = match submitted {
        Ok(ticket) => ticket.receipt,
        Err(error) => {
            let is_own = error.kind() == ErrorKind::Refused;
            if is_own && (is_given_up || clashes || length.is_some()) {
                shared.note(format!("{told}: {error}"));
            } else {
                shared.explain(&told, &error);
            }
            shared.is_entering.store(false, Ordering::SeqCst);
            return;
        }
    };
    if clashes || is_given_up {
        shared.violate(format!("{told}: it was to be refused"));
    }
    let is_change = receipt.revision() > shared.promises.lock().revision();
    if !is_change && next != *before {
        shared.violate(format!("{told}: it has changed something, and has no revision"));
    }
    let given = (receipt.revision(), rung, mail);
    let number = shared.promises.lock().accept(next, given);
    shared.is_entering.store(false, Ordering::SeqCst);
    shared.note(format!("{told}: accepted as {number}, {}", receipt.revision().0));
    shared.accepted.fetch_add(1, Ordering::SeqCst);
    shared.pending.lock().push(Pending { number, rung, is_change, op: receipt.shown() });
}

/// An owner.
pub(crate) struct Life {
    pub(crate) state: State<Book>,
    pub(crate) mail: Option<Mail>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) clock: Arc<ManualClock>,
    /// Views that are held, and what they show.
    views: Vec<(View<Book>, Content)>,
}

impl Life {
    pub(crate) fn new(
        state: State<Book>,
        mail: Option<Mail>,
        shared: &Arc<Shared>,
        clock: &Arc<ManualClock>,
    ) -> Self {
        let (shared, clock) = (Arc::clone(shared), Arc::clone(clock));
        Self { state, mail, shared, clock, views: Vec::new() }
    }

    /// Does something; says whether it makes sense to go on.
    pub(crate) fn step(&mut self, lives: &StateLives, dice: &Dice) -> bool {
        self.shared.jobs.run_all();
        match dice.below(20) {
            0..10 => self.transact(lives, dice),
            10..13 => self.wait(dice),
            13 => drop(self.shared.take(dice)),
            14 => self.snapshot(),
            15 => self.sync(),
            16 => self.hold(dice),
            17 if lives.copies => self.copy(),
            18 => self.use_mail(dice),
            _ => {
                self.clock.advance(Duration::from_millis(dice.below(40)));
                if lives.fills && dice.chance(200) {
                    self.shared.disk.set_room(u64::MAX);
                }
            }
        }
        self.shared.look(&self.state);
        let is_over = self.shared.disk.ending().is_some() || self.state.failure().is_some();
        // Some do not notice.
        !self.shared.is_broken() && (!is_over || dice.chance(700))
    }

    pub(crate) fn transact(&self, lives: &StateLives, dice: &Dice) {
        let rung = *dice.pick(&RUNGS);
        let length = (lives.long && dice.chance(150)).then(|| 40_000 + dice.index(120_000));
        let wanted = self.mail.as_ref().filter(|_| dice.chance(600));
        let bytes = dice.index(2000);
        let Ok(name) = u16::try_from(self.shared.last() + 1) else { return };
        let is_lost = lives.quirk == Quirk::LosesMail && name % 7 == 0;
        let enlist = |tx: &mut BookTx<'_>| {
            wanted.filter(|_| !is_lost).map(|mail| mail.enlist(tx, name, bytes))
        };
        let mail = wanted.map(|_| name);
        transact(&self.state, &self.shared, dice, (rung, "transaction"), (length, mail), &enlist);
    }

    fn wait(&self, dice: &Dice) {
        if let Some(Pending { number, rung, is_change, op }) = self.shared.take(dice) {
            let answer = op.wait();
            self.shared.answered((number, rung, is_change), answer);
        }
    }

    fn snapshot(&self) {
        let shown = self.state.revision();
        match self.state.snapshot().wait() {
            Ok(report) if report.revision >= shown => {
                self.shared.note(format!("a snapshot of {}", report.revision.0));
            }
            Ok(report) => {
                self.shared.violate(format!("{shown} was shown, {} is saved", report.revision));
            }
            Err(error) => self.shared.explain("a snapshot", &error),
        }
    }

    fn sync(&self) {
        let number = self.shared.promises.lock().count();
        match self.state.sync().wait() {
            Ok(()) => {
                self.shared.note(format!("{number} are synced"));
                self.shared.promises.lock().acknowledge(number, Durability::Synced);
            }
            Err(error) => self.shared.explain("a sync", &error),
        }
    }

    /// Holds one more view, or lets one go.
    fn hold(&mut self, dice: &Dice) {
        if self.views.len() < 4 {
            let view = self.state.read();
            let content = Content::of(&view);
            self.views.push((view, content));
        } else {
            self.views.swap_remove(dice.index(4));
        }
    }

    fn copy(&self) {
        let mut copies = self.shared.copies.lock();
        let name = format!("copy-{}", self.shared.number.fetch_add(1, Ordering::SeqCst));
        let shown = self.state.revision();
        let home = Home::simulated(self.shared.disk.clone(), &name);
        match self.state.checkpoint(home).wait() {
            Ok(report) if report.revision >= shown => {
                let content = self.shared.promises.lock().at(report.revision);
                self.shared.note(format!("{name} of {}", report.revision.0));
                copies.extend(content.map(|content| Copied { name, content }));
            }
            Ok(report) => {
                self.shared.violate(format!("{shown} was shown, {} is copied", report.revision));
            }
            Err(error) => self.shared.explain("a copy", &error),
        }
    }

    fn use_mail(&self, dice: &Dice) {
        let Some(mail) = &self.mail else { return };
        match dice.below(3) {
            0 => mail.script.go_down(),
            1 => mail.script.come_back(),
            _ => drop(mail.cache.flush()),
        }
    }

    /// What is held is what it was.
    pub(crate) fn look_at_views(&self) {
        for (view, content) in &self.views {
            if Content::of(view) != *content || !content.is_indexed(view) {
                self.shared.violate(format!("a view of {} has changed", view.revision()));
            }
        }
    }

    /// Closes the state; then everything is synced, and nothing is taken.
    pub(crate) fn close(&self) {
        let number = self.shared.promises.lock().count();
        match self.state.close().wait() {
            Ok(_) => {
                self.shared.note(format!("closed with {number}"));
                self.shared.promises.lock().acknowledge(number, Durability::Synced);
            }
            Err(error) => self.shared.explain("a close", &error),
        }
        self.shared.look(&self.state);
        let late = self.state.submit(Durability::Memory, |_| Ok(()));
        if late.is_ok() {
            self.shared.violate("a closed state takes a transaction".to_owned());
        }
    }
}
