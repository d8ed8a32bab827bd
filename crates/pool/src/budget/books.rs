//! What a ledger stands at.

use super::ask::Rank;
use super::purpose::Purpose;

/// What a ledger stands at, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Books {
    pub(crate) resident: u64,
    pub(crate) loading: u64,
    pub(crate) encoding: u64,
    pub(crate) passing: u64,
    pub(crate) reserved: u64,
    pub(crate) own: u64,
    pub(crate) budget: u64,
    pub(crate) low: u64,
    pub(crate) high: u64,
    /// What the first in the line misses.
    pub(crate) lack: u64,
    /// How many stand in the line.
    pub(crate) waiting: u64,
}

impl Books {
    /// Everything that is taken.
    pub(crate) fn used(&self) -> u64 {
        let parts = [self.loading, self.encoding, self.passing, self.reserved, self.own];
        parts.iter().fold(self.resident, |used, part| used.saturating_add(*part))
    }

    /// What is never there for objects: the pool's own things and the buffers of writes. Who does not fit beside
    /// it never will; what only passes by is waited for.
    pub(crate) fn standing(&self) -> u64 {
        self.own + self.encoding
    }

    /// What is taken for a purpose.
    pub(super) fn of(&mut self, purpose: Purpose) -> &mut u64 {
        match purpose {
            Purpose::Resident => &mut self.resident,
            Purpose::Loading => &mut self.loading,
            Purpose::Encoding => &mut self.encoding,
            Purpose::Passing => &mut self.passing,
            Purpose::Reserved => &mut self.reserved,
            Purpose::Own => &mut self.own,
        }
    }

    /// What an ask misses, if so much more than the budget may be taken for it.
    pub(super) fn lack_of(&self, bytes: u64, rank: Rank, exceed: u64) -> u64 {
        let counted = match rank {
            Rank::Insert => bytes,
            // It is served when nothing else is here, at the latest.
            Rank::Load => bytes.min(self.budget.saturating_sub(self.standing())),
        };
        let limit = self.budget.saturating_add(exceed);
        self.used().saturating_add(counted).saturating_sub(limit)
    }

    /// Whether an ask will never be served, whoever gives back what he has.
    pub(super) fn is_too_large(&self, bytes: u64, rank: Rank, exceed: u64) -> bool {
        let limit = self.budget.saturating_add(exceed);
        rank == Rank::Insert && bytes.saturating_add(self.standing()) > limit
    }
}
