//! From JSON lines to tables.

use std::io::BufRead;

use forebay_store::seam::{Random, SystemRandom};
use forebay_store::{Error, Result};

use super::key_form::KeyForm;
use super::lines::{EntryLine, First};
use super::reading::read_lines;
use crate::catalog::{TableId, TableInfo};
use crate::key::{Key, KeyReader};
use crate::table::{Table, TableOrder, Value};
use crate::tables::{TableVisitor, Tables};
use crate::value::{Dictionary, Drift, Plain, read_value};

/// Reads what [`export`](super::export()) has written, or what was written by hand in the same way, into
/// tables of their own. Into a state they come by a transaction.
///
/// Objects do not say whether they were structs or maps, so a field that a type does not have is passed
/// over, as with serde's own JSON.
///
/// `progress` is told now and then how many entries there were so far; if it fails, that ends it.
///
/// # Errors
///
/// `Invalid`, with the number of the line, if it is no copy, or one of other tables, if a key is there
/// twice, or if the end is missing; `Unavailable` if `input` cannot be read; what `progress` says.
pub fn import<T: Tables>(
    input: impl BufRead,
    progress: impl FnMut(u64) -> Result<()>,
) -> Result<T> {
    let begin = |first| {
        let importing = Importing::new::<T>(first)?;
        Ok((importing, T::empty(SystemRandom::default().next_u64())))
    };
    let entry = |(importing, tables): &mut (Importing, T), line| importing.entry(line, tables);
    let (_, tables) = read_lines(input, begin, entry, progress)?;
    Ok(tables)
}

/// Puts one entry after the other into its table.
struct Importing {
    forms: Vec<(&'static TableInfo, KeyForm)>,
    dictionary: Dictionary,
    drift: Drift,
    key: Vec<u8>,
    value: Vec<u8>,
    table: TableId,
}

impl Importing {
    fn new<T: Tables>(first: First) -> Result<Self> {
        let First { name, tables, .. } = first;
        if name != T::CATALOG.name() {
            let message = format!("it is a copy of `{name}`, not of `{}`", T::CATALOG.name());
            return Err(Error::invalid(message));
        }
        let mut forms = Vec::new();
        for then in tables {
            let now = T::CATALOG.tables().iter().find(|now| now.name == then.name);
            let now = now.ok_or_else(|| no_table(&then.name))?;
            let key = now.key.to_string();
            if (&then.key, then.version) != (&key, now.version) {
                return Err(Error::invalid(format!(
                    "table `{}` has the key `{key}` and values of version {} now, and had `{}` and {}",
                    then.name, now.version, then.key, then.version
                )));
            }
            forms.push((now, KeyForm::parse(&key)));
        }
        let (dictionary, drift) = (Dictionary::new(), Drift::new());
        let (key, value, table) = (Vec::new(), Vec::new(), TableId(0));
        Ok(Self { forms, dictionary, drift, key, value, table })
    }

    fn entry<T: Tables>(&mut self, line: EntryLine<String>, tables: &mut T) -> Result<()> {
        let EntryLine { t, k, v } = line;
        let found = self.forms.iter().find(|(info, _)| info.name == t);
        let (info, form) = found.ok_or_else(|| no_table(&t))?;
        self.table = info.id;
        self.key = form.write(&k)?;
        self.write(&v)?;
        tables.visit(self)
    }

    fn write(&mut self, value: &Plain) -> Result<()> {
        self.value.clear();
        value.write(&mut self.dictionary, &mut self.value)
    }
}

impl TableVisitor for Importing {
    fn table<K: Key, V: Value, O: TableOrder>(
        &mut self,
        info: &'static TableInfo,
        table: &mut Table<K, V, O>,
    ) -> Result<()> {
        if info.id != self.table {
            return Ok(());
        }
        let key: K = KeyReader::read(&self.key).map_err(|error| {
            Error::invalid(format!("that is no key of table `{}`: {error}", info.name))
        })?;
        if table.contains(&key) {
            return Err(Error::invalid("the key was there before"));
        }
        let value = read_value(&self.value, &self.dictionary, &mut self.drift)?;
        table.fill(key, value);
        Ok(())
    }
}

#[cold]
pub(super) fn no_table(name: &str) -> Error {
    Error::invalid(format!("there is no table `{name}`"))
}
