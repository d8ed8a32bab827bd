//! Finding the snapshot that a state goes on from.

use forebay_journal::disk::Directory;
use forebay_store::{Error, Result};

use super::file::FileReader;
use super::head::Head;
use super::load::{Loaded, load};
use super::name::{file_name, parse_name};
use super::reader::Reader;
use crate::migration::Values;
use crate::tables::Tables;

/// Fills empty tables from the newest snapshot; `None` if there is none.
///
/// # Errors
///
/// `Corrupt` if it is damaged or another state's, `Invalid` if it was written for other tables.
pub(crate) fn load_newest<T: Tables>(
    (tables, values): (&mut T, &mut Values<T>),
    files: &dyn Directory,
    (state, generation): ([u8; 16], u64),
) -> Result<Option<(Head, Loaded)>> {
    let names = files.list().map_err(|error| failed("list", files, error))?;
    let Some(covered) = names.iter().filter_map(|name| parse_name(name)).max() else {
        return Ok(None);
    };
    let name = file_name(covered);
    let file = files.open(&name, false).map_err(|error| failed("open", files, error))?;
    let loaded = Reader::open(FileReader::new(file)).and_then(|mut reader| {
        let head = reader.head().clone();
        let journal = u128::from(generation).to_be_bytes();
        if (head.state, head.journal, head.covered) != (state, journal, covered) {
            return Err(Error::corrupt(
                "it is the snapshot of another state, or another one of it",
            ));
        }
        Ok((head, load(tables, values, &mut reader)?))
    });
    loaded.map(Some).map_err(|error| {
        let message = format!("`{name}` in {}: {error}", files.describe());
        Error::new(error.kind(), message).with_source(error)
    })
}

#[cold]
fn failed(what: &str, files: &dyn Directory, error: std::io::Error) -> Error {
    let message = format!("{what} the snapshots in {}", files.describe());
    Error::unavailable(message).with_source(error)
}
