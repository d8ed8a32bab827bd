//! Transactions of the journal that are made into keys and values together, away from who reads it.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

use forebay_store::Result;

use super::runs::Runs;
use crate::catalog::{TableId, TableInfo, TableKind};
use crate::key::{Key, KeyReader};
use crate::record::{Change, Group, Groups};
use crate::revision::Revision;
use crate::table::{Run, Table, TableOrder, Value};
use crate::tables::{TableVisitor, Tables};
use crate::tree::Order;
use crate::value::{Dictionary, Drift, read_value};

/// The bodies of transactions that follow one another, and what their values refer to.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) dictionary: Arc<Dictionary>,
    bytes: Vec<u8>,
    list: Vec<Member>,
}

/// A transaction in a batch.
#[derive(Clone, Copy, Debug)]
struct Member {
    /// The record that ends it.
    number: u64,
    revision: Revision,
    /// Where its body ends.
    end: usize,
}

/// What was made of a batch: all that is in it, and nothing that anybody has to be told.
pub(super) struct Decoded {
    runs: BTreeMap<TableId, AnyRuns>,
    pub(super) changes: u64,
}

/// Each is a [`Run`] of its table's types, in the order of its keys; a later one comes after the earlier.
type AnyRuns = Vec<Box<dyn Any + Send>>;

impl Batch {
    /// So many changes are sorted together at most: each takes some 64 bytes meanwhile, however short it
    /// is where it is stored.
    pub(super) const CHANGES_MAX: usize = 1 << 18;

    /// An empty one, in memory that was used before.
    pub(super) fn new(dictionary: Arc<Dictionary>, mut bytes: Vec<u8>) -> Self {
        bytes.clear();
        Self { dictionary, bytes, list: Vec::new() }
    }

    pub(super) fn push(&mut self, number: u64, revision: Revision, body: &[u8]) {
        self.bytes.extend_from_slice(body);
        self.list.push(Member { number, revision, end: self.bytes.len() });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many bytes the transactions have.
    pub(super) fn length(&self) -> usize {
        self.bytes.len()
    }

    /// How many transactions there are.
    pub(super) fn members(&self) -> usize {
        self.list.len()
    }

    /// Its memory, to be used again.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The transactions, in order.
    pub(super) fn transactions(&self) -> impl Iterator<Item = (u64, Revision, &[u8])> {
        let begins = std::iter::once(0).chain(self.list.iter().map(|member| member.end));
        let pieces = self.list.iter().zip(begins);
        pieces.map(|(Member { number, revision, end }, begin)| {
            (*number, *revision, &self.bytes[begin..*end])
        })
    }

    /// Makes keys and values of everything. `types` are empty tables.
    ///
    /// `None` if anything is in it that is not simply put or deleted: what is damaged, older, of another
    /// table, drifted, cleared or purged has to be dealt with in order, by who knows how.
    pub(super) fn decode<T: Tables>(&self, types: &mut T) -> Option<Decoded> {
        let (raws, runs, dictionary) = (BTreeMap::new(), BTreeMap::new(), &*self.dictionary);
        let mut decoding =
            Decoding { raws, waiting: 0, changes: 0, runs, dictionary, is_odd: false };
        for (_, _, body) in self.transactions() {
            decoding.transaction(body, types)?;
        }
        decoding.make(types)?;
        let Decoding { runs, changes, .. } = decoding;
        Some(Decoded { runs, changes })
    }
}

impl Decoded {
    /// Gives the runs to their tables.
    pub(super) fn give<T: Tables>(self, tables: &mut T, runs: &mut Runs) -> Result<()> {
        tables.visit(&mut Giving { decoded: self, runs })
    }

    /// The runs of a table, in their order.
    pub(super) fn runs<K: Key, V: Value>(
        &mut self,
        table: TableId,
    ) -> impl Iterator<Item = Run<K, V>> + use<K, V> {
        let runs = self.runs.remove(&table).unwrap_or_default().into_iter();
        runs.filter_map(|run| run.downcast().ok().map(|run| *run))
    }
}

/// Gives the runs of a batch to their tables.
struct Giving<'r> {
    decoded: Decoded,
    runs: &'r mut Runs,
}

impl TableVisitor for Giving<'_> {
    fn table<K: Key, V: Value, O: TableOrder>(
        &mut self,
        info: &'static TableInfo,
        table: &mut Table<K, V, O>,
    ) -> Result<()> {
        for run in self.decoded.runs(info.id) {
            if let Some(runner) = self.runs.of(info, table) {
                runner.give(run);
            }
        }
        Ok(())
    }
}

/// A change of an entry, as it is stored; one without a value deletes.
#[derive(Clone, Copy)]
struct Raw<'b> {
    key: &'b [u8],
    value: Option<&'b [u8]>,
}

/// Makes the runs, table by table.
struct Decoding<'b> {
    /// The changes of each table, in the order in which they were made, of which no run was made yet.
    raws: BTreeMap<TableId, Vec<Raw<'b>>>,
    /// How many they are.
    waiting: usize,
    /// How many there were in all.
    changes: u64,
    runs: BTreeMap<TableId, AnyRuns>,
    dictionary: &'b Dictionary,
    is_odd: bool,
}

impl<'b> Decoding<'b> {
    fn transaction<T: Tables>(&mut self, body: &'b [u8], types: &mut T) -> Option<()> {
        let mut groups = Groups::of(body).ok()?;
        while let Some(mut group) = groups.next().ok()? {
            let info = T::CATALOG.table(group.table)?;
            if info.version != group.version {
                return None;
            }
            while self.group(&mut group)? {
                self.make(types)?;
            }
        }
        Some(())
    }

