//! What a transaction has to know of the quarantine.

use super::quarantine::Quarantine;
use crate::catalog::TableId;

/// The keys of one table whose values are in quarantine. They are in no table, but deleting them is a
/// change.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default)]
pub struct QuarantinedKeys<'q> {
    /// Most states have none.
    held: Option<(TableId, &'q Quarantine)>,
}

impl<'q> QuarantinedKeys<'q> {
    pub(crate) fn new(table: TableId, quarantine: &'q Quarantine) -> Self {
        Self { held: (!quarantine.is_empty()).then_some((table, quarantine)) }
    }

    /// Whether there is none.
    pub(crate) fn is_empty(self) -> bool {
        self.held.is_none_or(|(table, quarantine)| quarantine.of_table(table).len() == 0)
    }

    /// Whether the key with these bytes is one of them.
    pub(crate) fn has(self, key: &[u8]) -> bool {
        self.held.is_some_and(|(table, quarantine)| quarantine.get(table, key).is_some())
    }
}
