//! What is noted of an entry in a few bits: how often it was used, whether it is quiet, and whether time matters.

use forebay_store::sync::atomic::{AtomicU8, Ordering};

/// See `quiet.rs`, which says who changes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quiet {
    /// Something goes on besides waiting for the flusher.
    No,
    /// The entry alone can take an overwrite.
    Alone,
    /// It has taken one, and its work does not know yet.
    Ahead,
    /// It is dirty, and has no work yet.
    Fresh,
}

/// One byte. Uses are noted under a read lock, all else by who has the entry for himself.
#[derive(Debug)]
pub(super) struct Marks(AtomicU8);

impl Marks {
    /// The lowest bits, so that one more use is one more. Beyond so many they are not told apart.
    const USES: u8 = 0b11;
    const IS_TIMED: u8 = 0b100;
    const QUIET: u8 = Self::ALONE | Self::AHEAD;
    const ALONE: u8 = 0b1000;
    const AHEAD: u8 = 0b1_0000;

    pub(super) const fn new() -> Self {
        Self(AtomicU8::new(0))
    }

    #[inline]
    pub(super) fn copy(&self) -> Self {
        Self(AtomicU8::new(self.get(u8::MAX)))
    }

    #[inline]
    fn get(&self, which: u8) -> u8 {
        self.0.load(Ordering::Relaxed) & which
    }

    #[inline]
    fn set(&mut self, which: u8, to: u8) {
        let marks = self.0.get_mut();
        *marks = *marks & !which | to;
    }

    /// Notes a use. Two at once may count as one, which an eviction policy forgives.
    #[inline]
    pub(super) fn touch(&self) {
        let marks = self.get(u8::MAX);
        if marks & Self::USES < Self::USES {
            self.0.store(marks + 1, Ordering::Relaxed);
        }
    }

    /// Notes a use of a caller that has the entry for itself. All that it notes at once is one write then.
    #[inline]
    pub(super) fn touch_alone(&mut self) {
        let marks = self.0.get_mut();
        *marks += u8::from(*marks & Self::USES < Self::USES);
    }

    /// Notes an overwrite of a quiet entry, which is a use. The work does not know of it yet, if there is one.
    #[inline]
    pub(super) fn overwrite(&mut self) {
        let marks = self.0.get_mut();
        // Both bits if both were there, which is fresh.
        let quiet = Self::AHEAD | *marks & Self::ALONE & *marks >> 1;
        *marks = *marks & !Self::QUIET | quiet;
        self.touch_alone();
    }

    /// What `make` makes, which is noted as a use, unless time matters. It is noted before: to make it may take long, and
    /// the uses that others note meanwhile count.
    #[inline]
    pub(super) fn use_timeless<R>(&self, make: impl FnOnce() -> R) -> Option<R> {
        let marks = self.get(u8::MAX);
        // What is read often has been, and one comparison says so.
        if marks & (Self::USES | Self::IS_TIMED) != Self::USES {
            if marks & Self::IS_TIMED != 0 {
                return None;
            }
            self.0.store(marks + 1, Ordering::Relaxed);
        }
        Some(make())
    }

    #[inline]
    pub(super) fn uses(&self) -> u8 {
        self.get(Self::USES)
    }

    #[inline]
    pub(super) fn set_uses(&mut self, uses: u8) {
        self.set(Self::USES, uses.min(Self::USES));
    }

    #[inline]
    pub(super) fn is_timed(&self) -> bool {
        self.get(Self::IS_TIMED) != 0
    }

    #[inline]
    pub(super) fn set_timed(&mut self, is_timed: bool) {
        self.set(Self::IS_TIMED, if is_timed { Self::IS_TIMED } else { 0 });
    }

    #[inline]
    pub(super) fn quiet(&self) -> Quiet {
        match self.get(Self::QUIET) {
            0 => Quiet::No,
            Self::ALONE => Quiet::Alone,
            Self::AHEAD => Quiet::Ahead,
            _ => Quiet::Fresh,
        }
    }

    #[inline]
    pub(super) fn set_quiet(&mut self, quiet: Quiet) {
        let bits = match quiet {
            Quiet::No => 0,
            Quiet::Alone => Self::ALONE,
            Quiet::Ahead => Self::AHEAD,
            Quiet::Fresh => Self::QUIET,
        };
        self.set(Self::QUIET, bits);
    }
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use super::{Marks, Quiet};

    #[test]
    fn one_mark_leaves_the_others() {
        let mut marks = Marks::new();
        for uses in [1, 2, 3, 3] {
            marks.touch();
            assert_eq!((marks.uses(), marks.quiet(), marks.is_timed()), (uses, Quiet::No, false));
        }
        for quiet in [Quiet::Alone, Quiet::Fresh, Quiet::Ahead, Quiet::No, Quiet::Ahead] {
            marks.set_quiet(quiet);
            marks.set_timed(quiet == Quiet::Ahead);
            marks.touch();
            assert_eq!((marks.quiet(), marks.is_timed()), (quiet, quiet == Quiet::Ahead));
            assert_eq!(marks.use_timeless(|| ()).is_none(), quiet == Quiet::Ahead);
            assert_eq!(marks.uses(), 3);
        }
        marks.set_uses(0);
        assert_eq!((marks.uses(), marks.quiet(), marks.is_timed()), (0, Quiet::Ahead, true));
    }

    #[test]
    fn an_overwrite_is_a_use_and_leaves_what_is_fresh_fresh() {
        for (before, after) in [
            (Quiet::Alone, Quiet::Ahead),
            (Quiet::Ahead, Quiet::Ahead),
            (Quiet::Fresh, Quiet::Fresh),
        ] {
            let mut marks = Marks::new();
            marks.set_timed(true);
            marks.set_quiet(before);
            for uses in [1, 2, 3, 3] {
                marks.overwrite();
                assert_eq!((marks.uses(), marks.quiet(), marks.is_timed()), (uses, after, true));
            }
        }
    }

    #[test]
    fn a_use_that_takes_long_takes_none_back() {
        let marks = Marks::new();
        let both = || {
            marks.touch();
            marks.touch();
        };
        assert!(marks.use_timeless(both).is_some());
        assert_eq!(marks.uses(), 3);
    }
}
