//! Transactions that let values out of quarantine: into their tables, or for good.

use std::sync::Arc;

use forebay_store::{Durability, Result};

use super::append::Entering;
use super::core::{Core, run};
use super::desk::Desk;
use super::grave::Grave;
use super::partners::Partners;
use super::ticket::{Receipt, Ticket};
use crate::migration::Values;
use crate::open::Mode;
use crate::quarantine::{Place, Quarantined, Retried, Retrying};
use crate::tables::{Tables, TxContext};

/// What a transaction changes, and what it takes out of quarantine besides.
type Release<T> = (<T as Tables>::Changes, Vec<Place>);

impl<T: Tables> Core<T> {
    /// Puts what the filter lets through, and what can be read now, into the tables.
    pub(crate) fn retry(
        self: &Arc<Self>,
        rung: Durability,
        filter: impl FnMut(&Quarantined<'_>) -> bool,
    ) -> Result<Ticket<Retried>> {
        let values = Values::new(Mode::Strict)?;
        self.release(rung, |desk| {
            let quarantine = desk.quarantine();
            let retrying = Retrying::<T, _>::new(&quarantine, values, filter);
            let (retried, changes) = run(desk, &mut TxContext::default(), |tx| retrying.run(tx))?;
            Ok((retried, (changes, Vec::new())))
        })
    }

    /// Gives up what the filter lets through; says how many values that were.
    pub(crate) fn purge(
        self: &Arc<Self>,
        rung: Durability,
        mut filter: impl FnMut(&Quarantined<'_>) -> bool,
    ) -> Result<Ticket<u64>> {
        self.release(rung, |desk| {
            let quarantine = desk.quarantine();
            let gone = quarantine.iter().filter(|quarantined| filter(quarantined));
            let gone: Vec<_> = gone.map(|gone| (gone.table().0, gone.key().to_vec())).collect();
            let ((), changes) = run(desk, &mut TxContext::default(), |_| Ok(()))?;
            Ok((gone.len() as u64, (changes, gone)))
        })
    }

    /// Runs `f` as one transaction, which is accepted when this returns.
    fn release<R>(
        self: &Arc<Self>,
        rung: Durability,
        f: impl FnOnce(&Desk<T>) -> Result<(R, Release<T>)>,
    ) -> Result<Ticket<R>> {
        self.check_rung(rung)?;
        // Before the turn, so that what is in it is freed after the turn, whatever happens.
        let (mut grave, mut partners) = (Grave::default(), Partners::default());
        let mut turn = self.turn.take_when(|desk| !desk.is_blocked)?;
        turn.open(&mut grave)?;
        let (result, (changes, purged)) = f(&turn)?;
        let need = match &self.log {
            Some(log) if T::weight(&changes) > 0 || !purged.is_empty() => {
                let entering =
                    Entering::begin(log, &mut turn, (rung, changes), (&purged, &mut partners))?;
                self.append(log, turn, entering, (&mut partners, &mut grave))?.1
            }
            // A state in memory has nothing in quarantine.
            _ => Some(turn.unshown.read_at(rung)).filter(|_| self.log.is_some()),
        };
        let revision = need.map_or_else(|| self.front.shown(), |need| need.revision);
        Ok(Ticket { result, receipt: Receipt::new(self, (revision, rung), need) })
    }
}
