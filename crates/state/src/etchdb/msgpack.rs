//! The few forms of `MessagePack` that a snapshot of etchdb is made of, as a stream.

use std::io::{self, BufRead, BufReader, Read};

use rmp::Marker;

/// The longest key or value that is believed; etchdb holds each of them in memory several times.
const BYTES_MAX: u32 = 1 << 30;

/// Bytes of `MessagePack` that are read from front to back.
#[derive(Debug)]
pub(super) struct Msgpack<R> {
    reader: BufReader<R>,
    at: u64,
}

/// What ends the reading of a snapshot.
#[derive(Debug)]
pub(super) enum Fault {
    /// The bytes are not what etchdb writes.
    Damaged { at: u64, what: String },
    /// The file cannot be read at the moment, or whoever takes the entries has failed.
    Failed(forebay_store::Error),
}

impl<R: Read> Msgpack<R> {
    /// Begins at byte `at` of the file.
    pub(super) fn new(reader: R, at: u64) -> Self {
        Self { reader: BufReader::with_capacity(1 << 16, reader), at }
    }

    pub(super) fn at(&self) -> u64 {
        self.at
    }

    pub(super) fn damaged<T>(&self, what: impl Into<String>) -> Result<T, Fault> {
        Err(Fault::Damaged { at: self.at, what: what.into() })
    }

    /// The number of fields of a map.
    pub(super) fn map(&mut self) -> Result<u32, Fault> {
        match self.marker()? {
            Marker::FixMap(len) => Ok(u32::from(len)),
            Marker::Map16 => self.array().map(|bytes| u32::from(u16::from_be_bytes(bytes))),
            Marker::Map32 => self.array().map(u32::from_be_bytes),
            other => self.damaged(format!("{other:?} instead of a map")),
        }
    }

    /// The number of elements of a list.
    pub(super) fn list(&mut self) -> Result<u32, Fault> {
        let marker = self.marker()?;
        self.list_of(marker)
    }

    /// That the next field has this name.
    pub(super) fn field(&mut self, name: &'static str) -> Result<(), Fault> {
        let len = match self.marker()? {
            Marker::FixStr(len) => usize::from(len),
            Marker::Str8 => usize::from(self.array::<1>()?[0]),
            other => return self.damaged(format!("{other:?} instead of the field `{name}`")),
        };
        let mut found = [0; 256];
        let found = found.get_mut(..len).unwrap_or_default();
        self.fill(found)?;
        if found == name.as_bytes() {
            return Ok(());
        }
        let found = String::from_utf8_lossy(found).into_owned();
        self.damaged(format!("the field {found:?} instead of `{name}`"))
    }

    /// A number that is not negative.
    pub(super) fn number(&mut self) -> Result<u64, Fault> {
        match self.marker()? {
            Marker::FixPos(value) => Ok(u64::from(value)),
            Marker::U8 => self.array::<1>().map(|[value]| u64::from(value)),
            Marker::U16 => self.array().map(|bytes| u64::from(u16::from_be_bytes(bytes))),
            Marker::U32 => self.array().map(|bytes| u64::from(u32::from_be_bytes(bytes))),
            Marker::U64 => self.array().map(u64::from_be_bytes),
            other => self.damaged(format!("{other:?} instead of a number")),
        }
    }

    /// Reads bytes into `into`: a list of numbers, as etchdb writes them, or bytes as such.
    pub(super) fn bytes(&mut self, into: &mut Vec<u8>) -> Result<(), Fault> {
        into.clear();
        let marker = self.marker()?;
        let len = match marker {
            Marker::Bin8 => u32::from(self.array::<1>()?[0]),
            Marker::Bin16 => u32::from(u16::from_be_bytes(self.array()?)),
            Marker::Bin32 => u32::from_be_bytes(self.array()?),
            other => return self.bytes_of_list(other, into),
        };
        if len > BYTES_MAX {
            return self.damaged(format!("a key or a value of {len} bytes"));
        }
        let mut piece = [0; 4096];
        let mut left = len as usize;
        while left > 0 {
            let piece = &mut piece[..left.min(4096)];
            self.fill(piece)?;
            into.extend_from_slice(piece);
            left -= piece.len();
        }
        Ok(())
    }

    /// That nothing follows.
    pub(super) fn end(&mut self) -> Result<(), Fault> {
        let at = self.at;
        match self.peek()? {
            None => Ok(()),
            Some(_) => Err(Fault::Damaged { at, what: "bytes behind the snapshot".to_owned() }),
        }
    }

    fn bytes_of_list(&mut self, marker: Marker, into: &mut Vec<u8>) -> Result<(), Fault> {
        let len = self.list_of(marker)?;
        if len > BYTES_MAX {
            return self.damaged(format!("a key or a value of {len} bytes"));
        }
        for _ in 0..len {
            let byte = match self.marker()? {
                Marker::FixPos(byte) => byte,
                Marker::U8 => self.array::<1>()?[0],
                other => return self.damaged(format!("{other:?} instead of a byte")),
            };
            into.push(byte);
        }
        Ok(())
    }

    fn list_of(&mut self, marker: Marker) -> Result<u32, Fault> {
        match marker {
            Marker::FixArray(len) => Ok(u32::from(len)),
            Marker::Array16 => self.array().map(|bytes| u32::from(u16::from_be_bytes(bytes))),
            Marker::Array32 => self.array().map(u32::from_be_bytes),
            other => self.damaged(format!("{other:?} instead of a list")),
        }
    }

    fn marker(&mut self) -> Result<Marker, Fault> {
        self.array::<1>().map(|[byte]| Marker::from_u8(byte))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn fill(&mut self, into: &mut [u8]) -> Result<(), Fault> {
        let mut filled = 0;
        while filled < into.len() {
            let at = self.at;
            let Some(some) = self.peek()? else {
                return Err(Fault::Damaged { at, what: "the snapshot ends early".to_owned() });
            };
            let count = some.len().min(into.len() - filled);
            into[filled..filled + count].copy_from_slice(&some[..count]);
            self.reader.consume(count);
            self.at += count as u64;
            filled += count;
        }
        Ok(())
    }

    /// What comes next; `None` at the end.
    fn peek(&mut self) -> Result<Option<&[u8]>, Fault> {
        let at = self.at;
        match self.reader.fill_buf() {
            Ok([]) => Ok(None),
            Ok(some) => Ok(Some(some)),
            Err(error) => Err(Fault::of(at, error)),
        }
    }
}

impl Fault {
    /// An error of the file is the one that came from it; anything else is what the unpacker found.
    pub(super) fn of(at: u64, error: io::Error) -> Self {
        match error.downcast::<forebay_store::Error>() {
            Ok(error) => Self::Failed(error),
            Err(error) => Self::Damaged { at, what: format!("it cannot be unpacked: {error}") },
        }
    }
}
