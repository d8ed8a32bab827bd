//! What leaves the quarantine with a transaction.

use forebay_store::Result;

use super::quarantine::{Place, Quarantine};
use crate::catalog::TableId;
use crate::record::{Change, Groups};

/// What a transaction takes out of quarantine: it is told by its record alone, so what is in memory is
/// what the next opening finds.
#[derive(Clone, Debug)]
pub(crate) enum Leaving {
    /// The value of one key.
    Key(Place),
    /// All values of a table.
    Table(TableId),
}

impl Leaving {
    /// What leaves `quarantine` with the transaction of this body.
    pub(crate) fn read(body: &[u8], quarantine: &Quarantine) -> Result<Vec<Self>> {
        let mut leaving = Vec::new();
        // Most states have none.
        if quarantine.is_empty() {
            return Ok(leaving);
        }
        let mut groups = Groups::of(body)?;
        while let Some(mut group) = groups.next()? {
            let table = group.table;
            while let Some(change) = group.next()? {
                match change {
                    Change::Put { key, .. } | Change::Delete { key } | Change::Purge { key } => {
                        if quarantine.get(table, key).is_some() {
                            leaving.push(Self::Key((table.0, key.to_vec())));
                        }
                    }
                    Change::Clear => leaving.push(Self::Table(table)),
                }
            }
        }
        Ok(leaving)
    }
}
