//! Checks all of an archive.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use forebay_store::{Error, Result};

use super::bytes::{Bytes, OpenFile};
use super::catalog::{Census, Known, Manifest, Present, read_manifest};
use super::files::Files;
use super::manifest::{Entry, Spot};
use super::names::SnapshotName;
use super::pack::{Payloads, check_payload, walk};
use super::part::Part;
use super::report::{Damage, Missing, Progress, Verified};
use crate::blob::{HEAD, Head};
use crate::key::Key;

/// A verification under way.
pub(super) struct Verification<'a, F> {
    files: &'a Files,
    known: &'a Known,
    told: F,
    progress: Progress,
    found: Verified,
    /// Where blobs are that are good, and their heads.
    good: HashMap<(Part, Key, u64), Head>,
}

/// Checks each manifest, each blob and each pack to its last byte. Nothing is changed. `told` hears how far it
/// is after each file and may break it off.
pub(super) fn verify<F: FnMut(Progress) -> ControlFlow<()>>(
    files: &Files,
    known: &Known,
    told: F,
) -> Result<Verified> {
    let (progress, found) = (Progress::default(), Verified::default());
    let good = HashMap::new();
    let mut verification = Verification { files, known, told, progress, found, good };
    verification.run()?;
    Ok(verification.found)
}

impl<F: FnMut(Progress) -> ControlFlow<()>> Verification<'_, F> {
    fn run(&mut self) -> Result<()> {
        self.check_manifests();
        let mut present = Vec::new();
        for part in Part::ALL {
            let there = Present::of(self.files, part)?;
            self.found.strangers += there.strangers;
            present.extend(there.keys.into_iter().map(|key| (part, key)));
        }
        for (part, key) in &present {
            let file = self.files.folder(*part).open(&key.to_string())?;
            self.progress.total += file.map_or(0, |file| file.length());
        }
        for (part, key) in &present {
            self.check_file(*part, *key)?;
            if (self.told)(self.progress).is_break() {
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
                self.found.damaged.push(Damage { path, what: error.to_string() });
            }
        }
    }

    /// One blob file or pack. An error of the disk is damage, too: it cannot be read.
    fn check_file(&mut self, part: Part, key: Key) -> Result<()> {
        let Some(file) = self.files.folder(part).open(&key.to_string())? else { return Ok(()) };
        file.file().will_be_read();
        let mut blobs = Vec::new();
        let checked = match part {
            Part::Packs => check_pack(self.files, &file, key, &mut blobs),
            Part::Kept | Part::Objects => check_blob_file(&file, key, &mut blobs),
        };
        file.file().was_read(file.length());
        if let Err(error) = checked {
            let (path, what) = (file.place().to_string(), error.to_string());
            self.found.damaged.push(Damage { path, what });
        }
        self.progress.done += file.length();
        self.progress.objects += blobs.len() as u64;
        self.found.bytes += file.length();
        self.found.objects += blobs.len() as u64;
        self.good.extend(blobs.into_iter().map(|(at, head)| ((part, key, at), head)));
        Ok(())
    }

    /// Every entry of every snapshot must have a good blob, whose head is what the entry says.
    fn check_entries(&mut self) {
        for (name, manifest) in &self.known.manifests {
            let Manifest::Read { entries, .. } = manifest else { continue };
            let lacks: Vec<_> = entries.iter().filter(|entry| !self.is_good(entry)).collect();
            if lacks.is_empty() {
                continue;
            }
            // Its owner may have replaced it meanwhile, and have collected what the old one needed.
            let now = entries_now(self.files, name, entries);
            for entry in lacks.into_iter().filter(|entry| has_same(&now, entry)) {
                let (part, file, _) = place(entry);
                let path = self.files.folder(part).place(&file.to_string());
                self.found.missing.push(missing(name, &entry.name, entry.head.id, path));
            }
        }
    }

    fn is_good(&self, entry: &Entry) -> bool {
        self.good.get(&place(entry)) == Some(&entry.head)
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
fn entries_now(files: &Files, name: &SnapshotName, before: &Arc<[Entry]>) -> Arc<[Entry]> {
    match files.snapshots().open(name.as_str()) {
        Ok(None) => Arc::new([]),
        Ok(Some(file)) => match read_manifest(files, name, &file) {
            Ok(Manifest::Read { entries, .. }) => entries,
            _ => Arc::clone(before),
        },
        Err(_) => Arc::clone(before),
    }
}

fn missing(snapshot: &SnapshotName, name: &str, key: Key, path: String) -> Missing {
    Missing { snapshot: snapshot.to_string(), name: name.to_owned(), key, path }
}

fn check_pack(
    files: &Files,
    file: &OpenFile,
    key: Key,
    blobs: &mut Vec<(u64, Head)>,
) -> Result<()> {
    let head = walk(file, Payloads::Checked, |at, blob| {
        blobs.push((at, *blob));
        Ok(())
    })?;
    if head.id == key && head.archive == files.id() {
        return Ok(());
    }
    Err(Error::corrupt(format!("it is the pack {} of the archive {}", head.id, head.archive)))
}

fn check_blob_file(file: &OpenFile, key: Key, blobs: &mut Vec<(u64, Head)>) -> Result<()> {
    let mut bytes = [0; HEAD];
    file.read_at(0, &mut bytes)?;
    let head = Head::from_bytes(&bytes)?;
    if head.id != key {
        return Err(Error::corrupt(format!("it is the blob {}", head.id)));
    }
    let offset = u64::from(head.offset);
    if offset.checked_add(head.stored).is_none_or(|end| end > file.length()) {
        return Err(Error::corrupt(format!("it has only {} bytes", file.length())));
    }
    check_gap(file, offset)?;
    check_payload(file, offset, &head)?;
    blobs.push((0, head));
    Ok(())
}

/// Between the head and the payload there are only zeros.
fn check_gap(file: &OpenFile, offset: u64) -> Result<()> {
    let length = usize::try_from(offset).unwrap_or(HEAD).saturating_sub(HEAD);
    let mut gap = vec![0; length.min(1 << 16)];
    file.read_at(HEAD as u64, &mut gap)?;
    match gap.iter().position(|byte| *byte != 0) {
        None => Ok(()),
        Some(place) => Err(Error::corrupt(format!("byte {} is not zero", place + HEAD))),
    }
}
