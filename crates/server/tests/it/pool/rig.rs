//! An archive in a folder that goes with it.
#![expect(clippy::disallowed_methods, reason = "the tests break real files")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

const GOOD: &str = include_str!("../../../../../fixtures/pool/v1/archive/good.hex");

/// An archive in a folder that goes with it.
pub(super) struct Rig {
    folder: TempDir,
}

impl Rig {
    pub(super) fn new() -> Self {
        let rig = Self { folder: tempfile::tempdir().expect("a folder") };
        for folder in ["kept", "objects", "packs", "snapshots"] {
            fs::create_dir(rig.at(folder)).expect("a folder in it");
        }
        for (name, bytes) in expand(GOOD) {
            fs::write(rig.at(&name), bytes).expect("written");
        }
        rig
    }

    pub(super) fn path(&self) -> &str {
        self.folder.path().to_str().expect("a path of this machine's is UTF-8")
    }

    pub(super) fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Its files with their bytes.
    pub(super) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        walk(self.folder.path(), &mut files);
        files
    }

    /// The only file of a folder.
    pub(super) fn only(&self, folder: &str) -> PathBuf {
        let mut entries = fs::read_dir(self.at(folder)).expect("listed");
        entries.next().expect("one is there").expect("listed").path()
    }
}

/// Flips one bit of a file.
pub(super) fn flip(file: &Path, at: usize) {
    let mut bytes = fs::read(file).expect("read");
    bytes[at] ^= 1;
    fs::write(file, bytes).expect("written");
}

fn walk(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("listed") {
        let path = entry.expect("listed").path();
        if path.is_dir() {
            walk(&path, files);
        } else {
            files.insert(path.clone(), fs::read(&path).expect("read"));
        }
    }
}

fn expand(text: &str) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::<String, Vec<u8>>::new();
    let mut last = String::new();
    for line in text.lines() {
        let words: Vec<_> = line.split(' ').collect();
        if let ["file", name, length] = words.as_slice() {
            (*name).clone_into(&mut last);
            files.insert(last.clone(), vec![0; length.parse().expect("a length")]);
        } else if let [offset, hex] = words.as_slice() {
            let at = usize::from_str_radix(offset, 16).expect("an offset");
            let file = files.get_mut(&last).expect("its file comes first");
            for (byte, pair) in file[at..].iter_mut().zip(hex.as_bytes().chunks(2)) {
                let pair = str::from_utf8(pair).expect("digits");
                *byte = u8::from_str_radix(pair, 16).expect("digits");
            }
        }
    }
    files
}
