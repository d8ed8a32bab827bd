//! What a presser remembers from one round to the next.

use std::time::Duration;

use forebay_store::Moment;

use super::pinned::Known;
use super::trouble::Trouble;

/// What a presser remembers from one round to the next. No step of it calls anybody.
#[derive(Debug, Default)]
pub(super) struct Desk {
    pub(super) turn: Turn,
    /// A job that presses is on its way.
    pub(super) is_kicked: bool,
    /// When the timer rings that looks again.
    pub(super) again: Option<Moment>,
    /// When the timer rings that tries the medium again.
    pub(super) probe: Option<Moment>,
    /// How long it waits before it looks again; zero after progress.
    pub(super) pause: Duration,
    /// A round in vain has taken long: drops of guards do not press before that.
    pub(super) rests_until: Moment,
    /// An attempt in vain has taken long: the next is not made before that.
    pub(super) attempts_rest_until: Moment,
    /// So many were named in vain since the last progress, ...
    pub(super) in_vain: usize,
    /// ... and since then.
    pub(super) in_vain_since: Moment,
    /// A whole round found nobody to evict while somebody waited.
    pub(super) is_stuck: bool,
    pub(super) told: Told,
    pub(super) trouble: Option<Trouble>,
    /// Who was in the way when everybody was looked at last.
    pub(super) known: Option<Known>,
    pub(super) flight: Flight,
}

/// Who presses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Turn {
    #[default]
    Free,
    Taken,
    /// Somebody wanted to press while another one did.
    WantedAgain,
}

/// What the watcher knows already.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told {
    pub(super) is_stuck: bool,
    pub(super) is_over: bool,
}

/// Writes that the presser has begun and that have not ended.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flight {
    pub(super) batches: usize,
    /// Bytes of those that are evicted afterwards.
    pub(super) leaving: u64,
    /// Bytes of those that stay.
    pub(super) ahead: u64,
}

impl Desk {
    /// Whether a write may begin now, if so many may run.
    pub(super) fn may_write(&self, now: Moment, most: usize) -> May {
        match &self.trouble {
            Some(trouble) if now < trouble.not_before => May::NotNow,
            Some(_) if self.flight.batches > 0 => May::Full,
            Some(_) => May::Probe,
            None if self.flight.batches < most => May::Write,
            None => May::Full,
        }
    }

    /// Somebody is to press: who does already looks once more. `true`: nobody does, and a job has to be sent
    /// for.
    pub(super) fn want(&mut self) -> bool {
        if self.turn != Turn::Free {
            self.turn = Turn::WantedAgain;
            return false;
        }
        !std::mem::replace(&mut self.is_kicked, true)
    }

    /// Something was freed, or is about to be.
    pub(super) fn progress(&mut self) {
        (self.in_vain, self.pause) = (0, Duration::ZERO);
        (self.rests_until, self.attempts_rest_until) = (Moment::default(), Moment::default());
        (self.is_stuck, self.told.is_stuck) = (false, false);
    }
}

/// Whether a write may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum May {
    Write,
    /// One, to see whether the medium takes it.
    Probe,
    /// When another one has ended.
    Full,
    /// The medium is left alone for a while.
    NotNow,
}
