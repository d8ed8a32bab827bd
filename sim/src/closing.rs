//! What the report of a close means, and whether it is true (G12).

use forebay_cache::{CloseReport, Mode};
use forebay_store::seam::Clock;
use forebay_store::{Durability, Result};

use crate::crash::Refusal;
use crate::intent::Intent;
use crate::session::{Begun, Session};
use crate::trace::Broken;

impl Session {
    pub(crate) fn settle_close(&mut self, begun: &Begun, result: &Result<CloseReport>) {
        let report = match result {
            Ok(report) => *report,
            Err(error) => return self.violate(Broken::Close, begun, &format!("fails: {error}")),
        };
        let Intent::Close { deadline, stored_before } = begun.intent else { return };
        let quarantined = self.cache.quarantined().len();
        let dirty = self.cache.dirty_keys().len() - quarantined;
        let is_exact = report.quarantined == quarantined as u64 && report.left == dirty as u64;
        if !is_exact {
            let text = format!("{report}, but {dirty} are dirty, {quarantined} in quarantine");
            self.violate(Broken::Close, begun, &text);
        }
        // Then nothing more is stored, however much time there is, but for what the store is about to answer.
        let is_failed = self.cache.mode() == Mode::JournalFailed && self.store.is_quiet();
        let is_late = self.world.now() >= begun.begin_at.after(deadline);
        if is_failed && is_late && report.unanswered > 0 {
            let text = format!("{report}, after all its time, though the journal has failed");
            self.violate(Broken::Close, begun, &text);
        }
        let has_kept_all = report.kept == report.left + report.quarantined;
        if has_kept_all && is_exact {
            self.kept = Refusal::all(&self.cache);
        }
        if !report.journal_failed {
            self.ledger.marks_last(u64::MAX);
        }
        if report.left + report.quarantined + report.unanswered == 0 {
            self.ledger.raise_all(Durability::Stored);
        } else if has_kept_all {
            self.ledger.raise_all(Durability::Synced);
        } else if report.kept != 0 {
            let text = format!("{report}, which is neither all nor nothing");
            self.violate(Broken::Close, begun, &text);
        }
        let stored = self.store.stored() - stored_before;
        if report.stored > stored {
            let text = format!("{report}, but the store took {stored}");
            self.violate(Broken::Close, begun, &text);
        }
    }
}
