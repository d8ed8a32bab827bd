//! Checks all of an archive.

use std::ops::ControlFlow;
use std::sync::Arc;

use forebay_store::{ErrorKind, Result};

use super::bytes::Bytes;
use super::catalog::{Census, Index, Known, Manifest, Present, read_manifest};
use super::files::Files;
use super::integrity::{check_blob_file, check_pack};
use super::manifest::{Entry, Spot};
use super::names::SnapshotName;
use super::part::Part;
use super::report::{Damage, Missing, Progress, Verified};
use super::watched::Watched;
use crate::blob::Head;
use crate::key::Key;

/// A verification under way.
struct Verification<'a, F> {
    files: &'a Files,
    known: &'a Known,
    told: F,
    progress: Progress,
    found: Verified,
    /// All entries of all snapshots by where their blobs are, and whether those are good.
    entries: Vec<(&'a SnapshotName, &'a Entry, bool)>,
}

/// Checks each manifest, each blob and each pack to its last byte. Nothing is changed. `told` hears how far it
/// is and may break it off. Besides what is known of the manifests it needs a few bytes for each entry and each file.
pub(super) fn verify<F: FnMut(Progress) -> ControlFlow<()>>(
    files: &Files,
    known: &Known,
    told: F,
) -> Result<Verified> {
    let mut entries = Vec::new();
    for (name, manifest) in &known.manifests {
        if let Manifest::Read { entries: read, .. } = manifest {
            entries.extend(read.iter().map(|entry| (name, entry, false)));
        }
    }
    entries.sort_unstable_by_key(|(_, entry, _)| place(entry));
    let (progress, found) = (Progress::default(), Verified::default());
    let mut verification = Verification { files, known, told, progress, found, entries };
    verification.run()?;
    Ok(verification.found)
}

