//! The directories that real etchdbs have written.
#![expect(clippy::disallowed_methods, reason = "fixtures are files")]

use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use forebay_state::State;
use forebay_state::etchdb::Import;

use super::folder::Folder;
use crate::shop::Shop;

/// Where a fixture is.
pub(super) fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(name)
}

/// The files of a fixture, in memory.
pub(super) fn folder(name: &str) -> Folder {
    let mut folder = Folder::default();
    for entry in fs::read_dir(path(name)).unwrap() {
        let entry = entry.unwrap();
        let bytes = Arc::new(fs::read(entry.path()).unwrap());
        folder.0.insert(entry.file_name().into_string().unwrap(), bytes);
    }
    folder
}

/// The lines that etchdb's own program wrote about one collection.
pub(super) fn expected(name: &str, collection: u8) -> Vec<String> {
    let prefix = format!("{collection} ");
    all_expected(name).into_iter().filter(|line| line.starts_with(&prefix)).collect()
}

/// The same lines about a table.
pub(super) fn numbered<'a, K, V>(
    collection: u8,
    table: impl IntoIterator<Item = (&'a K, &'a V)>,
) -> Vec<String>
where
    K: Debug + 'a,
    V: Debug + 'a,
{
    let lines = table.into_iter();
    lines.map(|(key, value)| format!("{collection} {key:?} => {value:?}")).collect()
}

/// An import of both tables of a shop.
pub(super) fn shop(folder: &Folder) -> forebay_store::Result<Import<Shop>> {
    let import = Import::<Shop>::of(Arc::new(folder.clone()))?;
    Ok(import.table(0, |tx| &mut tx.users).table(1, |tx| &mut tx.orders))
}

/// All lines of a shop, numbered as etchdb's program does.
pub(super) fn shop_lines(state: &State<Shop>) -> Vec<String> {
    let view = state.read();
    [numbered(0, &view.users), numbered(1, &view.orders)].concat()
}

/// All lines of a fixture.
pub(super) fn all_expected(name: &str) -> Vec<String> {
    let all = fs::read_to_string(path(name).join("expected.txt")).unwrap();
    all.lines().map(ToOwned::to_owned).collect()
}
