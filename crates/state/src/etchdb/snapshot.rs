//! The snapshot of an etchdb, entry by entry. It has no checksum of its own.

use std::io::Read;

use forebay_store::{Error, Result};

use super::msgpack::{Fault, Msgpack};
use super::operation::Operation;
use super::stored::Stored;
use super::window::{Stream, Window};

/// Magic and format.
const HEADER: u64 = 5;

/// Which snapshot there is.
pub(super) enum Snapshot {
    /// Entries with their versions: etchdb 0.4 and later.
    Entries(Entries),
    /// One struct, which only its type can read: etchdb 0.3.
    Struct(Box<dyn Read>),
}

/// Which format a snapshot has: the byte behind its magic.
pub(super) type Format = u8;

/// The entries of a snapshot.
pub(super) struct Entries {
    stream: Msgpack<Box<dyn Read>>,
    fingerprint: u64,
}

/// Who takes the entries: an operation, and the byte at which it stands.
pub(super) type Take<'a> = &'a mut dyn FnMut(Operation<'_>, u64) -> Result<()>;

impl Snapshot {
    /// Reads the header. `Err` in `Ok`: the damage that it is.
    pub(super) fn begin(mut window: Window) -> Result<Result<(Format, Self), Fault>> {
        let Some([magic @ .., format]) = window.array::<5>(0)? else {
            return Ok(Err(Fault::Damaged { at: 0, what: "it is too short".to_owned() }));
        };
        if magic != *b"ESNA" {
            let what = "it does not begin as a snapshot of etchdb does".to_owned();
            return Ok(Err(Fault::Damaged { at: 0, what }));
        }
        let stream = Stream::new(window, HEADER);
        let stream: Box<dyn Read> = match format {
            1 | 3 => Box::new(stream),
            2 | 4 => unpacked(stream)?,
            other => return Ok(Err(unknown(other))),
        };
        Ok(Ok((
            format,
            match format {
                1 | 2 => Self::Struct(stream),
                _ => {
                    Self::Entries(Entries { stream: Msgpack::new(stream, HEADER), fingerprint: 0 })
                }
            },
        )))
    }
}

impl Entries {
    /// What etchdb computed over the names of the types, when it wrote it.
    pub(super) fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// Hands over every entry; the names and their order must be exactly what etchdb writes.
    pub(super) fn read(&mut self, take: Take<'_>) -> Result<(), Fault> {
        self.fields(2)?;
        self.stream.field("schema_fingerprint")?;
        self.fingerprint = self.stream.number()?;
        self.stream.field("collections")?;
        for _ in 0..self.stream.list()? {
            self.collection(take)?;
        }
        self.stream.end()
    }

    fn collection(&mut self, take: Take<'_>) -> Result<(), Fault> {
        self.fields(3)?;
        self.stream.field("collection_id")?;
        let collection = self.small("a collection")?;
        self.stream.field("current_version")?;
        let current: u16 = self.small("a version")?;
        self.stream.field("entries")?;
        let (mut key, mut value) = (Vec::new(), Vec::new());
        for _ in 0..self.stream.list()? {
            let at = self.stream.at();
            self.fields(3)?;
            self.stream.field("key")?;
            self.stream.bytes(&mut key)?;
            self.stream.field("version")?;
            let version: u16 = self.small("a version")?;
            if version != current {
                let what = format!("an entry of version {version} among those of {current}");
                return self.stream.damaged(what);
            }
            self.stream.field("value")?;
            self.stream.bytes(&mut value)?;
            let value = Some(Stored::new(version, &value));
            take(Operation { collection, key: &key, value }, at).map_err(Fault::Failed)?;
        }
        Ok(())
    }

    fn fields(&mut self, expected: u32) -> Result<(), Fault> {
        match self.stream.map()? {
            found if found == expected => Ok(()),
            found => self.stream.damaged(format!("{found} fields instead of {expected}")),
        }
    }

    fn small<N: TryFrom<u64>>(&mut self, what: &str) -> Result<N, Fault> {
        let number = self.stream.number()?;
        N::try_from(number).or_else(|_| self.stream.damaged(format!("{number} as {what}")))
    }
}

fn unknown(format: u8) -> Fault {
    Fault::Failed(Error::unsupported(format!(
        "snapshot.postcard is of format {format}; 1 to 4 are read, which etchdb 0.2 to 0.6 write"
    )))
}

#[cfg(feature = "zstd")]
fn unpacked(stream: Stream) -> Result<Box<dyn Read>> {
    let failed = |error| Error::unavailable("begin to unpack the snapshot").with_source(error);
    let mut unpacker = zstd::stream::read::Decoder::new(stream).map_err(failed)?;
    // More memory than this no honest compressor asks for.
    unpacker.window_log_max(27).map_err(failed)?;
    Ok(Box::new(unpacker))
}

#[cfg(not(feature = "zstd"))]
fn unpacked(_stream: Stream) -> Result<Box<dyn Read>> {
    Err(Error::unsupported(
        "snapshot.postcard is compressed by zstd: build with the feature `zstd` to read it",
    ))
}
