//! What is left in the directories of a pool.

use std::path::Path;

use crate::failure::{Failure, Result};

/// What a spill has in it always.
const OWN: [&str; 2] = ["DOOR", "FOREBAY-SPILL"];
/// The folders of an archive.
const FOLDERS: [&str; 4] = ["kept", "objects", "packs", "snapshots"];

/// The sessions that are in a spill, besides what it has always; anything else is an error.
pub(super) fn sessions(spill: &Path) -> Result<Vec<String>> {
    let names = names(spill)?;
    let (sessions, others): (Vec<_>, Vec<_>) =
        names.into_iter().partition(|name| name.starts_with("live-"));
    if others == OWN {
        return Ok(sessions);
    }
    Err(Failure::new(format!("the spill has {}", others.join(", "))))
}

/// There is this session in the spill, with a lock in it, and nothing else; none: nothing at all.
pub(super) fn check_spill(spill: &Path, living: Option<&str>) -> Result {
    let found = sessions(spill)?;
    if !found.iter().map(String::as_str).eq(living) {
        return Err(Failure::new(format!("{} are in the spill, not {living:?}", found.join(", "))));
    }
    let Some(living) = living else { return Ok(()) };
    let files = names(&spill.join(living))?;
    if files == ["LOCK"] {
        return Ok(());
    }
    Err(Failure::new(format!("the neighbour has {}", files.join(", "))))
}

/// Nothing is in an archive that was being written: its names end in `.tmp`, and no other one of these has a dot.
pub(super) fn check_archive(archive: &Path) -> Result {
    for folder in FOLDERS {
        let names = names(&archive.join(folder))?;
        if let Some(name) = names.iter().find(|name| name.contains('.')) {
            return Err(Failure::new(format!("`{folder}/{name}` is left in the archive")));
        }
    }
    Ok(())
}

fn names(folder: &Path) -> Result<Vec<String>> {
    let entries = std::fs::read_dir(folder).map_err(|error| Failure::to("list a folder", error))?;
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<_> = names.collect();
    names.sort();
    Ok(names)
}
