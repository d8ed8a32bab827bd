//! The process that starts after the killed one.

use std::ops::ControlFlow;

use forebay_pool::{Archive, Catalog, Handle, Key};
use forebay_store::{Error, Result};

use crate::content::Content;
use crate::place::Place;
use crate::say;
use crate::work::OBJECTS;

pub(crate) fn run(place: &Place) -> Result<()> {
    let spill = place.spill()?;
    let swept = spill.swept();
    if swept.failed > 0 || !swept.strangers.is_empty() {
        return Err(Error::invalid(format!("{swept:?}")));
    }
    say(&format!("swept {} {}", swept.sessions, swept.files))?;
    let pool = Place::still_pool(spill)?;
    let archive = place.owned(&pool)?;
    let verified = archive.verify(|_| ControlFlow::Continue(())).wait()?;
    if !verified.is_good() || verified.strangers > 0 {
        return Err(Error::corrupt(format!("{verified:?}")));
    }
    for snapshot in archive.snapshots().wait()?.all()? {
        let items = archive.items(&snapshot.name).wait()?;
        let keys: Vec<Key> = items.iter().map(|item| item.key).collect();
        let (thread, generation) = whole(&archive, &snapshot.name, &keys)?;
        say(&format!("snapshot {thread} {generation}"))?;
    }
    for key in Catalog::open(place.archive())?.kept()? {
        let object: Handle<Vec<u8>> = archive.open(key).wait()?;
        let content = Content::of(&object.get().wait()?)?;
        say(&format!("kept {key} {}", content.name()))?;
    }
    Ok(())
}

/// Whose snapshot it is, and of which generation. It has all its objects, and all are of one.
pub(crate) fn whole(archive: &Archive, name: &str, keys: &[Key]) -> Result<(u64, u64)> {
    let mut owner = None;
    for (number, object) in (0..).zip(archive.open_all::<Vec<u8>>(keys).wait()?) {
        let content = Content::of(&object.get().wait()?)?;
        let Content { thread, generation, .. } = content;
        if content.number != number
            || *owner.get_or_insert((thread, generation)) != (thread, generation)
        {
            return Err(Error::corrupt(format!(
                "`{name}` is half of two: {content:?} in {owner:?}"
            )));
        }
    }
    match owner {
        Some(owner) if keys.len() as u64 == OBJECTS => Ok(owner),
        _ => Err(Error::corrupt(format!("`{name}` has {} objects", keys.len()))),
    }
}
