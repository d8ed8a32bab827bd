//! What is said after the ledger's lock.

use std::sync::Arc;
use std::time::Duration;

use forebay_store::{ByteSize, Error, ErrorKind, Moment};

use super::cause::Cause;
use super::desk::Shrink;
use super::foreign::native;
use super::ledger::Ledger;
use super::line::{End, Waiter};
use super::room::Room;
use crate::lanes::trampoline;

/// What is said after the ledger's lock: nobody is called under it.
#[derive(Default)]
pub(super) struct Answers {
    /// Their bytes are in the books.
    pub(super) granted: Vec<Waiter>,
    /// They wait for nothing any more: the smaller budget holds.
    pub(super) shrunk: Vec<Shrink>,
}

impl Answers {
    pub(super) fn give(self, ledger: &Arc<Ledger>) {
        if !self.granted.is_empty() {
            let now = ledger.clock.now();
            let longest = self.granted.iter().map(|waiter| waiter.waited(now)).max();
            ledger.with(|desk| desk.tally.served(longest.unwrap_or_default()));
        }
        for Waiter { bytes, purpose, end, .. } in self.granted {
            answer(end, Ok(Room::new(Arc::clone(ledger), bytes, purpose)));
        }
        for shrink in self.shrunk {
            shrink.done.complete(Ok(()));
        }
    }
}

/// Answers somebody from the line. One whom nobody waits for gives his room back, which answers the
/// next: that must not grow the stack. A thread that blocks is told at once, as it may be this one. It
/// is not the business of code of users that has given the room back what is done with it.
pub(super) fn answer(end: End, room: forebay_store::Result<Room>) {
    match end {
        End::Thread(_) => end.answer(room),
        End::Claim(_) => trampoline::run(move || native(|| end.answer(room))),
    }
}

/// The errors of a ledger.
pub(super) enum Why {
    Closed,
    LineIsFull,
    TooLarge,
    InForeignCode,
    NotNow,
    NotInTime(Duration),
    Unwanted,
}

impl Why {
    /// When it may be worth trying again.
    pub(super) const LATER: Duration = Duration::from_millis(100);

    pub(super) fn error(&self, bytes: u64, budget: u64) -> Error {
        let (size, of) = (ByteSize::bytes(bytes), ByteSize::bytes(budget));
        match self {
            Self::Closed => Error::new(ErrorKind::Closed, "the pool is closed"),
            Self::LineIsFull => Error::busy("too many wait for room", Self::LATER),
            Self::TooLarge => Error::refused(format!("{size} do not fit into a pool of {of}")),
            Self::InForeignCode => Error::busy(
                format!("no room for {size} now, and code that the pool runs must not wait for it"),
                Self::LATER,
            ),
            Self::NotNow => Error::busy(format!("no room for {size} now"), Self::LATER),
            Self::NotInTime(patience) => {
                // Nobody wants to read nanoseconds.
                let time = Duration::new(patience.as_secs(), patience.subsec_millis() * 1_000_000);
                let message = format!("no room for {size} in {time:?} in a pool of {of}");
                Error::busy(message, Self::LATER)
            }
            Self::Unwanted => Error::new(ErrorKind::Aborted, "nobody waits for this room"),
        }
    }
}

impl Waiter {
    /// Says no.
    pub(super) fn refuse(self, why: &Why, budget: u64, cause: Option<&Cause>) {
        let error = why.error(self.bytes, budget);
        let error = match cause {
            Some(cause) => cause.behind(error),
            None => error,
        };
        answer(self.end, Err(error));
    }

    pub(super) fn waited(&self, until: Moment) -> Duration {
        until.since(self.since)
    }
}