    /// Takes the changes of a group; says whether it ended early, because so many wait.
    fn group(&mut self, group: &mut Group<'b, '_>) -> Option<bool> {
        let raws = self.raws.entry(group.table).or_default();
        while self.waiting < Batch::CHANGES_MAX {
            let Some(change) = group.next().ok()? else { return Some(false) };
            self.changes += 1;
            self.waiting += 1;
            raws.push(match change {
                Change::Put { key, value } => Raw { key, value: Some(value) },
                Change::Delete { key } => Raw { key, value: None },
                Change::Clear | Change::Purge { .. } => return None,
            });
        }
        Some(true)
    }

    /// Makes runs of what waits.
    fn make<T: Tables>(&mut self, types: &mut T) -> Option<()> {
        types.visit(self).ok()?;
        self.waiting = 0;
        (!self.is_odd).then_some(())
    }
}

impl TableVisitor for Decoding<'_> {
    fn table<K: Key, V: Value, O: TableOrder>(
        &mut self,
        info: &'static TableInfo,
        table: &mut Table<K, V, O>,
    ) -> Result<()> {
        if self.is_odd {
            return Ok(());
        }
        if let Some(raws) = self.raws.remove(&info.id) {
            match run::<K, V, O>(&raws, table.order(), self.dictionary) {
                Some(run) => self.runs.entry(info.id).or_default().push(Box::new(run)),
                None => self.is_odd = true,
            }
        }
        Ok(())
    }
}

/// The last change of each key, in the order of the keys. The bytes are sorted before anything is made
/// of them, so neighbours in the table are neighbours in memory.
fn run<K: Key, V: Value, O: TableOrder>(
    raws: &[Raw<'_>],
    order: &O,
    dictionary: &Dictionary,
) -> Option<Run<K, V>> {
    /// So many changes are fetched together.
    const NEXT: usize = 16;
    let (mut drift, mut run) = (Drift::new(), Run::in_order(raws.len()));
    let mut kept: Option<Raw<'_>> = None;
    let mut next = Vec::with_capacity(NEXT);
    for marks in sorted(raws, order).chunks(NEXT) {
        next.clear();
        next.extend(marks.iter().filter_map(|mark| marked(raws, *mark)));
        fetch(&next);
        for Raw { key: bytes, value } in next.drain(..) {
            let key: K = KeyReader::read(bytes).ok()?;
            let value: Option<V> = match value {
                Some(value) => Some(read_value(value, dictionary, &mut drift).ok()?),
                None => None,
            };
            if drift.has_passed() {
                return None;
            }
            // The last one of a key comes first. What it has replaced had to be readable, too.
            if kept.is_some_and(|kept| kept.key == bytes) {
                continue;
            }
            kept = Some(Raw { key: bytes, value: None });
            // A key whose bytes are not in its order would lead the tree astray.
            if run.last_key().is_some_and(|last| !order.compare(last, &key).is_lt()) {
                return None;
            }
            match value {
                Some(value) => run.put(key, value, 0),
                None => run.delete(key),
            }
        }
    }
    Some(run)
}

/// Looks at changes that lie far apart in memory, so that the processor fetches all of them at once, and not each of them
/// only when it is read.
fn fetch(changes: &[Raw<'_>]) {
    let looked_at = changes.iter().fold(0, |all, Raw { key, value }| {
        let value = value.unwrap_or_default();
        let byte = |bytes: &[u8], at: usize| bytes.get(at).copied().unwrap_or_default();
        all ^ byte(key, 0) ^ byte(value, value.len() / 2) ^ value.last().unwrap_or(&0)
    });
    std::hint::black_box(looked_at);
}

/// The marks of the changes in the order of the table, and of several with one key the last one first.
fn sorted<O: TableOrder>(raws: &[Raw<'_>], order: &O) -> Vec<u128> {
    let common = match O::KIND {
        TableKind::Ordered => common_beginning(raws),
        TableKind::Hash => 0,
    };
    // A mark and the place of what it is of are one number, so that they are sorted without a branch.
    let mark = |raw: &Raw<'_>| u128::from(order.place(raw.key, |place| eight(&place[common..])));
    let all = raws.iter().zip(0_u32..).map(|(raw, at)| mark(raw) << 64 | u128::from(at));
    let mut marks: Vec<u128> = all.collect();
    marks.sort_unstable();
    let key = |mark: u128| marked(raws, mark).map(|raw| raw.key);
    for ties in marks.chunk_by_mut(|a, b| a >> 64 == b >> 64).filter(|ties| ties.len() > 1) {
        ties.sort_unstable_by(|a, b| key(*a).cmp(&key(*b)).then(b.cmp(a)));
    }
    marks
}

/// The change that a mark is of.
fn marked<'b>(raws: &[Raw<'b>], mark: u128) -> Option<Raw<'b>> {
    raws.get(usize::try_from(mark & u128::from(u32::MAX)).ok()?).copied()
}

/// How many bytes all keys begin with.
fn common_beginning(raws: &[Raw<'_>]) -> usize {
    let Some((first, rest)) = raws.split_first() else { return 0 };
    rest.iter().fold(first.key.len(), |common, raw| {
        let (one, other) = (&first.key[..common], raw.key);
        if other.starts_with(one) {
            return common;
        }
        one.iter().zip(other).take_while(|(one, other)| one == other).count()
    })
}

/// The first eight bytes, as a number with their order; what is beyond the end counts as zero.
fn eight(bytes: &[u8]) -> u64 {
    let mut first = [0; 8];
    let length = bytes.len().min(first.len());
    first[..length].copy_from_slice(&bytes[..length]);
    u64::from_be_bytes(first)
}
