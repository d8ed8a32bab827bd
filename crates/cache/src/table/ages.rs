//! How long writes have been waiting to be stored: when each was first dirtied, which are due, and the
//! hint that saves the flusher a look.

use forebay_store::Moment;

use super::shard::Shard;

/// When the version on the dirty list was first dirtied, or before that, as far as `tick.rs` says ([`Clock::recent`] is a
/// little late, too). Overwriting does not restart it. But for the first of a work it is changed by [`Shard::date`] alone.
///
/// [`Clock::recent`]: forebay_store::seam::Clock::recent
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Dirtied(Moment);

impl Dirtied {
    /// What has been given by [`Shard::dated`].
    pub(super) fn at_first(first: Moment) -> Self {
        Self(first)
    }

    pub(crate) fn at(self) -> Moment {
        self.0
    }
}

/// The head of a dirty list: the oldest that is on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Head {
    pub(crate) dirtied: Moment,
    /// It is due, whenever it was dirtied.
    pub(crate) is_marked: bool,
}

impl Head {
    /// As one number, with which threads tell each other: the mark is its lowest bit. `u64::MAX` is no head.
    fn hint(self) -> u64 {
        self.dirtied.0.min(u64::MAX / 2 - 1) << 1 | u64::from(self.is_marked)
    }

    pub(crate) fn of_hint(hint: u64) -> Option<Self> {
        let head = Self { dirtied: Moment(hint >> 1), is_marked: hint & 1 != 0 };
        (hint != u64::MAX).then_some(head)
    }
}

impl<K, V> Shard<K, V> {
    /// Notes when the write of an entry with work was first dirtied.
    pub(super) fn date(&mut self, at: u32, first: Moment) {
        self.works[self.entries.ties(at).work].dirtied = Dirtied(first);
    }

    /// The date of what is dirtied now, or was a moment ago: no earlier than what was dated before it, so that the
    /// dirty list stays in order, and no later than now, as all of them.
    #[inline]
    pub(super) fn dated(&mut self, now: Moment) -> Moment {
        self.dated = self.dated.max(now);
        self.dated
    }

    /// Puts an entry that has been dirty for long at the head of the dirty list. It counts as old as
    /// what was the oldest, so that the list stays in order and nobody waits behind it.
    pub(super) fn push_oldest(&mut self, at: u32) {
        if let Some(head) = self.dirty.head() {
            let oldest = self.works[self.entries.ties(head).work].dirtied.at();
            let own = self.works[self.entries.ties(at).work].dirtied.at();
            self.date(at, own.min(oldest));
        }
        self.dirty.push_head(&mut self.entries, at);
    }

    /// The oldest first-dirtying on the dirty list.
    pub(crate) fn oldest_dirty(&self) -> Option<Moment> {
        self.dirty.head().and_then(|at| self.work(at)).map(|work| work.dirtied.at())
    }

    /// The entries on the dirty list that were dirtied up to `before`, and their versions.
    pub(crate) fn dirtied_before(&self, before: Moment) -> impl Iterator<Item = (u32, u64)> {
        self.dirty
            .walk(&self.entries)
            .map(|at| (at, &self.works[self.entries.ties(at).work]))
            .take_while(move |(_, work)| work.dirtied.at() <= before)
            .filter_map(|(at, _)| Some((at, self.version(at)?)))
    }

    /// Everything that is dirty now is due. Returns the mark: what has been unstored since then or before.
    pub(crate) fn mark_due(&mut self) -> u64 {
        self.due_mark = self.seq;
        self.due_mark
    }

    /// The head of the dirty list may be another write by now.
    pub(super) fn forget_hint(&mut self) {
        self.hinted = (None, u64::MAX);
    }

    /// For the flusher, so that it need not lock shards that have nothing for it: what
    /// [`Head::of_hint`] makes of it. Worked out only if it can have changed.
    #[inline]
    pub(crate) fn due_hint(&mut self) -> u64 {
        self.fill_dirty();
        let now = (self.dirty.head(), self.due_mark);
        if self.hinted != now {
            self.hinted = now;
            self.due_hint = self.worked_out_hint();
        }
        self.due_hint
    }

    #[inline(never)]
    fn worked_out_hint(&self) -> u64 {
        let Some(at) = self.dirty.head() else { return u64::MAX };
        let work = &self.works[self.entries.ties(at).work];
        let is_marked = work.since <= self.due_mark;
        Head { dirtied: work.dirtied.at(), is_marked }.hint()
    }
}
