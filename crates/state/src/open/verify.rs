//! Whether a state is good: every byte of it is read, without its types.

use std::io;
use std::sync::Arc;

use forebay_journal::disk::Directory;
use forebay_journal::{Register, Registered, Resident, Verdict as JournalVerdict};
use forebay_store::{Error, ErrorKind, Result};

use super::check::Check;
use super::found::{Found, Sink};
use super::home::Home;
use super::identity::Identity;
use super::inspect::{journal_of, no_state, unread};
use crate::catalog::{TableId, TableKind};
use crate::quarantine::{Held, QUARANTINE};
use crate::record::{StoredCatalog, StoredTable};
use crate::revision::Revision;
use crate::snapshot::{FileReader, Head, Order, Reader, Totals, newest};
use crate::value::check_value;

/// What came of reading a whole state.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Verified {
    /// How much is in its snapshot, if it has one that is good.
    pub snapshot: Option<Totals>,
    /// Good transactions in the journal that are not in the snapshot.
    pub transactions: u64,
    /// Changes in them.
    pub changes: u64,
    /// The last good transaction.
    pub last: Revision,
    /// What each tenant has in the journal, if that is a shared one.
    pub tenants: Vec<Resident>,
    /// The tables, as its last owner had them; none if it never had one.
    pub tables: Vec<TableFacts>,
    /// The verdict.
    pub verdict: Verdict,
}

/// A table, as it is known without its types.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableFacts {
    /// Its number.
    pub id: TableId,
    /// Its name.
    pub name: String,
    /// How it is ordered.
    pub kind: TableKind,
    /// What its keys are made of.
    pub key: String,
    /// The version of its values.
    pub version: u16,
}

/// Whether everything is there that was acknowledged.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// The state is good. Only opening it with its types can say whether these fit.
    Good,
    /// It is not: an error of kind `Corrupt` that says where.
    Damaged(Error),
}

/// How far the reading has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verifying {
    /// So many bytes of the snapshot are read.
    Snapshot(u64),
    /// So many records of the journal are.
    Journal(u64),
}

/// So many records pass from one report of the progress to the next.
const STEP: u64 = 1000;

/// Reads a state from its beginning to its end: every block of the newest snapshot, every record of the
/// journal, every value. Nothing is locked, nothing is changed, and its types are not needed.
///
/// `progress` is called now and then with how far it is; if it fails, that ends it. While an owner writes,
/// what is called damaged may only have been on its way: it is damage if a second reading says the same.
///
/// # Errors
///
/// `Invalid` if no state is there, or if the shared journal that was named is not its own; `Unavailable` if
/// the disk does not answer; `Unsupported` if its journal is a shared one and it was not said
/// [where](Home::with_shared_journal) that is; what `progress` says.
/// Damage is no error but the verdict.
pub fn verify(home: &Home, mut progress: impl FnMut(Verifying) -> Result<()>) -> Result<Verified> {
    read_through(home, &mut |_| Ok(()), &mut progress)
}

/// The same, and `sink` is given everything that is found. After damage that is worth nothing.
pub(crate) fn read_through(
    home: &Home,
    sink: &mut Sink<'_>,
    progress: &mut dyn FnMut(Verifying) -> Result<()>,
) -> Result<Verified> {
    let files = home.existing_files()?;
    let mut verified = Verified {
        snapshot: None,
        transactions: 0,
        changes: 0,
        last: Revision::default(),
        tenants: Vec::new(),
        tables: Vec::new(),
        verdict: Verdict::Good,
    };
    let mut tables = Vec::new();
    let mut sink = |found: Found<'_>| {
        if let Found::Catalog(catalog) = &found {
            tables.clear();
            tables.extend(catalog.tables.iter().map(TableFacts::of));
        }
        sink(found)
    };
    let checked = Identity::read(&*files).and_then(|identity| {
        let identity = identity.ok_or_else(|| no_state(home))?;
        let covered = snapshot((&*files, home), &identity, &mut verified, &mut sink, progress)?;
        if !identity.has_journal && covered == 0 && verified.snapshot.is_some() {
            // A copy that nobody has opened yet has none.
            return Ok(());
        }
        let journal = journal_of(home, &identity)?;
        let tenant = identity.is_shared.then(|| identity.label());
        check_journal((journal, tenant), covered, &mut verified, &mut sink, progress)
    });
    verified.tables = tables;
    match checked {
        Err(error) if error.kind() == ErrorKind::Corrupt => {
            verified.verdict = Verdict::Damaged(error);
        }
        checked => checked?,
    }
    Ok(verified)
}

