//! Hears what a pool tells, and counts it.

use std::collections::BTreeMap;
use std::sync::Arc;

use forebay_pool::{Event, Watcher};
use forebay_store::sync::Mutex;

/// How often what was told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hearing(Arc<Mutex<BTreeMap<&'static str, u64>>>);

impl Hearing {
    pub(crate) fn count(&self, what: &'static str) {
        *self.0.lock().entry(what).or_default() += 1;
    }

    pub(crate) fn take(&self) -> BTreeMap<&'static str, u64> {
        std::mem::take(&mut *self.0.lock())
    }
}

impl Watcher for Hearing {
    fn on(&self, event: &Event) {
        let name = match event {
            Event::Written { .. } => "written",
            Event::Loaded { .. } => "loaded",
            Event::Evicted { .. } => "evicted",
            Event::Rescued => "rescued",
            Event::WriteFailed { .. } => "failed to be written",
            Event::ReadFailed { .. } => "failed to be read",
            Event::OverBudget { .. } => "over the budget",
            Event::Stuck(_) => "stuck",
            Event::Committed { .. } => "committed",
            _ => "told otherwise",
        };
        self.count(name);
    }
}
