//! The pen: it writes what is to be appended, and knows which layouts the journal has been told.

use forebay_journal::format::checksum;
use forebay_journal::{Channel, Frame};
use forebay_store::{Error, Result};

use super::body::BodyWriter;
use super::catalog;
use super::record::kind;
use crate::catalog::{Catalog, TableId};
use crate::quarantine::Place;
use crate::revision::Revision;
use crate::tables::Tables;
use crate::value::{Dictionary, leb};

/// The longest frame. A longer one would hold up what others wait for, and its buffers stay.
const FRAME_MAX: usize = 8 << 20;

/// The bytes of a part.
const PART: usize = 1 << 20;

/// What a frame takes besides one body or part: its header, a kind, some numbers.
const AROUND: usize = 128;

/// Writes the frames of one owner of a state.
#[derive(Debug, Default)]
pub(crate) struct Pen {
    /// What every record begins with: nothing, if the journal is not shared.
    prefix: Vec<u8>,
    dictionary: Dictionary,
    /// So many layouts are in the journal.
    told: usize,
    /// The transaction that is being written: its revision, its body, the layouts that it has added.
    revision: Revision,
    body: Vec<u8>,
    layouts: Vec<u8>,
    /// What stands before a piece of it in a record.
    head: Vec<u8>,
    frame: Frame,
    /// It counts the frames.
    frames: u64,
}

/// The most bytes of frames and of transactions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Of a frame of this journal.
    pub(crate) frame_max: usize,
    /// Of the body of a transaction.
    pub(crate) transaction_max: usize,
}

/// In how many pieces of how many bytes a transaction goes out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pieces {
    pub(crate) count: usize,
    length: usize,
}

impl Pen {
    /// A pen for this channel.
    pub(crate) fn new(channel: &Channel) -> Self {
        let mut prefix = Vec::new();
        channel.begin_record(&mut prefix);
        Self { prefix, ..Self::default() }
    }

    /// Writes a transaction, and what it takes out of quarantine without a change of a table, by
    /// tables; says how many frames it takes, which [`frame`](Self::frame) gives.
    ///
    /// # Errors
    ///
    /// `Refused` if a key or a value cannot be written, or if all is too long.
    pub(crate) fn transaction<T: Tables>(
        &mut self,
        revision: Revision,
        (changes, purged): (&T::Changes, &[Place]),
        limits: Limits,
    ) -> Result<Pieces> {
        self.revision = revision;
        self.body.clear();
        let mut body = BodyWriter::new(&mut self.body, &mut self.dictionary);
        T::encode(changes, &mut body)?;
        for keys in purged.chunk_by(|(table, _), (other, _)| table == other) {
            let table = keys.first().map_or(0, |(table, _)| *table);
            body.purge(TableId(table), keys.iter().map(|(_, key)| key.as_slice()));
        }
        let (length, most) = (self.body.len(), limits.transaction_max);
        if length > most {
            let message = format!("a transaction of {length} bytes is longer than {most}");
            return Err(Error::refused(message));
        }
        self.layouts.clear();
        self.dictionary.write_entries(self.told, &mut self.layouts);
        let around = AROUND + self.layouts.len();
        let Some(room @ 1..) = limits.frame_max.min(FRAME_MAX).checked_sub(around) else {
            return Err(Error::refused("the names of its fields do not fit into a frame"));
        };
        if length <= room {
            return Ok(Pieces { count: 1, length });
        }
        let part = PART.min(room);
        // The last piece is the end.
        Ok(Pieces { count: length.div_ceil(part) + 1, length: part })
    }

    /// The frame of a piece of the transaction that was written last, with the layouts that the
    /// journal does not have yet.
    pub(crate) fn frame(&mut self, at: usize, pieces: Pieces) -> Result<&Frame> {
        self.clear();
        if self.dictionary.len() > self.told {
            self.frame.push_with(|bytes| {
                bytes.extend_from_slice(&self.prefix);
                bytes.push(kind::LAYOUTS);
                bytes.extend_from_slice(&self.layouts);
                Ok(())
            })?;
        }
        let (revision, body, head) = (self.revision.0, &self.body, &mut self.head);
        head.clear();
        head.extend_from_slice(&self.prefix);
        if pieces.count == 1 {
            head.push(kind::TRANSACTION);
            leb::write(revision, head);
            self.frame.push_parts(&[head, body])?;
        } else if at + 1 < pieces.count {
            head.push(kind::PART);
            leb::write(revision, head);
            leb::write(at as u64, head);
            let part = body.chunks(pieces.length).nth(at);
            self.frame.push_parts(&[head, part.unwrap_or_default()])?;
        } else {
            head.push(kind::END);
            for number in [revision, at as u64, body.len() as u64] {
                leb::write(number, head);
            }
            self.frame.push_parts(&[head, &checksum(body).to_le_bytes()])?;
        }
        Ok(&self.frame)
    }

    /// The body of the transaction that was written last.
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    fn clear(&mut self) {
        self.frame.clear();
        self.frames += 1;
    }

    /// Tells the frame that was written last from all others.
    pub(crate) fn frames(&self) -> u64 {
        self.frames
    }

    /// The frame that was written last, for others to add what is theirs.
    pub(crate) fn written(&mut self) -> &mut Frame {
        &mut self.frame
    }

    /// The journal has taken the frame that was written last.
    pub(crate) fn was_taken(&mut self) {
        self.told = self.dictionary.len();
    }

    /// The transaction is accepted, or given up: its buffers are used again, but not if they are long.
    pub(crate) fn rest(&mut self) {
        self.body.clear();
        self.body.shrink_to(PART);
        if self.frame.length() > PART {
            self.frame = Frame::new();
        }
    }

    /// The frame that an owner begins with. Reading can begin there: all layouts are told again. In a shared
    /// journal it says which transaction was the `last`.
    pub(crate) fn announcement(
        &mut self,
        catalog: &Catalog,
        life: u64,
        last: Revision,
    ) -> Result<&Frame> {
        self.clear();
        self.frame.push_with(|bytes| {
            bytes.extend_from_slice(&self.prefix);
            bytes.push(kind::CATALOG);
            catalog::write(catalog, life, bytes);
            Ok(())
        })?;
        if !self.prefix.is_empty() {
            self.frame.push_with(|bytes| {
                bytes.extend_from_slice(&self.prefix);
                bytes.push(kind::AFTER);
                leb::write(last.0, bytes);
                Ok(())
            })?;
        }
        if !self.dictionary.is_empty() {
            self.frame.push_with(|bytes| {
                bytes.extend_from_slice(&self.prefix);
                bytes.push(kind::LAYOUTS);
                self.dictionary.write_entries(0, bytes);
                Ok(())
            })?;
        }
        Ok(&self.frame)
    }
}
