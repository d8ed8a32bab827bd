//! Values in quarantine, read once more.

use forebay_store::{Error, Result};

use super::held::Quarantined;
use super::quarantine::Quarantine;
use crate::catalog::TableInfo;
use crate::index::Hands;
use crate::key::Key;
use crate::migration::Values;
use crate::table::{TableOrder, TableTx, Value};
use crate::tables::{Tables, TxVisitor};

/// What came of it when values in quarantine were tried once more.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Retried {
    /// So many are in their tables now.
    pub back: u64,
    /// So many still cannot be read, and are where they were.
    pub left: u64,
    /// Why the first of them cannot.
    pub first: Option<Error>,
}

/// Puts what can be read now into a transaction.
pub(crate) struct Retrying<'q, T: Tables, F> {
    quarantine: &'q Quarantine,
    values: Values<T>,
    filter: F,
    retried: Retried,
}

impl<'q, T: Tables, F: FnMut(&Quarantined<'_>) -> bool> Retrying<'q, T, F> {
    pub(crate) fn new(quarantine: &'q Quarantine, values: Values<T>, filter: F) -> Self {
        Self { quarantine, values, filter, retried: Retried::default() }
    }

    /// Tries all that the filter lets through.
    pub(crate) fn run(mut self, tx: &mut T::Tx<'_>) -> Result<Retried> {
        T::visit_tx(tx, &mut self)?;
        for quarantined in self.quarantine {
            let is_known = T::CATALOG.table(quarantined.table()).is_some();
            if !is_known && (self.filter)(&quarantined) {
                self.leave(&format!("table {}", quarantined.table()), &super::Cause::UnknownTable);
            }
        }
        Ok(self.retried)
    }

    fn leave(&mut self, table: &str, cause: &super::Cause) {
        self.retried.left += 1;
        let first = || Error::new(cause.kind(), format!("{table}: {cause}"));
        self.retried.first.get_or_insert_with(first);
    }
}

impl<T: Tables, F: FnMut(&Quarantined<'_>) -> bool> TxVisitor for Retrying<'_, T, F> {
    fn table<K: Key, V: Value, O: TableOrder, X: Hands<K, V>>(
        &mut self,
        info: &'static TableInfo,
        tx: &mut TableTx<'_, K, V, O, X>,
    ) -> Result<()> {
        for quarantined in self.quarantine.of_table(info.id) {
            if !(self.filter)(&quarantined) {
                continue;
            }
            match quarantined.read(info, &mut self.values) {
                Ok((key, value)) => {
                    tx.put(key, value)?;
                    self.retried.back += 1;
                }
                Err(cause) => self.leave(&format!("table `{}`", info.name), &cause),
            }
        }
        Ok(())
    }
}
