//! From JSON lines to a state without its types.

use std::collections::BTreeMap;
use std::io::BufRead;

use forebay_store::{Error, Result};

use super::bare::{Bare, Entry};
use super::import::no_table;
use super::key_form::KeyForm;
use super::lines::{EntryLine, First, TableLine};
use super::reading::read_lines;
use crate::catalog::{TableId, TableKind};
use crate::quarantine::Quarantine;
use crate::record::{StoredCatalog, StoredTable};
use crate::revision::Revision;
use crate::value::Dictionary;

impl Bare {
    /// Reads what [`export`](Self::export) has written, as [`import`](super::import()) does, but without the
    /// types: whether the values fit, their program finds out when it opens the
    /// [checkpoint](Self::checkpoint) of it. What was in quarantine is passed over.
    ///
    /// # Errors
    ///
    /// As [`import`](super::import()).
    ///
    /// ```
    /// use forebay_state::copy::Bare;
    ///
    /// let lines = concat!(
    ///     r#"{"forebay":"state 1","name":"shop","revision":1,"tables":["#,
    ///     r#"{"id":1,"name":"users","kind":"ordered","key":"text","version":1}]}"#,
    ///     "\n",
    ///     r#"{"t":"users","k":"alice","v":31}"#,
    ///     "\n",
    ///     r#"{"end":true,"entries":1}"#,
    /// );
    /// let bare = Bare::import(lines.as_bytes(), |_| Ok(()))?;
    /// assert_eq!((bare.name(), bare.entries()), ("shop", 1));
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn import(input: impl BufRead, progress: impl FnMut(u64) -> Result<()>) -> Result<Self> {
        let mut value = Vec::new();
        let entry = |(bare, forms): &mut (Self, Vec<KeyForm>), line: EntryLine<String>| {
            let at = bare.catalog.tables.iter().position(|table| table.name == line.t);
            let at = at.ok_or_else(|| no_table(&line.t))?;
            let StoredTable { id, version, .. } = bare.catalog.tables[at];
            value.clear();
            line.v.write(&mut bare.dictionary, &mut value)?;
            let entry = Entry { version, value: value.as_slice().into() };
            match bare.entries.insert((id, forms[at].write(&line.k)?), entry) {
                None => Ok(()),
                Some(_) => Err(Error::invalid("the key was there before")),
            }
        };
        read_lines(input, begin, entry, progress).map(|(bare, _)| bare)
    }
}

/// A state without entries, and how the keys of its tables look.
fn begin(first: First) -> Result<(Bare, Vec<KeyForm>)> {
    let last = Revision(first.revision);
    let tables: Vec<_> = first.tables.into_iter().map(table).collect::<Result<_>>()?;
    for (at, table) in tables.iter().enumerate() {
        let is_same = |other: &StoredTable| other.id == table.id || other.name == table.name;
        if tables[..at].iter().any(is_same) {
            return Err(Error::invalid(format!("table `{}` is there twice", table.name)));
        }
    }
    let forms = tables.iter().map(|table| KeyForm::parse(&table.key)).collect();
    let (life, name, retired) = (last.life(), first.name, Vec::new());
    let catalog = StoredCatalog { life, name, tables, retired };
    let (dictionary, entries) = (Dictionary::new(), BTreeMap::new());
    let quarantine = Quarantine::new(u64::MAX);
    Ok((Bare { catalog, last, dictionary, entries, quarantine }, forms))
}

fn table(line: TableLine) -> Result<StoredTable> {
    let TableLine { id, name, kind, key, version } = line;
    let kinds = [TableKind::Ordered, TableKind::Hash];
    let kind = kinds.into_iter().find(|known| known.name() == kind);
    match kind {
        Some(kind) if id > 0 && version > 0 => {
            Ok(StoredTable { id: TableId(id), name, kind, key, version })
        }
        _ => Err(Error::invalid(format!("what is said of table `{name}` cannot be"))),
    }
}
