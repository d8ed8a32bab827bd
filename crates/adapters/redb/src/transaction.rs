//! One batch as one transaction of bytes.

use forebay_store::Condition;
use redb::{AccessGuard, Database, ReadableTable};

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

/// How a transaction ended.
pub(crate) enum End {
    Committed(Sums),
    /// Nothing was applied, because of the writes at these positions.
    Refused(Vec<(usize, &'static str)>),
    /// The commit failed; it may have taken effect.
    Unknown(redb::Error),
}

impl Write {
    /// What it takes in the file more, at most.
    pub(crate) fn footprint(&self) -> u64 {
        self.value.as_ref().map_or(0, |value| footprint(self.key.len(), value.len()))
    }
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
    {
        let mut table = transaction.open_table(DATA)?;
        for (position, write) in writes.iter().enumerate() {
            if let Some(why) = refusal(&table, write)? {
                refused.push((position, why));
                continue;
            }
            let before = match &write.value {
                Some(value) => {
                    sums.put += footprint(write.key.len(), value.len());
                    table.insert(&*write.key, &**value)?
                }
                None => table.remove(&*write.key)?,
            };
            let taken =
                |before: AccessGuard<'_, &[u8]>| footprint(write.key.len(), before.value().len());
            sums.removed += before.map_or(0, taken);
        }
    }
    if refused.is_empty() {
        Ok(transaction
            .commit()
            .map_or_else(|error| End::Unknown(error.into()), |()| End::Committed(sums)))
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
