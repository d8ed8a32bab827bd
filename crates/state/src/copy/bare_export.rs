//! From a state without its types to JSON lines: the same as with them.

use std::io::{BufWriter, Write};

use forebay_store::Result;

use super::bare::Bare;
use super::export::{failed, line, told};
use super::key_form::KeyForm;
use super::lines::{EntryLine, FORMAT, First, Last, QuarantineLine, STEP, TableLine};
use crate::key::KeyReader;
use crate::quarantine::{Held, QUARANTINE, Quarantined};
use crate::value::Plain;

impl Bare {
    /// Writes it as JSON, a line an entry, as [`export`](super::export()) does a view; says how many entries
    /// that were. Values in quarantine
    /// have lines of their own.
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
        let tables = self.catalog().tables.iter().map(|table| TableLine {
            id: table.id.0,
            name: table.name.clone(),
            kind: table.kind.to_string(),
            key: table.key.clone(),
            version: table.version,
        });
        let first = First {
            forebay: FORMAT.to_owned(),
            name: self.name().to_owned(),
            revision: self.revision().0,
            tables: tables.collect(),
        };
        line(&mut out, &first)?;
        let mut entries = 0;
        for table in &self.catalog().tables {
            let form = KeyForm::parse(&table.key);
            for (key, value) in self.table(table.id) {
                let (k, v) = (form.read(key)?, Plain::read(value, self.dictionary())?);
                line(&mut out, &EntryLine { t: &table.name, k, v })?;
                entries += 1;
                if entries % STEP == 0 {
                    progress(entries)?;
                }
            }
        }
        let mut quarantined = 0;
        for (key, value) in self.table(QUARANTINE) {
            let (place, held) = (KeyReader::read(key)?, Held::read_from(value)?);
            let held = Quarantined::new(&place, &held);
            let table = self.catalog().tables.iter().find(|table| table.id == held.table());
            let table = table.map(|table| (table.name.as_str(), table.key.clone()));
            line(&mut out, &QuarantineLine { q: told(&held, table) })?;
            quarantined += 1;
        }
        line(&mut out, &Last { end: true, entries, quarantined })?;
        out.flush().map_err(failed)?;
        Ok(entries)
    }
}
