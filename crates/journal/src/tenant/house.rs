//! What the tenants of a shared journal have in common.

use std::collections::VecDeque;
use std::mem::forget;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicU64, Ordering};
use forebay_store::{Durability, Error, Result};

use super::announcement::{self, Announced};
use super::channel::Others;
use super::seat::Seat;
use crate::frame::Frame;
use crate::journal::Journal;

/// A journal and its tenants. No lock of it is held across I/O but `ending`, and none while a tenant is
/// called.
pub(super) struct House {
    pub(super) journal: Journal,
    pub(super) seats: Vec<Arc<Seat>>,
    /// What they are called.
    names: Vec<String>,
    /// The announcement that is made again and again.
    announcement: Frame,
    /// The numbers of announcements in the journal, rising. The journal is only ever cut off at one, so
    /// that a reader knows whose the records behind it are.
    announced: Mutex<VecDeque<u64>>,
    /// Where the journal was cut off last.
    cut_off: AtomicU64,
    /// Bytes since the last announcement.
    unannounced: AtomicU64,
    announces_every: u64,
    /// Frames that were accepted in the ordinary way.
    accepted: AtomicU64,
    ending: Mutex<Ending>,
}

/// What a tenant appends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Appended {
    /// What it was asked to keep.
    News,
    /// What says what may go, or lets something go: it has the room that is kept for that.
    Own,
    /// What is in the journal already, so that what is older may go. It has the same room.
    Again,
    /// A few bytes of that kind: to the other tenants it is not new.
    Reminder,
}

#[derive(Debug, Default)]
struct Ending {
    is_over: bool,
}

impl House {
    /// Announces these tenants and takes them in. `announced` are the announcements that are there.
    pub(super) fn new(
        journal: Journal,
        tenants: &[Announced],
        seats: Vec<Arc<Seat>>,
        announced: VecDeque<u64>,
    ) -> Result<Self> {
        /// So a segment is not kept for long for the announcement in it alone.
        const IN_A_SEGMENT: u64 = 4;
        let announcement = Frame::of(&announcement::encode(tenants))?;
        let house = Self {
            announces_every: journal.segment_bytes() / IN_A_SEGMENT,
            journal,
            seats,
            names: tenants.iter().map(|tenant| tenant.name.clone()).collect(),
            announcement,
            cut_off: AtomicU64::new(announced.front().copied().unwrap_or_default()),
            announced: Mutex::new(announced),
            unannounced: AtomicU64::new(0),
            accepted: AtomicU64::new(0),
            ending: Mutex::default(),
        };
        house.journal.make_room_own(house.announcement.length())?;
        house.announce()?;
        Ok(house)
    }

    /// Appends for a tenant.
    pub(super) fn append(&self, seat: &Seat, frame: &Frame, what: Appended) -> Result<u64> {
        let number = seat.enter(|| match what {
            Appended::News => self.journal.append(frame),
            Appended::Own | Appended::Again | Appended::Reminder => self.journal.append_own(frame),
        })?;
        let length = frame.length() as u64;
        match what {
            Appended::News | Appended::Own => seat.note_news(),
            Appended::Again => seat.note_again(length),
            Appended::Reminder => {}
        }
        if what == Appended::News {
            self.accepted.fetch_add(1, Ordering::Relaxed);
        }
        if self.unannounced.fetch_add(length, Ordering::Relaxed) + length >= self.announces_every {
            // If there is no room, the next one is tried when the next frame comes.
            let _ = self.announce();
        }
        Ok(number)
    }

    fn announce(&self) -> Result<()> {
        let mut announced = self.announced.lock();
        let number = self.journal.append_own(&self.announcement)?;
        announced.push_back(number);
        self.unannounced.store(0, Ordering::Relaxed);
        Ok(())
    }

    /// A tenant needs no record before `needed`: what nobody needs goes.
    pub(super) fn retire(&self, seat: &Seat, needed: u64) -> Result<()> {
        let synced = self.journal.position().synced;
        if needed > synced + 1 {
            return Err(Error::invalid("only records that are synced can be retired"));
        }
        seat.needs_from(needed);
        self.cut_off(self.cut(synced))?;
        // A tenant that does nothing lets go of nothing, and the journal would grow to its bound because of it.
        let is_idle = |other: &Arc<Seat>| other.tag != seat.tag && other.was_idle();
        if let Some(oldest) = self.oldest().filter(is_idle) {
            self.ask(&oldest, None);
        }
        Ok(())
    }

