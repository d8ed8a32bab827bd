//! The ideal: the plainest log that shares syncs, and nothing else. It has no checksums, segments,
//! numbers or recovery; it shows what the machine would give to a log that did nothing but write.
//!
//! Records go into a buffer, the *group*. Who puts the first record into a group leads it: waits
//! until the group before is durable, takes the buffer, writes it to a file that was filled with
//! zeros before, syncs once, and wakes its followers with one call. Groups alternate between two
//! bells, so that nobody is woken for a group that is not theirs; the next leader has a third bell,
//! where nobody else waits. So no lead is ever handed over, and none can be lost.
#![expect(clippy::disallowed_methods, reason = "it is a log, so it has a file")]

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use rustix::io::Errno;
use rustix::thread::futex;

use super::subject::{Mark, Result, Subject, Writer};
use crate::records::Record;

/// The file's length; when it is full the log begins at its front again.
const LENGTH: u64 = 256 << 20;
/// Written in small pieces: larger ones leave large pages, and small syncs of those are slower.
const PIECE: usize = 4 << 10;

pub(crate) struct Ideal {
    file: File,
    gathering: Mutex<Group>,
    /// Where the next group goes. Only the leader of the moment touches it.
    position: AtomicU64,
    /// The last group that is durable: the bell of the next leader.
    turn: Bell,
    /// The last durable group with an even and with an odd number.
    durable: [Bell; 2],
    has_failed: AtomicBool,
}

struct Group {
    number: u32,
    bytes: Vec<u8>,
    /// The buffer of the group before, to be used again.
    spare: Vec<u8>,
}

impl Ideal {
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let mut options = OpenOptions::new();
        let mut file = options.write(true).create_new(true).open(folder.join("log"))?;
        for _ in 0..LENGTH / PIECE as u64 {
            file.write_all(&[0; PIECE])?;
        }
        file.sync_all()?;
        File::open(folder)?.sync_all()?;
        let group = Group { number: 1, bytes: Vec::new(), spare: Vec::new() };
        Ok(Self {
            file,
            gathering: Mutex::new(group),
            position: AtomicU64::new(0),
            turn: Bell::default(),
            durable: [Bell::default(), Bell::default()],
            has_failed: AtomicBool::new(false),
        })
    }

    /// Returns when the record is on the device.
    fn put(&self, record: &[u8]) -> Result<()> {
        let (number, leads) = {
            let mut group = self.gathering.lock().unwrap_or_else(PoisonError::into_inner);
            let leads = group.bytes.is_empty();
            let length = u32::try_from(record.len())?;
            group.bytes.extend_from_slice(&length.to_le_bytes());
            group.bytes.extend_from_slice(record);
            (group.number, leads)
        };
        if leads {
            self.turn.wait(number - 1);
            self.lead(number)?;
        } else {
            self.durable[(number % 2) as usize].wait(number);
        }
        if self.has_failed.load(Ordering::Acquire) {
            return Err("the log's file has failed".into());
        }
        Ok(())
    }

    fn lead(&self, number: u32) -> Result<()> {
        let bytes = {
            let mut group = self.gathering.lock().unwrap_or_else(PoisonError::into_inner);
            group.number += 1;
            let spare = std::mem::take(&mut group.spare);
            std::mem::replace(&mut group.bytes, spare)
        };
        let written = self.write(&bytes);
        if written.is_err() {
            self.has_failed.store(true, Ordering::Release);
        }
        self.put_back(bytes);
        self.turn.ring(number, 1);
        self.durable[(number % 2) as usize].ring(number, i32::MAX.unsigned_abs());
        Ok(written?)
    }

    fn write(&self, bytes: &[u8]) -> std::io::Result<()> {
        let length = bytes.len() as u64;
        let mut position = self.position.load(Ordering::Relaxed);
        if position + length > LENGTH {
            position = 0;
        }
        self.position.store(position + length, Ordering::Relaxed);
        self.file.write_all_at(bytes, position)?;
        self.file.sync_data()
    }

    fn put_back(&self, mut bytes: Vec<u8>) {
        bytes.clear();
        self.gathering.lock().unwrap_or_else(PoisonError::into_inner).spare = bytes;
    }
}

/// A number that grows, and those who wait for it.
#[derive(Default)]
struct Bell(AtomicU32);

impl Bell {
    fn wait(&self, number: u32) {
        loop {
            let seen = self.0.load(Ordering::Acquire);
            if seen >= number {
                return;
            }
            // It returns at once if the bell has rung since; a signal only means to look again.
            let waited = futex::wait(&self.0, futex::Flags::PRIVATE, seen, None);
            debug_assert!(matches!(waited, Ok(()) | Err(Errno::AGAIN | Errno::INTR)));
        }
    }

    fn ring(&self, number: u32, sleepers: u32) {
        self.0.store(number, Ordering::Release);
        // It cannot fail: the address is there.
        let _ = futex::wake(&self.0, futex::Flags::PRIVATE, sleepers);
    }
}

impl Subject for Ideal {
    fn writer(&self) -> Result<Box<dyn Writer + '_>> {
        Ok(Box::new(self))
    }

    /// One for each group.
    fn syncs(&self) -> Option<u64> {
        Some(self.turn.0.load(Ordering::Relaxed).into())
    }
}

impl Writer for &Ideal {
    fn put(&mut self, record: &Record, mark: Mark) -> Result<Option<Mark>> {
        Ideal::put(self, record.bytes())?;
        Ok(Some(mark))
    }
}
