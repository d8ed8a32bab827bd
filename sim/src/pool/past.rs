//! What an archive has promised, whichever owner it had then.

use std::collections::BTreeMap;

use forebay_pool::{Archive, Error, ErrorKind, Handle, Key};
use forebay_store::Result;

use super::thing::{Content, Thing};

/// The objects of a snapshot.
pub(crate) type Listing = BTreeMap<String, Content>;

/// What an archive has promised.
#[derive(Default)]
pub(crate) struct Past {
    /// What was kept; not for sure, if nobody was told.
    kept: BTreeMap<Key, (Content, Sure)>,
    /// What a snapshot may be: one of these. None: it is not there.
    snapshots: BTreeMap<String, Vec<Option<Listing>>>,
    /// What was ever offered.
    offered: BTreeMap<Key, Content>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sure {
    Yes,
    Perhaps,
}

impl Past {
    pub(crate) fn offer(&mut self, key: Key, content: Content) {
        self.offered.insert(key, content);
    }

    /// Whoever keeps it was told that it is kept, or may have kept it.
    pub(crate) fn keep(&mut self, key: Key, content: Content, sure: Sure) {
        self.offer(key, content);
        let entry = self.kept.entry(key).or_insert((content, sure));
        if sure == Sure::Yes {
            entry.1 = sure;
        }
    }

    /// It was deleted, or may have been. What was found there is wrong if it was sure.
    pub(crate) fn delete(&mut self, key: Key, found: Option<bool>) -> bool {
        match (found, self.kept.get_mut(&key)) {
            (Some(found), Some((_, sure))) => {
                let is_right = found || *sure == Sure::Perhaps;
                self.kept.remove(&key);
                is_right
            }
            (Some(found), None) => !found,
            (None, Some((_, sure))) => {
                *sure = Sure::Perhaps;
                true
            }
            (None, None) => true,
        }
    }

    /// A snapshot is this, or none; for sure, or perhaps.
    pub(crate) fn commit(&mut self, name: &str, listing: Option<Listing>, sure: Sure) {
        let states = self.snapshots.entry(name.to_owned()).or_insert_with(|| vec![None]);
        if sure == Sure::Yes {
            states.clear();
        }
        states.push(listing);
    }

    /// The objects that were kept.
    pub(crate) fn keys(&self) -> Vec<(Key, Content, Sure)> {
        self.kept.iter().map(|(key, (content, sure))| (*key, *content, *sure)).collect()
    }

    /// Whether it is known that there is such a snapshot.
    pub(crate) fn has(&self, name: &str) -> bool {
        matches!(self.snapshots.get(name).map(Vec::as_slice), Some([Some(_)]))
    }

    /// The objects of all snapshots of which it is known what they are: snapshot, name and content.
    pub(crate) fn names(&self) -> Vec<(String, String, Content)> {
        let mut named = Vec::new();
        for (snapshot, states) in &self.snapshots {
            if let [Some(listing)] = &states[..] {
                let one = |(name, content): (&String, &Content)| {
                    (snapshot.clone(), name.clone(), *content)
                };
                named.extend(listing.iter().map(one));
            }
        }
        named
    }

    /// Looks at all of an archive. The inner error says what is not as it was promised, one of the archive itself is
    /// the outer one.
    pub(crate) fn find(&mut self, archive: &Archive) -> Result<Result<(), String>> {
        for (name, states) in &mut self.snapshots {
            let found = shown(archive, name)?;
            if !states.contains(&found) {
                return Ok(Err(format!(
                    "snapshot {name} is {found:?}, and has to be of {states:?}"
                )));
            }
            *states = vec![found];
        }
        let mut kept = BTreeMap::new();
        for (key, (content, sure)) in &self.kept {
            let found: Option<Handle<Thing>> = archive.find(*key).wait()?;
            match found.map(|handle| read(&handle)).transpose()? {
                Some(found) if found == *content => {
                    // One that a snapshot has is found although it is not kept.
                    let has = |listing: &Listing| listing.values().any(|other| *other == found);
                    let is_elsewhere = self.snapshots.values().flatten().flatten().any(has);
                    let sure = if is_elsewhere { *sure } else { Sure::Yes };
                    kept.insert(*key, (found, sure));
                }
                None if *sure == Sure::Perhaps => {}
                found => return Ok(Err(format!("{key} is {found:?}, and {content:?} was kept"))),
            }
        }
        self.kept = kept;
        let keys = archive.keys().wait()?;
        if let Some(stranger) = keys.iter().find(|key| !self.offered.contains_key(key)) {
            return Ok(Err(format!("nobody has kept {stranger}")));
        }
        Ok(Ok(()))
    }
}

/// What is in a snapshot; none if there is none.
fn shown(archive: &Archive, name: &str) -> Result<Option<Listing>> {
    let items = match archive.items(name).wait() {
        Err(error) if error.kind() == ErrorKind::Invalid => return Ok(None),
        items => items?,
    };
    let one = |name_in: &str| -> Result<(String, Content)> {
        let handle: Handle<Thing> = archive.open_in(name, name_in).wait()?;
        Ok((name_in.to_owned(), read(&handle)?))
    };
    items.iter().map(|item| one(&item.name)).collect::<Result<_>>().map(Some)
}

fn read(handle: &Handle<Thing>) -> Result<Content> {
    let guard = handle.get().wait()?;
    let wrong = || Error::corrupt(format!("it is not what {:?} is", guard.content()));
    if guard.is_whole() { Ok(guard.content()) } else { Err(wrong()) }
}
