//! One batch as one transaction of bytes.

use forebay_store::Condition;
use redb::{Database, ReadableTable};

use crate::footprint::footprint;
use crate::tables::DATA;

/// A write after its codec.
pub(crate) struct Write {
    pub(crate) key: Vec<u8>,
    /// `None` deletes.
    pub(crate) value: Option<Vec<u8>>,
    pub(crate) condition: Condition,
}

/// What pairs take in the file, about.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sums {
    pub(crate) put: u64,
    /// Those that were there before, and are not any more.
    pub(crate) removed: u64,
}

impl Sums {
    /// What is live of so much, once what was claimed of it for a transaction is there or is not.
    pub(crate) fn after(self, live: u64, claimed: u64) -> u64 {
        (live + self.put).saturating_sub(claimed + self.removed)
    }
}

/// By this key is seen whether a transaction took effect.
#[derive(Debug)]
pub(crate) struct Witness {
    pub(crate) key: Vec<u8>,
    /// The transaction puts it, so it is there if that took effect. Or else it removes it.
    pub(crate) is_put: bool,
}

/// How a transaction ended.
pub(crate) enum End {
    Committed(Sums),
    /// Nothing was applied, because of the writes at these positions.
    Refused(Vec<(usize, &'static str)>),
    /// The commit failed; it may have taken effect.
    Unknown(redb::Error, Sums, Option<Witness>),
}

impl Write {
    /// For all of these, if no other of them is of its key, and it changes whether that is there.
    fn witness(&self, of: &[Self]) -> Option<Witness> {
        let is_alone = of.iter().filter(|other| other.key == self.key).count() == 1;
        is_alone.then(|| Witness { key: self.key.clone(), is_put: self.value.is_some() })
    }

    /// What it takes in the file more, at most.
    pub(crate) fn footprint(&self) -> u64 {
        self.value.as_ref().map_or(0, |value| taken(&self.key, value))
    }
}

fn taken(key: &[u8], value: &[u8]) -> u64 {
    footprint(key.len() as u64, value.len() as u64)
}

/// Applies all the writes or none. An error says that none was. What is kept can be opened after a crash
/// without a walk through the file.
pub(crate) fn run(
    database: &Database,
    writes: &[Write],
    is_kept: bool,
) -> Result<End, redb::Error> {
    let mut transaction = database.begin_write()?;
    transaction.set_quick_repair(is_kept);
    let mut sums = Sums::default();
    let mut refused = Vec::new();
    let mut changed = None;
    {
        let mut table = transaction.open_table(DATA)?;
        // In the order of the keys, the pages that one of them has been found by are at hand for the next.
        let mut order: Vec<_> = writes.iter().enumerate().collect();
        order.sort_by(|(_, write), (_, other)| write.key.cmp(&other.key));
        for (position, write) in order {
            if let Some(why) = refusal(&table, write)? {
                refused.push((position, why));
                continue;
            }
            let before = match &write.value {
                Some(value) => {
                    sums.put += taken(&write.key, value);
                    table.insert(&*write.key, &**value)?
                }
                None => table.remove(&*write.key)?,
            };
            if before.is_some() != write.value.is_some() {
                changed.get_or_insert(write);
            }
            sums.removed += before.map_or(0, |before| taken(&write.key, before.value()));
        }
    }
    if refused.is_empty() {
        Ok(match transaction.commit() {
            Ok(()) => End::Committed(sums),
            Err(error) => {
                End::Unknown(error.into(), sums, changed.and_then(|it| it.witness(writes)))
            }
        })
    } else {
        transaction.abort()?;
        Ok(End::Refused(refused))
    }
}

fn refusal(
    table: &impl ReadableTable<&'static [u8], &'static [u8]>,
    write: &Write,
) -> Result<Option<&'static str>, redb::Error> {
    if write.condition == Condition::Always {
        return Ok(None);
    }
    let present = table.get(&*write.key)?.is_some();
    Ok(match write.condition {
        Condition::Absent if present => Some("the key is present already"),
        Condition::Present if !present => Some("the key is absent"),
        Condition::Absent | Condition::Present => None,
        _ => Some("this store does not know this condition"),
    })
}
