//! Frames that are there, and that nobody is known to have made durable.
//!
//! They may be in the operating system's memory only, left there by an owner that was killed. Whoever
//! opens the journal writes them again before it does anything else: a sync of the old file would not
//! do, because an earlier sync of it may have failed and told only the owner that is gone.

use std::collections::VecDeque;

use crate::format::frame::{HEADER, Header};

/// The frames after the last record that is proven to be durable.
#[derive(Debug, Default)]
pub(crate) struct Unproven {
    /// Headers and bodies, one after the other.
    bytes: Vec<u8>,
    /// What is in `bytes`: each frame's header and its end there.
    kept: VecDeque<(Header, usize)>,
    /// Bytes of frames that are proven by now; they go when they are the half.
    gone: usize,
    /// Every record up to this one is proven to be durable.
    pub(crate) proven: u64,
}

impl Unproven {
    /// Keeps a frame until it is proven.
    pub(crate) fn keep(&mut self, header: &Header, body: &[u8]) {
        self.prove(header.synced);
        if header.count == 0 || header.next() <= self.proven + 1 {
            return;
        }
        self.bytes.extend_from_slice(&header.encode_unbound());
        self.bytes.extend_from_slice(body);
        self.kept.push_back((*header, self.bytes.len()));
    }

    /// Everything up to `synced` is durable.
    pub(crate) fn prove(&mut self, synced: u64) {
        if synced <= self.proven {
            return;
        }
        self.proven = synced;
        while let Some((header, end)) = self.kept.front()
            && header.next() <= synced + 1
        {
            self.gone = *end;
            self.kept.pop_front();
        }
        if self.gone * 2 > self.bytes.len() {
            self.forget_gone();
        }
    }

    fn forget_gone(&mut self) {
        self.bytes.drain(..self.gone);
        for (_, end) in &mut self.kept {
            *end -= self.gone;
        }
        self.gone = 0;
    }

    /// The frames, to be written again.
    pub(crate) fn into_bytes(mut self) -> Vec<u8> {
        self.forget_gone();
        self.bytes
    }

    /// Whether a frame that was read before, and is not proven, differs from a copy of it. A witness
    /// has the number of the frame that comes after it, and is no copy of that.
    pub(crate) fn contradicts(&self, copy: &Header) -> bool {
        let at = self.kept.partition_point(|(header, _)| header.first < copy.first);
        self.kept.get(at).is_some_and(|(header, _)| {
            header.first == copy.first
                && copy.count > 0
                && (header.body_checksum, header.count) != (copy.body_checksum, copy.count)
        })
    }

    /// The first record; 0 if there is none.
    pub(crate) fn first(&self) -> u64 {
        self.kept.front().map_or(0, |(header, _)| header.first)
    }

    /// The longest frame.
    pub(crate) fn longest(&self) -> u64 {
        self.kept.iter().map(|(header, _)| header.frame_length()).max().unwrap_or(0)
    }

    /// How many records there are.
    pub(crate) fn records(&self) -> u64 {
        self.kept.iter().map(|(header, _)| u64::from(header.count)).sum()
    }
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
