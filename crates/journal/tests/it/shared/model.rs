//! What several tenants may rely on.

use forebay_journal::Position;

use super::rig::Lodger;

/// What each tenant has appended, and what is promised of it.
#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) tenants: Vec<Known>,
    /// Records up to these numbers survive a kill, and a power cut.
    written: u64,
    synced: u64,
}

#[derive(Debug, Default)]
pub(super) struct Known {
    records: Vec<(u64, Vec<u8>)>,
    /// The tenant has said that it needs nothing before.
    needed: u64,
}

impl Model {
    pub(super) fn of(tenants: usize) -> Self {
        Self { tenants: (0..tenants).map(|_| Known::default()).collect(), ..Self::default() }
    }

    /// A frame was accepted, and `last` is its last record.
    pub(super) fn appended(&mut self, records: &[(usize, Vec<u8>)], last: u64) {
        let first = last + 1 - records.len() as u64;
        for (number, (tenant, record)) in (first..).zip(records) {
            self.tenants[*tenant].records.push((number, record.clone()));
        }
    }

    pub(super) fn looked(&mut self, position: Position) {
        self.written = self.written.max(position.written);
        self.synced = self.synced.max(position.synced);
    }

    pub(super) fn retired(&mut self, tenant: usize, needed: u64) {
        let known = &mut self.tenants[tenant].needed;
        *known = needed.max(*known);
    }

    /// The process has ended, and these are those who came after it. What is there counts from now on.
    pub(super) fn reopened(&mut self, lodgers: &[Lodger], is_power_cut: bool, place: &str) {
        let kept = if is_power_cut { self.synced } else { self.written };
        let last = lodgers.first().map_or(0, |lodger| lodger.last);
        assert!(
            last >= kept,
            "{place}: G1: {kept} was acknowledged, and the journal ends at {last}"
        );
        for (known, lodger) in self.tenants.iter_mut().zip(lodgers) {
            let found = &lodger.found;
            let begin = found.first().map_or(u64::MAX, |found| found.0);
            let own = known.records.iter().filter(|own| own.0 >= begin && own.0 <= last);
            assert_eq!(found, &own.cloned().collect::<Vec<_>>(), "{place}");
            let missing = known
                .records
                .iter()
                .find(|own| own.0 >= known.needed && own.0 <= last && own.0 < begin);
            assert_eq!(missing, None, "{place}: it was needed from {} on", known.needed);
            known.records.clone_from(found);
        }
        (self.written, self.synced) = (last, last);
    }
}
