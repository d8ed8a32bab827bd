//! Walks the directory page by page, in the order of folders and names.

use forebay_store::{Cursor, Error, Result};

use crate::folder::{Folder, unavailable};
use crate::fs;
use crate::name::{Name, is_entry, shard_folder};

/// Some files, and the name after which to go on if there may be more.
pub(crate) struct Files {
    pub(crate) files: Vec<(Name, Vec<u8>)>,
    pub(crate) next: Option<Name>,
}

impl Folder {
    /// At most `limit` files whose names come after `after`. Each page lists the folder in which
    /// it begins anew, so that it needs no more memory than one folder's names.
    pub(crate) fn page(&self, after: Option<&Name>, limit: usize) -> Result<Files> {
        let mut page = Files { files: Vec::new(), next: None };
        for shard in after.map_or(0, |name| name.shard)..=u8::MAX {
            for file in self.entries(shard)? {
                let name = Name { shard, file };
                if after.is_some_and(|after| name <= *after) {
                    continue;
                }
                let path = self.path(&name);
                let read = fs::read(&path).map_err(|error| unavailable("read", &path, error))?;
                // It may have been deleted since the folder was listed.
                let Some(bytes) = read else { continue };
                page.files.push((name, bytes));
                if page.files.len() == limit {
                    page.next = page.files.last().map(|(name, _)| name.clone());
                    return Ok(page);
                }
            }
        }
        Ok(page)
    }

    /// How many entries there are.
    pub(crate) fn count(&self) -> Result<u64> {
        let mut count = 0;
        for shard in 0..=u8::MAX {
            count += u64::try_from(self.entries(shard)?.len()).unwrap_or(u64::MAX);
        }
        Ok(count)
    }

    /// The names of a folder's entries, in order.
    fn entries(&self, shard: u8) -> Result<Vec<String>> {
        let path = self.shard(shard);
        let mut names = fs::names(&path).map_err(|error| unavailable("list", &path, error))?;
        names.retain(|name| is_entry(name));
        names.sort_unstable();
        Ok(names)
    }
}

pub(crate) fn cursor(name: &Name) -> Cursor {
    Cursor(format!("{}/{}", shard_folder(name.shard), name.file).into_bytes())
}

pub(crate) fn name(cursor: &Cursor) -> Result<Name> {
    let parsed = std::str::from_utf8(&cursor.0).ok().and_then(|text| text.split_once('/'));
    let name = parsed.and_then(|(shard, file)| {
        let shard = u8::from_str_radix(shard, 16).ok()?;
        is_entry(file).then(|| Name { shard, file: file.to_owned() })
    });
    name.ok_or_else(|| Error::invalid("this cursor was not made by a directory store"))
}
