//! The two tables in the file, and what the first of them must say.
//!
//! | table | keys and values |
//! |---|---|
//! | `forebay meta` | text: `version` is `1`, `key codec` and `value codec` are names of codecs |
//! | `forebay data` | bytes: what the codecs make of keys and values |
//!
//! Other tables in the file are somebody else's and are left alone.

use redb::{Database, ReadableTable, TableDefinition};

pub(crate) const DATA: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("forebay data");
const META: TableDefinition<'_, &str, &str> = TableDefinition::new("forebay meta");
const VERSION: &str = "1";

/// Where the file says something else than it should.
pub(crate) struct Difference {
    pub(crate) name: &'static str,
    pub(crate) found: String,
    pub(crate) expected: &'static str,
}

/// Makes the tables in a new file, and compares what an old one says with what it should say.
pub(crate) fn prepare(
    database: &Database,
    key_codec: &'static str,
    value_codec: &'static str,
) -> Result<Option<Difference>, redb::Error> {
    let expected = [("version", VERSION), ("key codec", key_codec), ("value codec", value_codec)];
    let mut transaction = database.begin_write()?;
    transaction.set_quick_repair(true);
    let mut is_new = false;
    {
        let mut meta = transaction.open_table(META)?;
        for (name, expected) in expected {
            let found = meta.get(name)?.map(|found| found.value().to_owned());
            match found {
                Some(found) if found == expected => {}
                Some(found) => return Ok(Some(Difference { name, found, expected })),
                None => {
                    meta.insert(name, expected)?;
                    is_new = true;
                }
            }
        }
        transaction.open_table(DATA)?;
    }
    if is_new {
        transaction.commit()?;
    } else {
        transaction.abort()?;
    }
    Ok(None)
}
