//! Frames that are there, and that nobody is known to have made durable.
//!
//! They may be in the operating system's memory only, left there by an owner that was killed. Whoever
//! opens the journal writes them again before it does anything else: a sync of the old file would not
//! do, because an earlier sync of it may have failed and told only the owner that is gone.

use std::collections::VecDeque;
use std::io;

use super::segment::OpenSegment;
use super::walk::{Place, Walk};
use crate::disk::Directories;
use crate::format::frame::{HEADER, Header};

/// The frames after the last record that is proven to be durable.
#[derive(Debug, Default)]
pub(crate) struct Unproven {
    kept: VecDeque<Kept>,
    /// Every record up to this one is proven to be durable.
    pub(crate) proven: u64,
    /// Headers and bodies, one after the other, once they have been fetched.
    bytes: Vec<u8>,
}

/// A frame, and where it is. Most are proven soon, so their bytes are not kept.
#[derive(Clone, Copy, Debug)]
struct Kept {
    header: Header,
    segment: u64,
    at: u64,
}

impl Unproven {
    /// Keeps the frame at this place until it is proven.
    pub(crate) fn keep(&mut self, header: &Header, segment: u64, at: u64) {
        self.prove(header.synced);
        if header.count > 0 && header.next() > self.proven + 1 {
            self.kept.push_back(Kept { header: *header, segment, at });
        }
    }

    /// Everything up to `synced` is durable.
    pub(crate) fn prove(&mut self, synced: u64) {
        if synced <= self.proven {
            return;
        }
        self.proven = synced;
        while self.kept.front().is_some_and(|kept| kept.header.next() <= synced + 1) {
            self.kept.pop_front();
        }
    }

    /// Reads the frames once more, to be written again. An error if one is not what it was.
    pub(crate) fn fetch(&mut self, directories: &Directories) -> io::Result<()> {
        let frames = self.kept.iter().map(|kept| kept.header.frame_length());
        let length =
            usize::try_from(frames.sum::<u64>()).map_err(|_| io::ErrorKind::OutOfMemory)?;
        self.bytes.reserve_exact(length);
        let mut open: Option<(u64, Walk)> = None;
        for kept in &self.kept {
            let walk = match &mut open {
                Some((segment, walk)) if *segment == kept.segment => walk,
                open => &mut open.insert((kept.segment, kept.walk(directories)?)).1,
            };
            walk.go_to(kept.at);
            match walk.next()? {
                Some((_, Place::Frame(header))) if header == kept.header => {}
                _ => return Err(changed()),
            }
            let body = walk.body(kept.at, &kept.header)?.ok_or_else(changed)?;
            self.bytes.extend_from_slice(&kept.header.encode_unbound());
            self.bytes.extend_from_slice(body);
        }
        Ok(())
    }

    /// The frames, to be written again, if they have been fetched.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Whether a frame that was read before, and is not proven, differs from a copy of it. A witness
    /// has the number of the frame that comes after it, and is no copy of that.
    pub(crate) fn contradicts(&self, copy: &Header) -> bool {
        let at = self.kept.partition_point(|kept| kept.header.first < copy.first);
        self.kept.get(at).is_some_and(|Kept { header, .. }| {
            header.first == copy.first
                && copy.count > 0
                && (header.body_checksum, header.count) != (copy.body_checksum, copy.count)
        })
    }

    /// The first record; 0 if there is none.
    pub(crate) fn first(&self) -> u64 {
        self.kept.front().map_or(0, |kept| kept.header.first)
    }

    /// How many bytes they have, if they have been fetched.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// The longest frame.
    pub(crate) fn longest(&self) -> u64 {
        self.kept.iter().map(|kept| kept.header.frame_length()).max().unwrap_or(0)
    }

    /// How many records there are.
    pub(crate) fn records(&self) -> u64 {
        self.kept.iter().map(|kept| u64::from(kept.header.count)).sum()
    }
}

impl Kept {
    fn walk(&self, directories: &Directories) -> io::Result<Walk> {
        let opened = OpenSegment::open(directories, None, self.segment)?.ok_or_else(changed)?;
        let header = opened.header.map_err(|_| changed())?;
        Ok(Walk::new(opened.file, header, self.at))
    }
}

#[cold]
fn changed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a frame is not what it was a moment ago")
}

/// The headers of frames in memory.
pub(crate) fn frames(bytes: &[u8]) -> impl Iterator<Item = Header> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let header = Header::read(bytes.get(at..at + HEADER)?);
        at += HEADER + header.length as usize;
        Some(header)
    })
}
