//! One batch as one transaction of bytes.

use forebay_store::Condition;
use redb::{Database, ReadableTable};

use crate::tables::DATA;

/// A write after its codec.
pub(crate) struct Write {
    pub(crate) key: Vec<u8>,
    /// `None` deletes.
    pub(crate) value: Option<Vec<u8>>,
    pub(crate) condition: Condition,
}

/// How a transaction ended.
pub(crate) enum End {
    Committed,
    /// Nothing was applied, because of the writes at these positions.
    Refused(Vec<(usize, &'static str)>),
    /// The commit failed; it may have taken effect.
    Unknown(redb::Error),
}

/// Applies all the writes or none. An error says that none was.
pub(crate) fn run(database: &Database, writes: &[Write]) -> Result<End, redb::Error> {
    let mut transaction = database.begin_write()?;
    transaction.set_quick_repair(true);
    let mut refused = Vec::new();
    {
        let mut table = transaction.open_table(DATA)?;
        for (position, write) in writes.iter().enumerate() {
            if let Some(why) = refusal(&table, write)? {
                refused.push((position, why));
                continue;
            }
            match &write.value {
                Some(value) => drop(table.insert(&*write.key, &**value)?),
                None => drop(table.remove(&*write.key)?),
            }
        }
    }
    if refused.is_empty() {
        Ok(transaction
            .commit()
            .map_or_else(|error| End::Unknown(error.into()), |()| End::Committed))
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
