//! The catalog as it stands in a journal or a snapshot.

use forebay_store::{Error, Result};

use crate::catalog::{Catalog, TableId, TableInfo, TableKind};
use crate::value::leb;

/// What a state was made of when somebody wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredCatalog {
    /// Counts the owners of a state.
    pub(crate) life: u64,
    pub(crate) name: String,
    pub(crate) tables: Vec<StoredTable>,
    pub(crate) retired: Vec<TableId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredTable {
    pub(crate) id: TableId,
    pub(crate) name: String,
    pub(crate) kind: TableKind,
    pub(crate) key: String,
    pub(crate) version: u16,
}

impl From<&TableInfo> for StoredTable {
    fn from(table: &TableInfo) -> Self {
        let &TableInfo { id, name, kind, ref key, version } = table;
        Self { id, name: name.to_owned(), kind, key: key.to_string(), version }
    }
}

/// Appends the catalog that an owner begins with.
pub(crate) fn write(catalog: &Catalog, life: u64, out: &mut Vec<u8>) {
    let tables = catalog.tables().iter().map(StoredTable::from).collect();
    let name = catalog.name().to_owned();
    StoredCatalog { life, name, tables, retired: catalog.retired().to_vec() }.write(out);
}

fn text(text: &str, out: &mut Vec<u8>) {
    leb::write(text.len() as u64, out);
    out.extend_from_slice(text.as_bytes());
}

impl StoredCatalog {
    /// Appends it.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        leb::write(self.life, out);
        text(&self.name, out);
        leb::write(self.tables.len() as u64, out);
        for table in &self.tables {
            leb::write(u64::from(table.id.0), out);
            text(&table.name, out);
            out.push(match table.kind {
                TableKind::Ordered => 0,
                TableKind::Hash => 1,
            });
            text(&table.key, out);
            leb::write(u64::from(table.version), out);
        }
        leb::write(self.retired.len() as u64, out);
        for id in &self.retired {
            leb::write(u64::from(id.0), out);
        }
    }

    /// Reads what [`write`](Self::write) has written.
    pub(crate) fn read(mut bytes: &[u8]) -> Result<Self> {
        let read = read_catalog(&mut bytes).filter(|_| bytes.is_empty());
        read.ok_or_else(|| Error::corrupt("the catalog of a state is damaged"))
    }

    /// The version of the values of a table.
    pub(crate) fn version(&self, id: TableId) -> Option<u16> {
        self.tables.iter().find(|table| table.id == id).map(|table| table.version)
    }

    /// Whether tables of today can be read from what was written then; `Invalid` if not. That there
    /// are more or fewer of them does not matter.
    pub(crate) fn fits(&self, now: &Catalog) -> Result<()> {
        self.tables
            .iter()
            .try_for_each(|then| now.table(then.id).map_or(Ok(()), |now| then.fits(now)))?;
        match self.retired.iter().find_map(|id| now.table(*id)) {
            None => Ok(()),
            Some(table) => Err(Error::invalid(format!(
                "table `{}` has the id {}, which was retired: its old entries may still be there",
                table.name, table.id
            ))),
        }
    }
}

impl StoredTable {
    fn fits(&self, now: &TableInfo) -> Result<()> {
        let key = now.key.to_string();
        if self.kind == now.kind && self.key == key {
            return Ok(());
        }
        let (kind, id) = (now.kind, self.id);
        let message = format!(
            "table `{}` is {kind} with the key `{key}`, but as `{}`, under the same id {id}, it was \
             written {} with the key `{}`: give it a new id",
            now.name, self.name, self.kind, self.key,
        );
        Err(Error::invalid(message))
    }
}

fn read_catalog(rest: &mut &[u8]) -> Option<StoredCatalog> {
    let (life, name) = (leb::read(rest)?, read_text(rest)?);
    let count = leb::read(rest)?;
    let tables = (0..count).map(|_| read_table(rest)).collect::<Option<_>>()?;
    let count = leb::read(rest)?;
    let retired = (0..count).map(|_| read_id(rest)).collect::<Option<_>>()?;
    Some(StoredCatalog { life, name, tables, retired })
}

fn read_table(rest: &mut &[u8]) -> Option<StoredTable> {
    let (id, name) = (read_id(rest)?, read_text(rest)?);
    let (kind, tail) = rest.split_first()?;
    *rest = tail;
    let kind = match *kind {
        0 => TableKind::Ordered,
        1 => TableKind::Hash,
        _ => return None,
    };
    Some(StoredTable { id, name, kind, key: read_text(rest)?, version: read_short(rest)? })
}

fn read_id(rest: &mut &[u8]) -> Option<TableId> {
    read_short(rest).filter(|id| *id > 0).map(TableId)
}

fn read_short(rest: &mut &[u8]) -> Option<u16> {
    leb::read(rest).and_then(|number| u16::try_from(number).ok())
}

fn read_text(rest: &mut &[u8]) -> Option<String> {
    let length = leb::read(rest).and_then(|length| usize::try_from(length).ok())?;
    let (text, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    std::str::from_utf8(text).ok().map(str::to_owned)
}
