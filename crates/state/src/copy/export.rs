//! From a view to JSON lines.

use std::io::{self, Write};

use forebay_store::{Error, Result};
use serde::Serialize;

use super::key_form::KeyForm;
use super::lines::{EntryLine, First, Held, Hex, Last, QuarantineLine, STEP};
use crate::catalog::TableInfo;
use crate::commit::View;
use crate::key::Key;
use crate::quarantine::Quarantined;
use crate::record::StoredTable;
use crate::table::{Table, TableOrder, Value};
use crate::tables::{TableVisitor, Tables};
use crate::value::{Dictionary, Plain, write_value};

/// Writes everything that a view shows, one JSON object a line, and says how many entries that were. The
/// values in quarantine come last, with their causes. They are not counted, and an import passes over them.
///
/// The first line says what follows: the format, the name of the state, its revision and its tables.
/// Then comes a line for each entry, `{"t":"users","k":"alice","v":{"age":31}}`, and a last one that
/// counts them, so that a copy which was cut off is noticed. How values look is in
/// [`Plain`](crate::value::Plain)'s documentation; keys look the same, and those whose shape this
/// program does not know are their bytes.
///
/// `progress` is called now and then with how many there were so far; if it fails, that ends it. No writer is
/// stopped meanwhile: while the view is held, what has been replaced since stays in memory.
///
/// # Errors
///
/// `Unavailable` if `out` does not take it; what `progress` says.
///
/// ```
/// use forebay_state::{State, Table, copy};
///
/// #[derive(State, Clone)]
/// struct Shop {
///     #[table(id = 1)]
///     ages: Table<String, u32>,
/// }
///
/// let shop = State::<Shop>::memory();
/// shop.write(|tx| tx.ages.put("alice".into(), 31))?;
/// let mut lines = Vec::new();
/// copy::export(&shop.read(), &mut lines, |_| Ok(()))?;
/// assert!(String::from_utf8_lossy(&lines).contains(r#"{"t":"ages","k":"alice","v":31}"#));
///
/// let tables: Shop = copy::import(lines.as_slice(), |_| Ok(()))?;
/// assert_eq!(tables.ages.get("alice"), Some(&31));
/// # Ok::<(), forebay_store::Error>(())
/// ```
pub fn export<T: Tables>(
    view: &View<T>,
    out: impl Write,
    progress: impl FnMut(u64) -> Result<()>,
) -> Result<u64> {
    let mut out = io::BufWriter::new(out);
    let tables = T::CATALOG.tables().iter().map(StoredTable::from);
    line(&mut out, &First::of(T::CATALOG.name(), view.revision(), tables))?;
    // A visitor may change what it visits; the clone shares everything.
    let mut tables = T::clone(view);
    let (dictionary, bytes) = (Dictionary::new(), Vec::new());
    let mut exporting = Exporting { out, progress, dictionary, bytes, entries: 0 };
    tables.visit(&mut exporting)?;
    let Exporting { mut out, entries, .. } = exporting;
    let mut quarantined = 0;
    for held in view.quarantine() {
        let table = T::CATALOG.table(held.table());
        let table = table.map(|table| (table.name, table.key.to_string()));
        line(&mut out, &QuarantineLine { q: told(&held, table) })?;
        quarantined += 1;
    }
    line(&mut out, &Last { end: true, entries, quarantined })?;
    out.flush().map_err(failed)?;
    Ok(entries)
}

struct Exporting<W, P> {
    out: W,
    progress: P,
    dictionary: Dictionary,
    bytes: Vec<u8>,
    entries: u64,
}

impl<W: Write, P: FnMut(u64) -> Result<()>> TableVisitor for Exporting<W, P> {
    fn table<K: Key, V: Value, O: TableOrder>(
        &mut self,
        info: &'static TableInfo,
        table: &mut Table<K, V, O>,
    ) -> Result<()> {
        let form = KeyForm::parse(&info.key.to_string());
        table.each_in_order(|key, value| {
            self.bytes.clear();
            write_value(value, &mut self.dictionary, &mut self.bytes)?;
            let v = Plain::read(&self.bytes, &self.dictionary)?;
            let k = key.with_encoded(|key| form.read(key))?;
            line(&mut self.out, &EntryLine { t: info.name, k, v })?;
            self.entries += 1;
            if self.entries.is_multiple_of(STEP) {
                (self.progress)(self.entries)?;
            }
            Ok(())
        })
    }
}

/// What is told of a value in quarantine: `table` has the name and the keys of its table.
pub(super) fn told<'q>(held: &Quarantined<'q>, table: Option<(&'q str, String)>) -> Held<'q> {
    let key = |shape: &String| KeyForm::parse(shape).read(held.key()).ok();
    Held {
        k: table.as_ref().and_then(|(_, shape)| key(shape)),
        t: table.map(|(name, _)| name),
        id: held.table().0,
        version: held.version(),
        revision: held.revision().0,
        cause: held.cause().name(),
        why: held.cause().to_string(),
        v: held.plain().ok(),
        key: Hex(held.key()),
        value: Hex(held.value()),
        layouts: Hex(held.layouts()),
    }
}

pub(super) fn line(out: &mut impl Write, value: &impl Serialize) -> Result<()> {
    let written = serde_json::to_writer(&mut *out, value).map_err(io::Error::from);
    written.and_then(|()| out.write_all(b"\n")).map_err(failed)
}

#[cold]
pub(super) fn failed(error: io::Error) -> Error {
    Error::unavailable("write the copy").with_source(error)
}
