//! A write-ahead log of etchdb, transaction by transaction, over damage too.

use std::hash::Hasher as _;

use forebay_store::{Error, Result};
use twox_hash::xxhash3_64::Hasher;

use super::damage::Cause;
use super::shape::{Shape, Walk};
use super::stored::Encoding;
use super::window::Window;

/// Magic, version, three bytes and a number that are always zero.
const HEADER: u64 = 16;
/// The length before a transaction, and with it the hash behind it.
const LEN: u64 = 4;
const HASH: u64 = 8;
/// How much is read after each jump in the search behind damage.
const JUMP: usize = 512;

/// A log that is read from its beginning to its end.
#[derive(Debug)]
pub(super) struct Log {
    window: Window,
    /// The same file in short pieces, for whoever jumps about in it.
    jumping: Window,
    at: u64,
    encoding: Encoding,
    payload: Vec<u8>,
    /// What the search behind damage may still cost.
    steps: u64,
}

/// What comes next in a log.
#[derive(Debug)]
pub(super) enum Found<'a> {
    /// A transaction, which its hash proves.
    Transaction { at: u64, payload: &'a [u8], has_good_length: bool },
    /// Something else, up to the next transaction or the end.
    Damage { at: u64, to: u64, cause: Cause },
    /// The beginning of a transaction which was being written when the etchdb was stopped.
    Torn { bytes: u64 },
}

impl Log {
    /// Reads the header, and says whether it is as etchdb writes it. `None` if there is not even one
    /// whole: such a log never held anything.
    pub(super) fn begin(mut window: Window) -> Result<Option<(Self, bool)>> {
        let Some(header) = window.array::<16>(0)? else { return Ok(None) };
        let encoding = match header[4] {
            3 => Encoding::Postcard,
            4 => Encoding::Msgpack,
            other => return Err(unknown(window.name(), other)),
        };
        let is_clean = header[..4] == *b"EWAL" && header[5..].iter().all(|byte| *byte == 0);
        let steps = window.len().saturating_mul(8).saturating_add(1 << 26);
        let jumping = window.with_piece(JUMP);
        let payload = Vec::new();
        Ok(Some((Self { window, jumping, at: HEADER, encoding, payload, steps }, is_clean)))
    }

    pub(super) fn encoding(&self) -> Encoding {
        self.encoding
    }

    pub(super) fn next(&mut self) -> Result<Option<Found<'_>>> {
        let (at, len) = (self.at, self.window.len());
        if at >= len {
            return Ok(None);
        }
        if let Some(end) = self.proven(at)? {
            return self.transaction(at, end, true).map(Some);
        }
        // What its length says is where the next one begins, if that is one.
        if let Some(end) = self.stated_end(at)?.filter(|end| *end < len)
            && self.proven(end)?.is_some()
        {
            self.at = end;
            return Ok(Some(Found::Damage { at, to: end, cause: Cause::Transaction }));
        }
        for from in at..len {
            let Some(end) = self.proven_by_content(from)? else { continue };
            if from == at {
                return self.transaction(at, end, false).map(Some);
            }
            self.at = from;
            return Ok(Some(Found::Damage { at, to: from, cause: Cause::Transaction }));
        }
        self.at = len;
        if self.is_torn(at)? {
            return Ok(Some(Found::Torn { bytes: len - at }));
        }
        Ok(Some(Found::Damage { at, to: len, cause: Cause::End }))
    }

    fn transaction(&mut self, at: u64, end: u64, has_good_length: bool) -> Result<Found<'_>> {
        let Self { window, payload, .. } = self;
        payload.clear();
        window.each(at + LEN, end - HASH, |piece| payload.extend_from_slice(piece))?;
        self.at = end;
        Ok(Found::Transaction { at, payload: &self.payload, has_good_length })
    }

    /// Where the transaction at `at` ends by its length, if that is in the file.
    fn stated_end(&mut self, at: u64) -> Result<Option<u64>> {
        let Some(len) = self.window.array(at)?.map(u32::from_le_bytes) else { return Ok(None) };
        let end = at + LEN + u64::from(len) + HASH;
        Ok((len > 0 && end <= self.window.len()).then_some(end))
    }

    /// Where the transaction at `at` ends, if length and hash are right.
    fn proven(&mut self, at: u64) -> Result<Option<u64>> {
        match self.stated_end(at)? {
            Some(end) if self.has_hash(at, end)? => Ok(Some(end)),
            _ => Ok(None),
        }
    }

    /// Where the transaction at `at` ends, if its content says so and the hash is right.
    fn proven_by_content(&mut self, at: u64) -> Result<Option<u64>> {
        let Shape::Whole(end) = Walk::new(&mut self.jumping, at + LEN, &mut self.steps).shape()?
        else {
            return Ok(None);
        };
        let end = end + HASH;
        match self.steps.checked_sub(end - at) {
            Some(left) => self.steps = left,
            None => return Ok(None),
        }
        Ok(if end <= self.window.len() && self.has_hash(at, end)? { Some(end) } else { None })
    }

    fn has_hash(&mut self, at: u64, end: u64) -> Result<bool> {
        let mut hasher = Hasher::new();
        self.window.each(at + LEN, end - HASH, |piece| hasher.write(piece))?;
        let stored = self.window.array(end - HASH)?.map(u64::from_le_bytes);
        Ok(stored == Some(hasher.finish()))
    }

    /// Whether what is left could be the beginning of a transaction, by its length and its content.
    fn is_torn(&mut self, at: u64) -> Result<bool> {
        let len = self.window.len();
        let Some(stated) = self.window.array(at)?.map(u32::from_le_bytes) else { return Ok(true) };
        if stated == 0 || at + LEN + u64::from(stated) + HASH <= len {
            return Ok(false);
        }
        Ok(match Walk::new(&mut self.jumping, at + LEN, &mut self.steps).shape()? {
            Shape::Whole(end) => end == at + LEN + u64::from(stated),
            Shape::Cut => true,
            Shape::Broken => false,
        })
    }
}

#[cold]
fn unknown(name: &str, version: u8) -> Error {
    Error::unsupported(format!(
        "{name} is of version {version} of etchdb's log; versions 3 (etchdb 0.3) and 4 (0.4 to 0.6) \
         are read: open it once with etchdb 0.3.3, if it is older"
    ))
}
