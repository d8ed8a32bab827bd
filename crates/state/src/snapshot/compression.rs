//! How the bytes of a block are stored.

use std::fmt;

use forebay_store::{Error, Result};

use super::block::BLOCK_MAX;

/// What is done to the blocks of a snapshot to make them shorter. A block that would not become
/// shorter is stored as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compression {
    /// Nothing.
    #[default]
    None,
    /// LZ4: quick. It needs the feature `lz4`.
    Lz4,
    /// Zstandard: shorter. It needs the feature `zstd`.
    Zstd,
}

/// Zstandard's own default: slower ones hardly pay on blocks of this size.
#[cfg(feature = "zstd")]
const ZSTD_LEVEL: i32 = 3;

impl Compression {
    pub(super) fn code(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Lz4 => 1,
            Self::Zstd => 2,
        }
    }

    pub(super) fn of_code(code: u8) -> Option<Self> {
        [Self::None, Self::Lz4, Self::Zstd].into_iter().find(|known| known.code() == code)
    }

    /// Whether this program has it.
    pub fn is_there(self) -> bool {
        match self {
            Self::None => true,
            Self::Lz4 => cfg!(feature = "lz4"),
            Self::Zstd => cfg!(feature = "zstd"),
        }
    }

    /// The most bytes that `length` bytes may become while they are compressed.
    fn longest(self, length: usize) -> usize {
        #[cfg(not(any(feature = "lz4", feature = "zstd")))]
        let _ = length;
        match self {
            #[cfg(feature = "lz4")]
            Self::Lz4 => lz4_flex::block::get_maximum_output_size(length),
            #[cfg(feature = "zstd")]
            Self::Zstd => zstd::zstd_safe::compress_bound(length),
            _ => 0,
        }
    }

    pub(super) fn check(self) -> Result<()> {
        if self.is_there() {
            return Ok(());
        }
        let message = format!("snapshots with {self} need the feature `{self}`");
        Err(Error::unsupported(message))
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Lz4 => "lz4",
            Self::Zstd => "zstd",
        })
    }
}

/// Makes blocks shorter, with memory that is used again.
pub(super) struct Press {
    kind: Compression,
    pressed: Vec<u8>,
    #[cfg(feature = "zstd")]
    zstd: Option<zstd::bulk::Compressor<'static>>,
}

impl Press {
    pub(super) fn new(kind: Compression) -> Result<Self> {
        kind.check()?;
        Ok(Self {
            kind,
            // All of it at once, or it would grow by doubling.
            pressed: vec![0; kind.longest(BLOCK_MAX)],
            #[cfg(feature = "zstd")]
            zstd: match kind {
                Compression::Zstd => Some(
                    zstd::bulk::Compressor::new(ZSTD_LEVEL)
                        .map_err(|error| Error::unavailable("begin zstd").with_source(error))?,
                ),
                _ => None,
            },
        })
    }

    /// What to store for `raw`, and how it is stored.
    pub(super) fn press<'a>(&'a mut self, raw: &'a [u8]) -> (Compression, &'a [u8]) {
        match self.shorter(raw) {
            Some(length) => (self.kind, &self.pressed[..length]),
            None => (Compression::None, raw),
        }
    }

    /// How long `raw` became, if it became shorter.
    fn shorter(&mut self, raw: &[u8]) -> Option<usize> {
        match self.kind {
            Compression::None => None,
            Compression::Lz4 => {
                #[cfg(feature = "lz4")]
                {
                    lz4_flex::block::compress_into(raw, &mut self.pressed).ok()
                }
                #[cfg(not(feature = "lz4"))]
                None
            }
            Compression::Zstd => {
                #[cfg(feature = "zstd")]
                {
                    self.zstd.as_mut()?.compress_to_buffer(raw, &mut self.pressed[..]).ok()
                }
                #[cfg(not(feature = "zstd"))]
                None
            }
        }
        .filter(|length| *length < raw.len())
    }

    #[cfg(test)]
    pub(super) fn memory(&self) -> usize {
        self.pressed.capacity()
    }
}

impl fmt::Debug for Press {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Press").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// The `length` bytes of which `stored` was made. Never more memory than that is taken, whatever
/// `stored` says; `None` if it does not give exactly as many.
pub(super) fn unpress(kind: Compression, stored: &[u8], length: usize) -> Result<Option<Vec<u8>>> {
    kind.check()?;
    let raw = match kind {
        Compression::None => Some(stored.to_vec()),
        Compression::Lz4 => unpress_lz4(stored, length),
        Compression::Zstd => unpress_zstd(stored, length),
    };
    Ok(raw.filter(|raw| raw.len() == length))
}

#[cfg(feature = "lz4")]
fn unpress_lz4(stored: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut raw = vec![0; length];
    let found = lz4_flex::block::decompress_into(stored, &mut raw).ok()?;
    raw.truncate(found);
    Some(raw)
}

#[cfg(not(feature = "lz4"))]
fn unpress_lz4(_stored: &[u8], _length: usize) -> Option<Vec<u8>> {
    None
}

#[cfg(feature = "zstd")]
fn unpress_zstd(stored: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut raw = vec![0; length];
    let found = zstd::bulk::decompress_to_buffer(stored, &mut raw[..]).ok()?;
    raw.truncate(found);
    Some(raw)
}

#[cfg(not(feature = "zstd"))]
fn unpress_zstd(_stored: &[u8], _length: usize) -> Option<Vec<u8>> {
    None
}
