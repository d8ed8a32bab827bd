//! The footer of a snapshot: how much there is of everything, so that nothing goes missing.

use super::head::Head;
use crate::revision::Revision;
use crate::value::leb;

/// How much of one table is in a snapshot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TableTotals {
    /// The table; 0 is the quarantine.
    pub table: u16,
    /// How many entries.
    pub entries: u64,
    /// How many bytes their keys and values have.
    pub bytes: u64,
    /// How many blocks of them there are.
    pub blocks: u64,
}

/// How much is in a snapshot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// The tables, also those without entries, in the order of their numbers.
    pub tables: Vec<TableTotals>,
    /// How many layouts the values use.
    pub layouts: u64,
    /// How many blocks there are, the head and the footer included.
    pub blocks: u64,
    /// The length of the file.
    pub bytes: u64,
}

impl Totals {
    /// How many entries all tables have.
    pub fn entries(&self) -> u64 {
        self.tables.iter().map(|table| table.entries).sum()
    }

    /// The payload of the footer of a snapshot with this head.
    pub(super) fn encode(&self, head: &Head) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend_from_slice(&head.covered.to_le_bytes());
        bytes.extend_from_slice(&head.revision.0.to_le_bytes());
        leb::write(self.layouts, &mut bytes);
        leb::write(self.tables.len() as u64, &mut bytes);
        for table in &self.tables {
            for number in [u64::from(table.table), table.entries, table.bytes, table.blocks] {
                leb::write(number, &mut bytes);
            }
        }
        bytes
    }
}

/// What a footer says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Footer {
    pub(super) covered: u64,
    pub(super) revision: Revision,
    pub(super) layouts: u64,
    pub(super) tables: Vec<TableTotals>,
}

impl Footer {
    /// Reads a footer; `None` if it is none.
    pub(super) fn decode(mut bytes: &[u8]) -> Option<Self> {
        let rest = &mut bytes;
        let covered = fixed(rest)?;
        let revision = Revision(fixed(rest)?);
        let layouts = leb::read(rest)?;
        let count = leb::read(rest)?;
        let tables = (0..count).map(|_| table(rest)).collect::<Option<_>>()?;
        bytes.is_empty().then_some(Self { covered, revision, layouts, tables })
    }

    /// Whether it counts these tables, and others without entries, and so many layouts.
    pub(super) fn fits(&self, tables: &[TableTotals], layouts: usize) -> bool {
        let rises = self.tables.is_sorted_by(|a, b| a.table < b.table);
        let empty = |totals: &&TableTotals| {
            let table = totals.table;
            **totals == TableTotals { table, ..TableTotals::default() }
        };
        let filled = self.tables.iter().filter(|totals| !empty(totals));
        rises && filled.eq(tables) && self.layouts == layouts as u64
    }
}

fn fixed(rest: &mut &[u8]) -> Option<u64> {
    let (bytes, tail) = rest.split_first_chunk()?;
    *rest = tail;
    Some(u64::from_le_bytes(*bytes))
}

fn table(rest: &mut &[u8]) -> Option<TableTotals> {
    Some(TableTotals {
        table: leb::read(rest)?.try_into().ok()?,
        entries: leb::read(rest)?,
        bytes: leb::read(rest)?,
        blocks: leb::read(rest)?,
    })
}
