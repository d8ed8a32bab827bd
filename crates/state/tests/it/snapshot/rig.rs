//! Writing and reading whole snapshots.

use std::collections::BTreeMap;

use forebay_state::Revision;
use forebay_state::snapshot::{
    Compression, Head, Reader, SnapshotDamage, SnapshotId, Totals, Writer,
};
use forebay_store::seam::WallTime;
use forebay_store::{Error, ErrorKind, Result};

/// The entries of each table.
pub(crate) type Content = BTreeMap<u16, BTreeMap<Vec<u8>, Vec<u8>>>;

pub(crate) const COMPRESSIONS: [Compression; 3] =
    [Compression::None, Compression::Lz4, Compression::Zstd];

pub(crate) fn head() -> Head {
    Head {
        id: SnapshotId([7; 16]),
        state: [8; 16],
        journal: [9; 16],
        covered: 1234,
        revision: Revision((1 << 32) + 17),
        written: WallTime(1_700_000_000_000),
        catalog: b"a catalog".to_vec(),
    }
}

pub(crate) fn written(content: &Content, compression: Compression) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), &head(), compression).unwrap();
    for (table, entries) in content {
        writer.table(*table).unwrap();
        for (key, value) in entries {
            writer.entry(key, value).unwrap();
        }
    }
    let (bytes, totals) = writer.finish().unwrap();
    assert_eq!(totals.bytes, bytes.len() as u64);
    assert_eq!(totals.entries(), content.values().map(|table| table.len() as u64).sum::<u64>());
    bytes
}

/// Everything in a snapshot; tables without entries are there, too.
pub(crate) fn read(bytes: &[u8]) -> Result<(Content, Totals)> {
    let mut reader = Reader::open(bytes)?;
    let mut content = Content::new();
    let totals = reader.read_all(|entry| {
        let table = content.entry(entry.table).or_default();
        assert!(table.insert(entry.key.to_vec(), entry.value.to_vec()).is_none());
        Ok(())
    })?;
    assert_eq!(reader.read(), bytes.len() as u64);
    for table in &totals.tables {
        assert_eq!(content.entry(table.table).or_default().len() as u64, table.entries);
    }
    Ok((content, totals))
}

/// The damage that reading these bytes meets. It is not read as anything.
pub(crate) fn damage(bytes: &[u8]) -> SnapshotDamage {
    damage_of(&read(bytes).map(|_| "read").unwrap_err())
}

pub(crate) fn damage_of(error: &Error) -> SnapshotDamage {
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
    let source = std::error::Error::source(error).and_then(|source| source.downcast_ref());
    let damage: &SnapshotDamage = source.unwrap();
    let names_it = format!("block {} at byte {}", damage.block, damage.at);
    assert!(error.to_string().contains(&names_it), "{error}");
    damage.clone()
}

/// A few entries in each of two tables, and one table without any.
pub(crate) fn small() -> Content {
    let users = [("alice", "\u{21}a"), ("bob", "\u{22}b"), ("bobby", ""), ("eve", "\u{23}")];
    let orders =
        (0..40_u64).map(|n| (n.to_be_bytes().to_vec(), vec![0x20; (n % 5).try_into().unwrap()]));
    BTreeMap::from([
        (1, users.map(|(key, value)| (key.into(), value.into())).into()),
        (2, BTreeMap::new()),
        (700, orders.collect()),
    ])
}
