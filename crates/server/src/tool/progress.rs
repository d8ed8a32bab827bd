//! How far a long work is, on stderr.

use std::io::{IsTerminal, Write, stderr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use forebay::Moment;
use forebay::Seams;

use super::size::{count, size};

/// Tells a few times a second, and only who wants to know.
pub(super) struct Progress {
    is_told: bool,
    /// Lines are written over each other.
    is_terminal: bool,
    seams: Seams,
    /// When it is told next, as a moment.
    due: AtomicU64,
    done: AtomicU64,
    total: AtomicU64,
    records: AtomicU64,
}

impl Progress {
    const PAUSE: Duration = Duration::from_millis(250);

    /// It is told if stderr is a terminal, or if it `is_wanted`.
    pub(super) fn new(is_wanted: bool) -> Self {
        let is_terminal = stderr().is_terminal();
        let seams = Seams::real();
        let due = seams.clock.now().after(Self::PAUSE).0;
        Self {
            is_told: is_terminal || is_wanted,
            is_terminal,
            seams,
            due: AtomicU64::new(due),
            done: AtomicU64::new(0),
            total: AtomicU64::new(0),
            records: AtomicU64::new(0),
        }
    }

    /// One more record was read.
    pub(super) fn count(&self) {
        self.records.fetch_add(1, Ordering::Relaxed);
    }

    /// So many bytes of all have been read.
    pub(super) fn pass(&self, done: u64, total: u64) {
        self.done.store(done, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
        if self.is_due() {
            self.tell(done, total);
        }
    }

    /// So many writes of all have been handed to a store.
    pub(super) fn stored(&self, done: u64, total: u64) {
        if self.is_due() || self.is_told && done == total {
            self.line(&format!("{done} of {} written", count(total, "write")));
        }
    }

    /// Says `line` if it is time for it.
    pub(super) fn say(&self, line: impl FnOnce() -> String) {
        if self.is_due() {
            self.line(&line());
        }
    }

    /// Nothing more is to come. A terminal gets its line back, others are told this.
    pub(super) fn end_with(&self, line: &str) {
        if self.is_told && !self.is_terminal {
            self.line(line);
        } else if self.is_terminal {
            let _ = write!(stderr().lock(), "\r\x1b[K");
        }
    }

    /// Whether it is time to tell again.
    fn is_due(&self) -> bool {
        let now = self.seams.clock.now();
        let is_due = self.is_told && now >= Moment(self.due.load(Ordering::Relaxed));
        if is_due {
            self.due.store(now.after(Self::PAUSE).0, Ordering::Relaxed);
        }
        is_due
    }

    /// Another reading begins.
    pub(super) fn restart(&self) {
        self.records.store(0, Ordering::Relaxed);
    }

    /// Nothing more is read. A terminal gets its line back.
    pub(super) fn end(&self) {
        if self.is_terminal {
            let _ = write!(stderr().lock(), "\r\x1b[K");
        } else if self.is_told {
            // What lies behind the last frame may not have been looked at, and is done all the same.
            let total = self.total.load(Ordering::Relaxed);
            self.tell(total, total);
        }
    }

    fn tell(&self, done: u64, total: u64) {
        let records = count(self.records.load(Ordering::Relaxed), "record");
        let percent = (done * 100).checked_div(total).unwrap_or(100);
        self.line(&format!("{} of {} ({percent} %), {records}", size(done), size(total)));
    }

    fn line(&self, line: &str) {
        // If nobody listens there is nobody to tell.
        let _ = if self.is_terminal {
            write!(stderr().lock(), "\r\x1b[K{line}")
        } else {
            writeln!(stderr().lock(), "{line}")
        };
    }
}
