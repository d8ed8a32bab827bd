//! From a state without its types to JSON lines: the same as with them.

use std::io::{BufWriter, Write};

use forebay_store::Result;

use super::bare::Bare;
use super::export::{failed, line, told};
use super::key_form::KeyForm;
use super::lines::{EntryLine, First, Last, QuarantineLine, STEP};
use crate::value::Plain;

impl Bare {
    /// Writes it as JSON, a line an entry, as [`export`](super::export()) does a view; says how many entries
    /// that were.
    ///
    /// # Errors
    ///
    /// `Unavailable` if `out` does not take it; `Corrupt` if a key is none of its table; what `progress`
    /// says.
    pub fn export(
        &self,
        out: impl Write,
        mut progress: impl FnMut(u64) -> Result<()>,
    ) -> Result<u64> {
        let mut out = BufWriter::new(out);
        let tables = self.catalog.tables.iter().cloned();
        line(&mut out, &First::of(self.name(), self.revision(), tables))?;
        let mut entries = 0;
        for table in &self.catalog.tables {
            let form = KeyForm::parse(&table.key);
            for (key, value) in self.table(table.id) {
                let (k, v) = (form.read(key)?, Plain::read(value, &self.dictionary)?);
                line(&mut out, &EntryLine { t: &table.name, k, v })?;
                entries += 1;
                if entries % STEP == 0 {
                    progress(entries)?;
                }
            }
        }
        for held in self.quarantine() {
            let table = self.catalog.tables.iter().find(|table| table.id == held.table());
            let table = table.map(|table| (table.name.as_str(), table.key.clone()));
            line(&mut out, &QuarantineLine { q: told(&held, table) })?;
        }
        let quarantined = self.quarantine().len() as u64;
        line(&mut out, &Last { end: true, entries, quarantined })?;
        out.flush().map_err(failed)?;
        Ok(entries)
    }
}
