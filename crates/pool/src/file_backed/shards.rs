//! Objects in files: `1c/1c3a...`, the file's name in the folder of its first two digits.

use std::collections::HashSet;
use std::sync::Arc;

use forebay_journal::disk::Directory;
use forebay_store::{Error, Result};

use super::blob_source::BlobSource;
use super::shelf::{Listing, Shelf};
use crate::archive::{OpenFile, failed};
use crate::key::Key;

/// Objects in files.
#[derive(Debug)]
pub(super) struct Shards {
    root: Arc<dyn Directory>,
}

impl Shards {
    /// What is there. `Invalid` if it has none of the folders.
    pub(super) fn open(root: Arc<dyn Directory>) -> Result<(Self, Listing)> {
        let mut listing = Listing::default();
        let mut is_one = false;
        let folders = names_of(&*root, Directory::folders)?;
        for name in &names_of(&*root, Directory::list)? {
            if !folders.contains(name) || !is_shard(name) {
                listing.stranger(|| name.clone());
                continue;
            }
            is_one = true;
            let shard = root.existing_folder(name);
            list(&*shard.map_err(|error| unreadable(&*root, error))?, name, &mut listing)?;
        }
        if !is_one {
            let place = root.describe();
            let message = format!("{place} is no place of file_backed: it has no folder 00 to ff");
            return Err(Error::invalid(message));
        }
        listing.keys.sort_unstable();
        Ok((Self { root }, listing))
    }
}

fn list(shard: &dyn Directory, name: &str, listing: &mut Listing) -> Result<()> {
    // Whatever else has such a name, a pipe perhaps, may keep who opens it for ever.
    let files = names_of(shard, Directory::plain_files)?;
    for file in names_of(shard, Directory::list)? {
        match file.parse::<Key>() {
            Ok(key) if file.starts_with(name) && files.contains(&file) => listing.keys.push(key),
            _ => listing.stranger(|| format!("{name}/{file}")),
        }
    }
    Ok(())
}

fn names_of<D: Directory + ?Sized>(
    directory: &D,
    ask: impl FnOnce(&D) -> std::io::Result<Vec<String>>,
) -> Result<HashSet<String>> {
    let names = ask(directory).map_err(|error| unreadable(directory, error))?;
    Ok(names.into_iter().collect())
}

fn unreadable<D: Directory + ?Sized>(directory: &D, error: std::io::Error) -> Error {
    failed("read", &directory.describe(), error)
}

fn is_shard(name: &str) -> bool {
    name.len() == 2 && name.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

impl Shelf for Shards {
    fn show(
        &self,
        key: Key,
        act: &mut dyn FnMut(&mut BlobSource<'_>) -> Result<()>,
    ) -> Result<Option<()>> {
        let (place, name) = (self.place_of(key), key.to_string());
        let opened =
            self.root.existing_folder(&name[..2]).and_then(|shard| shard.open(&name, false));
        let file = match opened {
            Ok(file) => OpenFile::of(file, place)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed("open", &place, error)),
        };
        act(&mut BlobSource::new(&file)).map(Some)
    }

    fn place_of(&self, key: Key) -> String {
        let name = key.to_string();
        format!("{}/{}/{name}", self.root.describe(), &name[..2])
    }
}
