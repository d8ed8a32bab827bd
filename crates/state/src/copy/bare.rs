//! A whole state without its types: for tools, which have not got them.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;

use forebay_store::{Error, Result, Seams};

use super::checkpoint::{Checkpoint, Content};
use super::report::{CopyReport, Copying};
use crate::catalog::TableId;
use crate::open::{Found, Home, Verdict, Verifying, read_through};
use crate::quarantine::QUARANTINE;
use crate::record::StoredCatalog;
use crate::revision::Revision;
use crate::snapshot::{Compression, Head, Writer};
use crate::value::{Dictionary, Plain};

/// Everything that is in the directory of a state, read without its types: so a tool can export it, or make
/// a checkpoint of it. It is as large in memory as it is on disk.
///
/// ```
/// # use forebay_journal::disk::simulated::SimulatedDisk;
/// # use forebay_state::{Home, State, Table};
/// use forebay_state::copy::Bare;
///
/// # #[derive(State, Clone)]
/// # struct Shop {
/// #     #[table(id = 1)]
/// #     users: Table<String, u32>,
/// # }
/// # let disk = SimulatedDisk::new(1);
/// # let (home, backup) = (Home::simulated(disk.clone(), "shop"), Home::simulated(disk, "b"));
/// # let shop = State::<Shop>::open(home.clone())?;
/// shop.write(|tx| tx.users.put("alice".into(), 31))?;
/// let bare = Bare::read(home, |_| Ok(()))?; // home is "shop.state"
/// assert_eq!((bare.name(), bare.entries()), ("shop", 1));
/// bare.checkpoint(backup, |_| Ok(()))?;
/// # Ok::<(), forebay_store::Error>(())
/// ```
pub struct Bare {
    catalog: StoredCatalog,
    last: Revision,
    /// Of all values.
    dictionary: Dictionary,
    /// By table and key. Those in quarantine are as the snapshot has them.
    entries: BTreeMap<(TableId, Vec<u8>), Entry>,
}

struct Entry {
    version: u16,
    value: Box<[u8]>,
}

impl Bare {
    /// Reads everything, as [`verify`](crate::verify()) does. Nothing is locked and nothing is changed. While
    /// an owner writes, what is called damaged may only have been on its way: it is damage if a second
    /// reading says the same.
    ///
    /// # Errors
    ///
    /// `Corrupt` if it is damaged; `Invalid` if no state is there, or if a table has values of several
    /// versions, which only its program can make values of one; `Unavailable` if the disk does not answer;
    /// what `progress` says.
    pub fn read(
        home: impl Into<Home>,
        mut progress: impl FnMut(Verifying) -> Result<()>,
    ) -> Result<Self> {
        let (catalog, dictionary, entries) = (None, Dictionary::new(), BTreeMap::new());
        let mut reading = Reading { catalog, dictionary, entries, bytes: Vec::new() };
        let read = read_through(&home.into(), &mut |found| reading.take(&found), &mut progress)?;
        if let Verdict::Damaged(error) = read.verdict {
            return Err(error);
        }
        reading.end(read.last)
    }

    /// What the state is called.
    pub fn name(&self) -> &str {
        &self.catalog.name
    }

    /// What a program shows that opens it no more: the last transaction, or the beginning of the last owner.
    pub fn revision(&self) -> Revision {
        self.last.max(Revision::begin(self.catalog.life))
    }

    /// How many entries all tables have.
    pub fn entries(&self) -> u64 {
        self.entries.len() as u64 - self.quarantined()
    }

    /// How many values are in quarantine.
    pub fn quarantined(&self) -> u64 {
        self.table(QUARANTINE).count() as u64
    }

    /// Makes a checkpoint of it, as [`State::checkpoint`](crate::State::checkpoint) does of a running state.
    ///
    /// # Errors
    ///
    /// As [`State::checkpoint`](crate::State::checkpoint).
    pub fn checkpoint(
        &self,
        to: impl Into<Home>,
        mut progress: impl FnMut(Copying) -> Result<()>,
    ) -> Result<CopyReport> {
        self.copied().to_directory(&to.into(), &mut progress)
    }

    /// Writes a checkpoint of it to a stream, as [`State::checkpoint_to`](crate::State::checkpoint_to) does.
    ///
    /// # Errors
    ///
    /// As [`State::checkpoint_to`](crate::State::checkpoint_to).
    pub fn checkpoint_to(
        &self,
        out: impl Write,
        mut progress: impl FnMut(Copying) -> Result<()>,
    ) -> Result<CopyReport> {
        self.copied().to_stream(out, &mut progress)
    }

    fn copied(&self) -> Checkpoint<&Self> {
        let (seams, compression) = (Seams::default(), Compression::None);
        Checkpoint { content: self, seams, compression }
    }

    #[cfg(feature = "json")]
    pub(super) fn catalog(&self) -> &StoredCatalog {
        &self.catalog
    }

