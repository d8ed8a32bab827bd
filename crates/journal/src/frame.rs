//! A frame on its way into the journal.

use forebay_store::{Error, Result};

use crate::format::checksum;
use crate::format::frame::{BODY_MAX, HEADER, Header, put_length, set_record_length};

/// Records that are to be there together or not at all.
///
/// A record is any bytes; at most 16 MiB of them go into one frame.
///
/// ```
/// use forebay_journal::Frame;
///
/// let mut frame = Frame::new();
/// frame.push(b"debit alice 5")?;
/// frame.push(b"credit bob 5")?;
/// assert_eq!(frame.count(), 2);
/// # Ok::<(), forebay_store::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Frame {
    /// Room for the header, then the body.
    bytes: Vec<u8>,
    count: u32,
    /// The length of the last record.
    last: usize,
}

/// The end of a record in a frame, see [`Frame::mark`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    end: usize,
    /// The length of the record.
    length: usize,
}

impl Frame {
    /// An empty frame.
    pub fn new() -> Self {
        Self { bytes: vec![0; HEADER], count: 0, last: 0 }
    }

    /// A frame of one record.
    pub fn of(record: &[u8]) -> Result<Self> {
        let mut bytes = Vec::with_capacity(HEADER + 5 + record.len());
        bytes.resize(HEADER, 0);
        let mut frame = Self { bytes, count: 0, last: 0 };
        frame.push(record)?;
        Ok(frame)
    }

    /// Adds a record.
    ///
    /// # Errors
    ///
    /// `Refused` if the frame would be longer than 16 MiB; it is as it was then.
    pub fn push(&mut self, record: &[u8]) -> Result<()> {
        self.push_parts(&[record])
    }

    /// Adds a record of these parts, one behind the other.
    ///
    /// # Errors
    ///
    /// As [`push`](Self::push).
    #[doc(hidden)]
    pub fn push_parts(&mut self, parts: &[&[u8]]) -> Result<()> {
        let length = parts.iter().map(|part| part.len()).sum();
        if self.bytes.len() - HEADER + 5 + length > BODY_MAX {
            return Err(too_long());
        }
        put_length(&mut self.bytes, length);
        for part in parts {
            self.bytes.extend_from_slice(part);
        }
        self.count += 1;
        self.last = length;
        Ok(())
    }

    /// Adds a record that `write` writes to the end of the bytes that it is given.
    ///
    /// # Errors
    ///
    /// What `write` says, and as [`push`](Self::push). The frame is as it was then; it is empty if
    /// `write` took away what was not its own.
    ///
    /// ```
    /// let mut frame = forebay_journal::Frame::new();
    /// frame.push_with(|bytes| {
    ///     bytes.extend_from_slice(b"hello");
    ///     Ok(())
    /// })?;
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn push_with(&mut self, write: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Result<()> {
        let start = self.bytes.len();
        put_length(&mut self.bytes, 0);
        let written = write(&mut self.bytes);
        let Some(length) = self.bytes.len().checked_sub(start + 1) else {
            self.bytes.resize(HEADER, 0);
            self.clear();
            return Err(Error::refused("what writes a record took away what was not its own"));
        };
        let fits = start + 5 + length <= HEADER + BODY_MAX;
        if let Some(error) = written.err().or_else(|| (!fits).then(too_long)) {
            self.bytes.truncate(start);
            return Err(error);
        }
        set_record_length(&mut self.bytes, start, length);
        self.count += 1;
        self.last = length;
        Ok(())
    }

    /// Overwrites the last bytes of the last record: for what is known only when the frame is about to
    /// be appended.
    ///
    /// # Panics
    ///
    /// If the last record is shorter than that.
    ///
    /// ```
    /// let mut frame = forebay_journal::Frame::of(b"number 0")?;
    /// frame.overwrite_end(b"7");
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn overwrite_end(&mut self, end: &[u8]) {
        assert!(end.len() <= self.last, "the last record has so many bytes");
        let from = self.bytes.len() - end.len();
        self.bytes[from..].copy_from_slice(end);
    }

    /// The end of the last record, for [`overwrite_at`](Self::overwrite_at). What is pushed later does
    /// not change it; it is of use in this frame only, and until that is [cleared](Self::clear).
    pub fn mark(&self) -> Mark {
        Mark { end: self.bytes.len(), length: self.last }
    }

    /// Overwrites the last bytes of the record that ends at `mark`, as
    /// [`overwrite_end`](Self::overwrite_end) does those of the last one.
    ///
    /// # Panics
    ///
    /// If that record is shorter, or the frame has been cleared since.
    ///
    /// ```
    /// let mut frame = forebay_journal::Frame::of(b"number 0")?;
    /// let first = frame.mark();
    /// frame.push(b"number 0")?;
    /// frame.overwrite_at(first, b"1");
    /// frame.overwrite_end(b"2");
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn overwrite_at(&mut self, mark: Mark, end: &[u8]) {
        assert!(end.len() <= mark.length, "the record has so many bytes");
        assert!(mark.end <= self.bytes.len(), "the record is in this frame");
        self.bytes[mark.end - end.len()..mark.end].copy_from_slice(end);
    }

    /// Forgets the records and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.truncate(HEADER);
        (self.count, self.last) = (0, 0);
    }