impl<F: FnMut(Progress) -> ControlFlow<()>> Verification<'_, F> {
    fn run(&mut self) -> Result<()> {
        self.check_manifests();
        self.found.strangers = Index::strangers(self.files, self.known)?;
        let mut present = Vec::new();
        for part in Part::ALL {
            let there = Present::of(self.files, part)?;
            self.found.strangers += there.strangers;
            present.extend(there.keys.into_iter().map(|key| (part, key)));
        }
        for (part, key) in &present {
            // What cannot be opened is found below.
            let file = self.files.folder(*part).open(&key.to_string()).unwrap_or(None);
            self.progress.total += file.map_or(0, |file| file.length());
        }
        for (part, key) in &present {
            if self.check_file(*part, *key)?.is_break() {
                self.found.is_cut_off = true;
                return Ok(());
            }
        }
        if self.known.check_all().is_ok() {
            let census = Census::of(self.known);
            let is_garbage = |(part, key): &&(Part, Key)| !census.refers_to(*part, *key);
            self.found.garbage = present.iter().filter(is_garbage).count() as u64;
        }
        self.check_entries();
        Ok(())
    }

    fn check_manifests(&mut self) {
        for (name, manifest) in &self.known.manifests {
            if let Manifest::Unreadable(error) = manifest {
                let path = self.files.snapshots().place(name.as_str());
                self.found.damaged.push(Damage::of(path, error));
            }
        }
    }

    /// One blob file or pack. An error of the disk is damage, too: it cannot be read.
    fn check_file(&mut self, part: Part, key: Key) -> Result<ControlFlow<()>> {
        let (folder, name) = (self.files.folder(part), key.to_string());
        let file = match folder.open(&name) {
            Ok(Some(file)) => file,
            Ok(None) => return Ok(ControlFlow::Continue(())),
            // No file can be opened just now, which is not the fault of this one.
            Err(error) if error.kind() == ErrorKind::Busy => return Err(error),
            Err(error) => {
                folder.check_there()?;
                self.found.damaged.push(Damage::of(folder.place(&name), &error));
                return Ok((self.told)(self.progress));
            }
        };
        file.file().will_be_read();
        let mut blobs = Vec::new();
        let watched = Watched::new(&file, self.progress, &mut self.told);
        let checked = match part {
            Part::Packs => check_pack(self.files, &watched, key, &mut blobs),
            Part::Kept | Part::Objects => check_blob_file(&watched, key, &mut blobs),
        };
        let is_cut_off = watched.is_cut_off();
        file.file().was_read(file.length());
        if is_cut_off {
            return Ok(ControlFlow::Break(()));
        }
        if let Err(error) = checked {
            self.found.damaged.push(Damage::of(file.place().to_string(), &error));
        }
        self.progress.done += file.length();
        self.progress.objects += blobs.len() as u64;
        self.found.bytes += file.length();
        self.found.objects += blobs.len() as u64;
        self.note_good((part, key), &blobs);
        Ok((self.told)(self.progress))
    }

    /// The blobs of a file that are good, in the order in which they are in it.
    fn note_good(&mut self, file: (Part, Key), blobs: &[(u64, Head)]) {
        let in_file = |entry: &Entry| {
            let (part, key, _) = place(entry);
            (part, key)
        };
        let first = self.entries.partition_point(|(_, entry, _)| in_file(entry) < file);
        let of_file = self.entries[first..].iter_mut();
        for (_, entry, is_good) in of_file.take_while(|(_, entry, _)| in_file(entry) == file) {
            let found = blobs.binary_search_by_key(&place(entry).2, |(at, _)| *at);
            *is_good = found.is_ok_and(|at| blobs[at].1 == entry.head);
        }
    }

    /// Every entry of every snapshot must have a good blob, whose head is what the entry says.
    fn check_entries(&mut self) {
        let mut lacks = std::mem::take(&mut self.entries);
        lacks.retain(|(_, _, is_good)| !is_good);
        lacks.sort_unstable_by_key(|(snapshot, entry, _)| (*snapshot, &entry.name));
        for of_one in lacks.chunk_by(|(one, ..), (other, ..)| one == other) {
            // Its owner may have replaced it meanwhile, and have collected what the old one needed.
            let (name, ..) = of_one[0];
            let now = entries_now(self.files, name, self.known);
            for (_, entry, _) in of_one.iter().filter(|(_, entry, _)| has_same(&now, entry)) {
                let (part, file, _) = place(entry);
                let path = self.files.folder(part).place(&file.to_string());
                self.found.missing.push(missing(name, &entry.name, entry.head.id, path));
            }
        }
    }
}

/// Where the blob of an entry is.
fn place(entry: &Entry) -> (Part, Key, u64) {
    match entry.spot {
        Spot::File => (Part::Objects, entry.head.id, 0),
        Spot::Pack { pack, at } => (Part::Packs, pack, at),
    }
}

/// Whether an entry of that name has the same blob at the same place.
fn has_same(entries: &[Entry], entry: &Entry) -> bool {
    let found = entries.binary_search_by(|other| other.name.cmp(&entry.name));
    found.is_ok_and(|at| entries[at].spot == entry.spot && entries[at].head == entry.head)
}

/// What a snapshot has by now, in the order of the names: nothing if it is gone.
fn entries_now(files: &Files, name: &SnapshotName, known: &Known) -> Arc<[Entry]> {
    let now = match files.snapshots().open(name.as_str()) {
        Ok(None) => return Arc::new([]),
        Ok(Some(file)) => read_manifest(files, name, &file),
        Err(error) => Err(error),
    };
    match now.as_ref().ok().or_else(|| known.manifests.get(name)) {
        Some(Manifest::Read { entries, .. }) => Arc::clone(entries),
        _ => Arc::new([]),
    }
}

fn missing(snapshot: &SnapshotName, name: &str, key: Key, path: String) -> Missing {
    Missing { snapshot: snapshot.to_string(), name: name.to_owned(), key, path }
}