    #[cfg(feature = "json")]
    pub(super) fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// The entries of a table, in the order of their keys: keys and values as bytes.
    pub(super) fn table(&self, id: TableId) -> impl Iterator<Item = (&[u8], &[u8])> {
        let from = self.entries.range((id, Vec::new())..);
        from.take_while(move |((table, _), _)| *table == id)
            .map(|((_, key), entry)| (key.as_slice(), &*entry.value))
    }
}

impl Content for &Bare {
    fn name(&self) -> &str {
        Bare::name(self)
    }

    fn revision(&self) -> Revision {
        Bare::revision(self)
    }

    fn catalog(&self) -> Vec<u8> {
        let mut catalog = Vec::new();
        self.catalog.write(&mut catalog);
        catalog
    }

    fn begin<W: Write>(&self, out: W, head: &Head, compression: Compression) -> Result<Writer<W>> {
        let (mut layouts, mut bytes) = (Dictionary::new(), Vec::new());
        (0..self.dictionary.len()).for_each(|at| self.dictionary.write_entry(at, &mut bytes));
        layouts.read_entries(&bytes)?;
        Ok(Writer::new(out, head, compression)?.with_layouts(layouts))
    }

    fn save<W: Write>(
        &self,
        writer: &mut Writer<W>,
        mut between: impl FnMut(u64) -> Result<()>,
    ) -> Result<()> {
        let mut ids: Vec<_> = self.catalog.tables.iter().map(|table| table.id).collect();
        if self.quarantined() > 0 {
            ids.push(QUARANTINE);
        }
        ids.sort_unstable();
        let mut told = 0;
        for id in ids {
            writer.table(id.0)?;
            for (key, value) in self.table(id) {
                writer.entry(key, value)?;
                if writer.written() > told {
                    told = writer.written();
                    between(told)?;
                }
            }
        }
        Ok(())
    }
}

/// A state that is being read.
struct Reading {
    catalog: Option<StoredCatalog>,
    dictionary: Dictionary,
    entries: BTreeMap<(TableId, Vec<u8>), Entry>,
    bytes: Vec<u8>,
}

impl Reading {
    fn take(&mut self, found: &Found<'_>) -> Result<()> {
        match *found {
            Found::Catalog(catalog) => self.catalog = Some(catalog.clone()),
            Found::Entry { table: QUARANTINE, version, key, value, .. } => {
                let entry = Entry { version, value: value.into() };
                self.entries.insert((QUARANTINE, key.to_vec()), entry);
            }
            Found::Entry { table, version, key, value, dictionary } => {
                self.bytes.clear();
                let value = Plain::read(value, dictionary)?;
                value.write(&mut self.dictionary, &mut self.bytes)?;
                self.supersede(table, key);
                let value = self.bytes.as_slice().into();
                self.entries.insert((table, key.to_vec()), Entry { version, value });
            }
            Found::Deleted { table, key } => {
                self.supersede(table, key);
                self.entries.remove(&(table, key.to_vec()));
            }
            Found::Cleared { table } => {
                let own = table.0.to_be_bytes();
                self.entries.retain(|(of, key), _| {
                    *of != table && !(*of == QUARANTINE && key.starts_with(&own))
                });
            }
        }
        Ok(())
    }

    /// A value in quarantine goes when its key is written or deleted.
    fn supersede(&mut self, table: TableId, key: &[u8]) {
        let first = self.entries.first_key_value();
        if first.is_some_and(|((table, _), _)| *table == QUARANTINE) {
            let held = [&table.0.to_be_bytes(), key].concat();
            self.entries.remove(&(QUARANTINE, held));
        }
    }

    /// All was read: what is left of retired tables goes, and each table has values of one version.
    fn end(self, last: Revision) -> Result<Bare> {
        let Self { catalog, dictionary, mut entries, .. } = self;
        let mut catalog = catalog.ok_or_else(|| {
            Error::invalid("the state is new: nothing says yet what it is made of")
        })?;
        let retired = &catalog.retired;
        entries.retain(|(table, _), _| !retired.contains(table));
        let mut versions = BTreeMap::new();
        for ((table, _), entry) in &entries {
            let version = *versions.entry(*table).or_insert(entry.version);
            if version != entry.version {
                return Err(mixed(&catalog, *table, [version, entry.version]));
            }
        }
        versions.remove(&QUARANTINE);
        for (id, version) in versions {
            let table = catalog.tables.iter_mut().find(|table| table.id == id);
            let table = table.ok_or_else(|| {
                Error::invalid(format!(
                    "there are entries of a table {id}, which the state has not"
                ))
            })?;
            table.version = version;
        }
        Ok(Bare { catalog, last, dictionary, entries })
    }
}

impl fmt::Debug for Bare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bare").field("name", &self.name()).finish_non_exhaustive()
    }
}

#[cold]
fn mixed(catalog: &StoredCatalog, id: TableId, versions: [u16; 2]) -> Error {
    let table = catalog.tables.iter().find(|table| table.id == id);
    let name = table.map_or("?", |table| table.name.as_str());
    let [one, other] = versions;
    Error::invalid(format!(
        "table `{name}` has values of version {one} and of version {other}: only its program can make \
         them alike. Open the state with it and let it make a snapshot"
    ))
}