    /// How many records it holds.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// The bytes it takes in the journal, without what a sync leaves unused.
    pub fn length(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn body_checksum(&self) -> u32 {
        checksum(&self.bytes[HEADER..])
    }

    /// Copies the frame to the end of a queue; what depends on its place is filled in later.
    pub(crate) fn queue(&self, queue: &mut Vec<u8>, body_checksum: u32, first: u64) {
        let length = u32::try_from(self.bytes.len() - HEADER).unwrap_or(u32::MAX);
        let header = Header { body_checksum, length, count: self.count, first, synced: 0 };
        queue.extend_from_slice(&header.encode_unbound());
        queue.extend_from_slice(&self.bytes[HEADER..]);
    }
}

#[cold]
fn too_long() -> Error {
    Error::refused(format!("a frame holds at most {BODY_MAX} bytes of records"))
}

impl Default for Frame {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::frame::Records;

    #[test]
    fn a_record_written_in_place_is_the_one_that_is_pushed() {
        for length in [0, 1, 127, 128, 16_383, 16_384, 2_097_152] {
            let record: Vec<u8> = (0..=250).cycle().take(length).collect();
            let (mut pushed, mut written) = (Frame::new(), Frame::new());
            for _ in 0..2 {
                pushed.push(&record).unwrap();
                let write = |bytes: &mut Vec<u8>| {
                    bytes.extend_from_slice(&record);
                    Ok(())
                };
                written.push_with(write).unwrap();
            }
            assert_eq!((&pushed.bytes, pushed.last), (&written.bytes, written.last), "{length}");
            assert!(Records::are(&written.bytes[HEADER..], 2));
        }
    }

    #[test]
    fn what_is_overwritten_is_the_end_of_the_record_that_was_marked() {
        let (mut marked, mut frame) = (Vec::new(), Frame::new());
        for record in [&b"first 0"[..], b"second 0", b"third 0"] {
            frame.push(record).unwrap();
            marked.push(frame.mark());
        }
        frame.overwrite_at(marked[1], b"7");
        frame.overwrite_at(marked[0], b"12");
        let mut wanted = Frame::new();
        for record in [&b"first12"[..], b"second 7", b"third 0"] {
            wanted.push(record).unwrap();
        }
        assert_eq!(frame.bytes, wanted.bytes);
    }

    #[test]
    fn a_record_that_cannot_be_written_leaves_the_frame_as_it_was() {
        let mut frame = Frame::of(b"first").unwrap();
        let before = frame.clone();
        let failing = |bytes: &mut Vec<u8>| {
            bytes.extend_from_slice(b"half");
            Err(Error::refused("no"))
        };
        frame.push_with(failing).unwrap_err();
        let long = |bytes: &mut Vec<u8>| {
            bytes.resize(bytes.len() + BODY_MAX, 0);
            Ok(())
        };
        frame.push_with(long).unwrap_err();
        assert_eq!(
            (frame.count, frame.last, &frame.bytes),
            (before.count, before.last, &before.bytes)
        );
        let greedy = |bytes: &mut Vec<u8>| {
            bytes.clear();
            Ok(())
        };
        frame.push_with(greedy).unwrap_err();
        assert_eq!((frame.count, frame.length()), (0, HEADER));
    }
}