impl TableFacts {
    fn of(table: &StoredTable) -> Self {
        let StoredTable { id, name, kind, key, version } = table.clone();
        Self { id, name, kind, key, version }
    }
}

/// Checks the newest snapshot; says up to which record it covers.
fn snapshot(
    (files, home): (&dyn Directory, &Home),
    identity: &Identity,
    verified: &mut Verified,
    sink: &mut Sink<'_>,
    progress: &mut dyn FnMut(Verifying) -> Result<()>,
) -> Result<u64> {
    let own = (identity.id, identity.generation);
    let Some(newest) = newest(files, own)? else { return Ok(0) };
    let name = &newest.name;
    let file = files.open(name, false).map_err(|error| unread(home, error))?;
    let check = |head: &Head| newest.check(head);
    let told = |read| progress(Verifying::Snapshot(read));
    let (head, totals) =
        check_snapshot(FileReader::new(file), check, sink, told).map_err(|error| {
            Error::new(error.kind(), format!("`{name}`: {error}")).with_source(error)
        })?;
    verified.last = head.revision;
    verified.snapshot = Some(totals);
    Ok(newest.covered)
}

/// Reads a snapshot to its end, with all its values; `check` is asked whether it is the right one.
pub(crate) fn check_snapshot(
    source: impl io::Read,
    check: impl FnOnce(&Head) -> Result<()>,
    sink: &mut Sink<'_>,
    mut progress: impl FnMut(u64) -> Result<()>,
) -> Result<(Head, Totals)> {
    let mut reader = Reader::open(source)?;
    check(reader.head())?;
    let catalog = StoredCatalog::read(&reader.head().catalog)?;
    sink(Found::Catalog(&catalog))?;
    let mut order = Order::new();
    while let Some(block) = reader.next()? {
        let (table, dictionary) = (TableId(block.table()), reader.dictionary());
        let version = catalog.version(table).unwrap_or(0);
        order.walk(&block, |key, value| {
            if table == QUARANTINE {
                let (table, key) = key.split_first_chunk().ok_or_else(|| {
                    Error::corrupt("the key of a value in quarantine does not name its table")
                })?;
                let (table, held) = (TableId(u16::from_be_bytes(*table)), Held::read_from(value)?);
                return sink(Found::Held { table, key, held });
            }
            check_value(value, dictionary)?;
            sink(Found::Entry { table, version, key, value, dictionary })
        })?;
        progress(reader.read())?;
    }
    Ok((reader.head().clone(), reader.totals().cloned().unwrap_or_default()))
}

/// Checks the journal, of which only the records of this tenant are the state's if it is a shared one.
fn check_journal(
    (journal, tenant): (Arc<dyn Directory>, Option<String>),
    covered: u64,
    verified: &mut Verified,
    sink: &mut Sink<'_>,
    progress: &mut dyn FnMut(Verifying) -> Result<()>,
) -> Result<()> {
    let mut check = Check::new(covered, verified.last);
    if tenant.is_some() {
        check = check.among_others();
    }
    let (place, mut register) = (journal.describe(), Register::default());
    let read = forebay_journal::verify(journal, |number, record| {
        match &tenant {
            None => check.take(number, record, sink)?,
            Some(label) => {
                if let Registered::Of(of, record) = register.take(record)?
                    && of.label == *label
                {
                    check.take(number, record, sink)?;
                }
            }
        }
        if number.is_multiple_of(STEP) { progress(Verifying::Journal(number)) } else { Ok(()) }
    });
    (verified.transactions, verified.changes) = (check.transactions, check.changes);
    verified.last = check.last;
    verified.tenants = register.residents().to_vec();
    let found = read?;
    if let JournalVerdict::Damaged(damage) = found.verdict {
        return Err(damage.into());
    }
    if let Some(label) = &tenant
        && !verified.tenants.iter().any(|resident| resident.tenant.label == *label)
    {
        return Err(Error::invalid(format!(
            "the journal in {place} knows nothing of the state: it is another one, or the state was forgotten \
             there"
        )));
    }
    if found.last < covered {
        let message = format!(
            "the snapshot has the records up to {covered}, the journal ends with {}",
            found.last
        );
        return Err(Error::corrupt(message));
    }
    Ok(())
}