    /// Where the journal may be cut off, of which so much is synced.
    fn cut(&self, synced: u64) -> Option<u64> {
        // What is appended from now on comes after `synced`.
        let firsts = self.seats.iter().map(|seat| seat.first_needed());
        let needed = firsts.min().unwrap_or_default().min(synced);
        let mut announced = self.announced.lock();
        while announced.get(1).is_some_and(|next| *next <= needed) {
            announced.pop_front();
        }
        announced.front().copied().filter(|first| *first <= needed)
    }

    fn cut_off(&self, cut: Option<u64>) -> Result<()> {
        let Some(from) = cut else { return Ok(()) };
        self.journal.retire(from)?;
        self.cut_off.fetch_max(from, Ordering::SeqCst);
        Ok(())
    }

    /// Whether something may go that has not gone yet: somebody is at it, or has failed.
    fn may_shrink(&self) -> bool {
        let cut = self.cut(self.journal.position().synced);
        cut.is_some_and(|from| from > self.cut_off.load(Ordering::SeqCst))
    }

    /// The tenant that needs the oldest record, if anybody needs any.
    fn oldest(&self) -> Option<Arc<Seat>> {
        let needs = self.seats.iter().map(|seat| (seat.first_needed(), seat));
        let (first, oldest) = needs.min_by_key(|(first, _)| *first)?;
        (first != Seat::NOTHING).then(|| Arc::clone(oldest))
    }

    /// Whether no other tenant needs an older record than this one.
    pub(super) fn is_oldest(&self, seat: &Seat) -> bool {
        let first = seat.first_needed();
        self.others_of(seat).all(|other| other.first_needed() >= first)
    }

    /// What all tenants but this one have appended.
    pub(super) fn others(&self, seat: &Seat) -> Others {
        self.others_of(seat).fold(Others::default(), |sum, other| {
            let (came, again) = other.appended();
            Others { came: sum.came + came, again: sum.again + again }
        })
    }

    fn others_of(&self, seat: &Seat) -> impl Iterator<Item = &Arc<Seat>> {
        let tag = seat.tag;
        self.seats.iter().filter(move |other| other.tag != tag)
    }

    /// Has a tenant make room, for a frame of this length if another one found none. What it panics with is its own, and has been
    /// said by then; it is leaked, for it may panic when it is dropped.
    fn ask(&self, seat: &Seat, wanted: Option<usize>) {
        if let Some(hook) = seat.ask(self.accepted.load(Ordering::Relaxed), wanted.is_some()) {
            let asked = catch_unwind(AssertUnwindSafe(move || hook(wanted)));
            asked.unwrap_or_else(forget);
        }
    }

    /// The tenant that needs the oldest record, if it is gone and so can let go of nothing, and all else that may go
    /// has gone.
    pub(super) fn absent(&self) -> Option<&str> {
        let needs = self.seats.iter().zip(&self.names);
        let (seat, name) = needs.min_by_key(|(seat, _)| seat.first_needed())?;
        let needs_any = seat.first_needed() != Seat::NOTHING;
        (needs_any && seat.is_gone() && !self.may_shrink()).then_some(name.as_str())
    }

    /// The journal is full for the asker, which wants room for `length` bytes: what may go goes, and the tenant that needs the
    /// oldest record is asked to make room. If that is the asker itself, it knows by now.
    pub(super) fn relieve(&self, asker: &Seat, length: usize) {
        if self.may_shrink() {
            // Whoever was at it may have failed, and it may fail again.
            let _ = self.cut_off(self.cut(self.journal.position().synced));
        }
        // What it will retire is cut off at an announcement, so there should be one before that.
        if self.unannounced.load(Ordering::Relaxed) > 0 {
            let _ = self.announce();
        }
        if let Some(oldest) = self.oldest().filter(|oldest| oldest.tag != asker.tag) {
            self.ask(&oldest, Some(length));
        }
    }

    /// A tenant closes; the last one closes the journal.
    pub(super) fn close(&self, seat: &Seat) -> Result<()> {
        seat.close();
        let mut ending = self.ending.lock();
        if ending.is_over {
            return Ok(());
        }
        if self.seats.iter().all(Seat::is_gone) {
            self.journal.close()?;
            ending.is_over = true;
            return Ok(());
        }
        self.journal.wait(self.journal.position().appended, Durability::Synced)
    }
}
