//! The commit, step by step.

use std::collections::HashMap;
use std::sync::Arc;

use forebay_store::Result;

use super::super::manifest::Spot;
use super::super::part::Part;
use super::super::report::SnapshotReport;
use super::super::vault::Vault;
use super::gathering::Gathered;
use super::order::CommitOrder;
use crate::event::Event;
use crate::key::Key;

impl Vault {
    /// Commits. Before the manifest gets its name nothing is visible; all that it refers to is durable by
    /// then, so that whoever sees it sees all of it.
    pub(crate) fn commit(self: &Arc<Self>, order: &CommitOrder) -> Result<SnapshotReport> {
        self.commit_keys(order).map(|(report, _)| report)
    }

    /// As [`commit`](Self::commit). It also says which key in the order has become which other one, because
    /// its object was lent and changed.
    pub(crate) fn commit_keys(
        self: &Arc<Self>,
        order: &CommitOrder,
    ) -> Result<(SnapshotReport, HashMap<Key, Key>)> {
        let turn = self.turns.take();
        self.check_writable()?;
        self.check_name(&order.name)?;
        order.objects.values().try_for_each(|item| self.check_ours(item))?;
        let gathered = self.gather(order)?;
        // What an earlier commit left may be there without being durable, so both are asked each time.
        self.files.folder(Part::Objects).make_durable()?;
        self.files.folder(Part::Packs).make_durable()?;
        self.publish(order, &gathered)?;
        // Those who watch or wait are told outside of it.
        drop(turn);
        self.adopt_all(order, &gathered);
        for (key, item) in &order.objects {
            item.object().remember(gathered.get(key).map_or(*key, |found| found.head.id));
        }
        let name = order.name.as_str();
        self.pool.watch.tell(|| Event::Committed { name: name.into() });
        let changed = gathered.iter().map(|(key, found)| (*key, found.head.id));
        Ok((report(order, &gathered), changed.filter(|(key, now)| key != now).collect()))
    }

    fn adopt_all(&self, order: &CommitOrder, gathered: &HashMap<Key, Gathered>) {
        for (key, found) in gathered.iter().filter(|(_, found)| found.is_new) {
            let (name, at) = match found.spot {
                Spot::File => ((Part::Objects, found.head.id), 0),
                Spot::Pack { pack, at } => ((Part::Packs, pack), at),
            };
            if let Some(item) = order.objects.get(key) {
                self.adopt(item.object(), name, at, found.head);
            }
        }
    }
}

fn report(order: &CommitOrder, gathered: &HashMap<Key, Gathered>) -> SnapshotReport {
    let length = |found: &Gathered| u64::from(found.head.offset).saturating_add(found.head.stored);
    let written = gathered.values().filter(|found| found.is_written);
    SnapshotReport {
        objects: order.entries.len() as u64,
        bytes: gathered.values().map(length).fold(0, u64::saturating_add),
        written: written.map(length).fold(0, u64::saturating_add),
    }
}
