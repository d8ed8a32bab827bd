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
use std::io::{Error, Result, Write as _};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use rustix::io::Errno;
use rustix::thread::futex;

/// A log that many threads put records into.
#[derive(Debug)]
pub struct Ideal {
    file: File,
    length: u64,
    gathering: Mutex<Group>,
    /// Where the next group goes. Only the leader of the moment touches it.
    position: AtomicU64,
    /// The last group that is durable: the bell of the next leader.
    turn: Bell,
    /// The last durable group with an even and with an odd number.
    durable: [Bell; 2],
    has_failed: AtomicBool,
}

#[derive(Debug)]
struct Group {
    number: u32,
    bytes: Vec<u8>,
    /// The buffer of the group before, to be used again.
    spare: Vec<u8>,
}

impl Ideal {
    /// A fresh one: a file of `length` bytes in `folder`, filled in pieces of `piece` bytes. When it is
    /// full the log begins at its front again. Large pieces leave large pages in the system's memory:
    /// large groups are quicker then, and small ones are slower.
    pub fn open(folder: &Path, length: u64, piece: usize) -> Result<Self> {
        let mut options = OpenOptions::new();
        let mut file = options.write(true).create_new(true).open(folder.join("log"))?;
        let zeros = vec![0; piece.max(1)];
        for _ in 0..length / zeros.len() as u64 {
            file.write_all(&zeros)?;
        }
        file.sync_all()?;
        File::open(folder)?.sync_all()?;
        let group = Group { number: 1, bytes: Vec::new(), spare: Vec::new() };
        Ok(Self {
            file,
            length,
            gathering: Mutex::new(group),
            position: AtomicU64::new(0),
            turn: Bell::default(),
            durable: [Bell::default(), Bell::default()],
            has_failed: AtomicBool::new(false),
        })
    }

    /// Returns when the record is on the device.
    pub fn put(&self, record: &[u8]) -> Result<()> {
        let (number, leads) = {
            let mut group = self.gathering.lock().unwrap_or_else(PoisonError::into_inner);
            let leads = group.bytes.is_empty();
            let length = u32::try_from(record.len()).map_err(Error::other)?;
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
            return Err(Error::other("the log's file has failed"));
        }
        Ok(())
    }

    /// How many groups it has written: a sync each.
    pub fn groups(&self) -> u64 {
        self.turn.0.load(Ordering::Relaxed).into()
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
        written
    }

    fn write(&self, bytes: &[u8]) -> Result<()> {
        let length = bytes.len() as u64;
        let mut position = self.position.load(Ordering::Relaxed);
        if position + length > self.length {
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
#[derive(Debug, Default)]
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

#[cfg(test)]
mod tests {
    use std::thread;

    use tempfile::TempDir;

    use super::*;

    #[test]
    fn threads_share_syncs_and_each_record_is_written() {
        let folder = TempDir::new().unwrap();
        let ideal = Ideal::open(folder.path(), 1 << 20, 4096).unwrap();
        thread::scope(|scope| {
            for thread in 1..=8 {
                let ideal = &ideal;
                scope.spawn(move || (0..50).for_each(|_| ideal.put(&[thread; 10]).unwrap()));
            }
        });
        let groups = ideal.groups();
        assert!((1..=400).contains(&groups), "{groups} groups");
        let written = std::fs::read(folder.path().join("log")).unwrap();
        let records: Vec<&[u8]> = written[..400 * 14].chunks(14).collect();
        assert!(records.iter().all(|record| record[..4] == [10, 0, 0, 0]));
        for thread in 1..=8 {
            let of_it = records.iter().filter(|record| record[4..] == [thread; 10]);
            assert_eq!(of_it.count(), 50);
        }
        assert!(written[400 * 14..].iter().all(|byte| *byte == 0));
    }

    #[test]
    fn a_full_file_is_written_from_its_front_again() {
        let folder = TempDir::new().unwrap();
        let ideal = Ideal::open(folder.path(), 4096, 4096).unwrap();
        for byte in 1..=3 {
            ideal.put(&[byte; 2000]).unwrap();
        }
        let written = std::fs::read(folder.path().join("log")).unwrap();
        assert_eq!((written.len(), written[4], written[2008]), (4096, 3, 2));
    }
}
