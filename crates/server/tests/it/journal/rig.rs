//! Journals in every state, and the tool as a process.
#![expect(clippy::disallowed_methods, reason = "the tests break real files")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use forebay::Durability;
use forebay_journal::disk::RealDirectory;
use forebay_journal::format::segment;
use forebay_journal::{Frame, Journal, Settings, owner};
use tempfile::TempDir;

use crate::harness::{eventually, python};

/// The length of a segment.
pub(super) const SEGMENT: u64 = 64 << 10;

/// A journal in a folder that goes with it.
pub(super) struct Rig {
    folder: TempDir,
}

/// What the tool answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The bytes of record `number`.
pub(super) fn record(number: u64) -> String {
    format!("record {number:06}")
}

fn settings() -> Settings {
    Settings {
        segment_bytes: SEGMENT,
        bytes_max: 64 * SEGMENT,
        sync_after: Duration::from_secs(3600),
        label: "the rig".into(),
        ..Settings::default()
    }
}

impl Rig {
    /// A folder without a journal.
    pub(super) fn empty() -> Self {
        let rig = Self { folder: tempfile::tempdir().expect("a folder") };
        fs::create_dir(rig.path()).expect("a folder in it");
        rig
    }

    /// A journal with an owner, and `count` synced records in it.
    pub(super) fn owned(count: u64) -> (Self, Journal) {
        let rig = Self::empty();
        let directory = Arc::new(RealDirectory::existing(rig.path()).expect("it is there"));
        let (journal, _) =
            Journal::open(directory, settings(), |_, _| Ok(())).expect("a new journal");
        append(&journal, 1..=count);
        journal.wait(count, Durability::Synced).expect("synced");
        (rig, journal)
    }

    /// A journal that was closed in order.
    pub(super) fn good(count: u64) -> Self {
        let (rig, journal) = Self::owned(count);
        journal.close().expect("closed");
        drop(journal);
        rig.settle()
    }

    /// Five synced records, and three that were written and of which the first was torn.
    pub(super) fn torn() -> Self {
        let (rig, journal) = Self::owned(5);
        append(&journal, 6..=8);
        journal.wait(8, Durability::Journaled).expect("written");
        drop(journal);
        let rig = rig.settle();
        rig.flip(&record(6));
        rig
    }

    /// Ten synced records, of which the seventh was changed afterwards.
    pub(super) fn damaged() -> Self {
        let rig = Self::good(10);
        rig.flip(&record(7));
        rig
    }

    /// Its owner may still be at work for a moment.
    pub(super) fn settle(self) -> Self {
        eventually("the journal has no owner", || owner(&self.path()).expect("a lock").is_none());
        self
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("journal")
    }

    /// Where a copy may go.
    pub(super) fn copy(&self) -> PathBuf {
        self.folder.path().join("copy")
    }

    /// Changes a bit of the only place in the segments that holds `text`.
    pub(super) fn flip(&self, text: &str) {
        let (path, mut bytes, at) = self.find(text);
        bytes[at] ^= 1;
        fs::write(path, bytes).expect("written");
    }

    /// Where `text` is in the first segment that has it.
    pub(super) fn find(&self, text: &str) -> (PathBuf, Vec<u8>, usize) {
        let names =
            contents(&self.path()).into_keys().filter(|name| segment::number(name).is_some());
        let found = names.into_iter().find_map(|name| {
            let path = self.path().join(name);
            let bytes = fs::read(&path).expect("a segment");
            let at = bytes.windows(text.len()).position(|it| it == text.as_bytes())?;
            Some((path, bytes, at))
        });
        found.expect("the text is in a segment")
    }

    pub(super) fn remove(&self, name: &str) {
        fs::remove_file(self.path().join(name)).expect("removed");
    }

    /// Runs the tool. Nothing may have changed in the folder then.
    pub(super) fn run(&self, task: &str, flags: &[&str]) -> Answer {
        let before = contents(&self.path());
        let answer = self.run_beside(task, flags);
        assert!(contents(&self.path()) == before, "{task} has changed the journal");
        answer
    }

    /// The same beside an owner, which may change what it likes.
    pub(super) fn run_beside(&self, task: &str, flags: &[&str]) -> Answer {
        let path = self.path();
        run(&[&["journal", task, path.to_str().expect("a path")], flags].concat())
    }

    /// Repairs it into the copy.
    pub(super) fn repair(&self, flags: &[&str]) -> Answer {
        let to = self.copy();
        self.run("repair", &[&["--to", to.to_str().expect("a path")], flags].concat())
    }

    /// The records that the copy gives to an owner.
    pub(super) fn open_copy(&self) -> Vec<(u64, String)> {
        let directory = Arc::new(RealDirectory::existing(self.copy()).expect("a copy"));
        let mut found = Vec::new();
        let (_, recovery) = Journal::open(directory, settings(), |number, record| {
            found.push((number, String::from_utf8_lossy(record).into_owned()));
            Ok(())
        })
        .expect("the copy opens");
        assert!(recovery.was_clean && recovery.torn.is_none(), "{recovery:?}");
        found
    }
}

pub(super) fn append(journal: &Journal, numbers: impl IntoIterator<Item = u64>) {
    for number in numbers {
        let frame = Frame::of(record(number).as_bytes()).expect("a frame");
        journal.make_room(frame.length()).expect("room");
        assert_eq!(journal.append(&frame).expect("appended"), number);
    }
}

/// The program with these arguments.
pub(crate) fn run(arguments: &[&str]) -> Answer {
    let output = Command::new(env!("CARGO_BIN_EXE_forebay"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("it runs");
    let Output { status, stdout, stderr } = output;
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    Answer { code: status.code(), out: text(stdout), err: text(stderr) }
}

/// What Python makes of `expression`, with the lines of JSON as the list `d`.
pub(crate) fn from_json(lines: &str, expression: &str) -> String {
    let script = format!(
        "import json, sys\nd = [json.loads(each) for each in sys.stdin]\nprint(({expression}))"
    );
    let mut child = Command::new(python())
        .args(["-c", &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(lines.as_bytes()).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "not JSON, or {expression} is not in it: {lines}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Every file of a folder.
pub(super) fn contents(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(path).expect("a folder").map(|entry| entry.expect("an entry"));
    entries
        .map(|entry| {
            let bytes = fs::read(entry.path()).expect("a file");
            (entry.file_name().to_string_lossy().into_owned(), bytes)
        })
        .collect()
}
