//! The list of those who are measured, and what each of them can do.

use std::path::Path;

use super::cacache::Cacache;
use super::counted::Counted;
use super::durable::{Committed, Kept, Persisted, Synced};
use super::file_backed::{self, Buffered, FileBacked, RawCodec};
use super::files::Files;
use super::forebay::{self, Forebay};
use super::foyer::Foyer;
use super::limits::{Memcpy, Rewrite, Sum, Write};
use super::mapped::Mapped;
use super::slow::{SlowForebay, SlowPeer};
use super::spilled::{SpilledForebay, SpilledPeer};
use super::subject::{Durable, Hits, Result, Slow, Spilled, Stores};
use crate::work::{Size, Work};

/// One of those who are measured, in the order of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Forebay,
    /// Forebay's archive, a keep a row.
    Kept,
    /// `file_backed` as it is shipped.
    FbShipped,
    /// With the same codec behind buffers.
    FbBuffered,
    /// With a codec of one's own that writes a row as it is.
    FbRaw,
    CacacheXxh3,
    CacacheSha256,
    Foyer,
    /// A file a row, with our checksum.
    Files,
    /// What memory can do.
    Memcpy,
    /// What the page cache can do: a file that is written over.
    Rewrite,
    /// A new file for each row.
    Write,
    /// What the checksum takes.
    Sum,
    /// Files whose pages are looked at where they are, and their checksum.
    Mapped,
    /// An `Arc` that is cloned and dropped.
    Counted,
}

impl Kind {
    pub(crate) const ALL: [Self; 15] = [
        Self::Forebay,
        Self::Kept,
        Self::FbShipped,
        Self::FbBuffered,
        Self::FbRaw,
        Self::CacacheXxh3,
        Self::CacacheSha256,
        Self::Foyer,
        Self::Files,
        Self::Memcpy,
        Self::Rewrite,
        Self::Write,
        Self::Sum,
        Self::Mapped,
        Self::Counted,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Forebay => "Forebay",
            Self::Kept => "Forebay, one by one",
            Self::FbShipped => "file_backed 0.6.14",
            Self::FbBuffered => "file_backed 0.6.14, buffered",
            Self::FbRaw => "file_backed 0.6.14, raw codec",
            Self::CacacheXxh3 => "cacache 13.1.0, xxh3",
            Self::CacacheSha256 => "cacache 13.1.0, sha256",
            Self::Foyer => "foyer 0.22.6",
            Self::Files => "std::fs and our checksum",
            Self::Memcpy => "*limit: copying memory*",
            Self::Rewrite => "*limit: one file, written over*",
            Self::Write => "*limit: new files*",
            Self::Sum => "*limit: our checksum*",
            Self::Mapped => "*limit: files mapped, our checksum*",
            Self::Counted => "*limit: an `Arc`, cloned and dropped*",
        }
    }

    /// What it is called where this is measured.
    pub(crate) fn name_at(self, work: Work) -> &'static str {
        match (self, work) {
            (Self::Forebay, Work::Keep) => "Forebay, one commit",
            (Self::Files, Work::Keep) => "std::fs, a sync each",
            (Self::Rewrite, Work::Keep) => "*limit: one file, one sync*",
            // Where the codec does not matter.
            (Self::FbRaw, Work::Leaving | Work::AtOnce | Work::Drop) => Self::FbShipped.name(),
            _ => self.name(),
        }
    }

    /// As the command line and the picture have it.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Forebay => "forebay",
            Self::Kept => "kept",
            Self::FbShipped => "fb-shipped",
            Self::FbBuffered => "fb-buffered",
            Self::FbRaw => "fb-raw",
            Self::CacacheXxh3 => "cacache-xxh3",
            Self::CacacheSha256 => "cacache-sha256",
            Self::Foyer => "foyer",
            Self::Files => "files",
            Self::Memcpy => "memcpy",
            Self::Rewrite => "rewrite",
            Self::Write => "write",
            Self::Sum => "sum",
            Self::Mapped => "mapped",
            Self::Counted => "counted",
        }
    }

    /// Whether it is no store, but what the machine could do at best.
    pub(crate) fn is_limit(self) -> bool {
        use Kind::{Counted, Mapped, Memcpy, Rewrite, Sum, Write};
        matches!(self, Memcpy | Rewrite | Write | Sum | Mapped | Counted)
    }

    /// Whether it is the limit of this work: nobody does it without doing as much.
    pub(crate) fn is_limit_of(self, work: Work) -> bool {
        match work {
            Work::Store(_) | Work::Keep => self == Self::Rewrite,
            Work::Load(_) => matches!(self, Self::Rewrite | Self::Mapped),
            Work::Hit(..) => self == Self::Counted,
            Work::Insert | Work::Drop | Work::Leaving | Work::AtOnce => false,
        }
    }

    /// Whether it is Forebay, whatever it does.
    pub(crate) fn is_own(self) -> bool {
        matches!(self, Self::Forebay | Self::Kept)
    }

    /// Whether it stores and loads.
    pub(crate) fn stores(self) -> bool {
        !matches!(self, Self::Kept | Self::Counted)
    }

    /// Whether this is a row of it. Who maps files writes them as everybody does.
    pub(crate) fn is_row_of(self, work: Work) -> bool {
        !(self == Self::Mapped && matches!(work, Work::Store(_)))
    }

    /// Whether it has objects that are spilled, and a medium that can be slow.
    pub(crate) fn spills(self) -> bool {
        matches!(self, Self::Forebay | Self::FbRaw)
    }

    /// Whether it keeps what a power cut leaves.
    pub(crate) fn keeps(self) -> bool {
        matches!(self, Self::Forebay | Self::Kept | Self::FbBuffered | Self::Files | Self::Rewrite)
    }

    /// Whether it has handles of what is in memory.
    pub(crate) fn hits(self) -> bool {
        matches!(self, Self::Forebay | Self::FbShipped | Self::Foyer | Self::Counted)
    }

    /// How many rows it is given in a round. Who takes a second for 6 MB gets fewer.
    pub(crate) fn rows(self, size: Size) -> usize {
        if self == Self::FbShipped { size.rows().div_ceil(16) } else { size.rows() }
    }

    pub(crate) fn open_stores(self, folder: &Path) -> Result<Box<dyn Stores>> {
        Ok(match self {
            Self::Forebay => Box::new(Forebay::open(folder)?),
            Self::FbShipped => Box::new(FileBacked::open(folder, ::file_backed::fbstore::BinCodec)),
            Self::FbBuffered => Box::new(FileBacked::open(folder, Buffered)),
            Self::FbRaw => Box::new(FileBacked::open(folder, RawCodec)),
            Self::CacacheXxh3 => Box::new(Cacache::open(folder, ::cacache::Algorithm::Xxh3)),
            Self::CacacheSha256 => Box::new(Cacache::open(folder, ::cacache::Algorithm::Sha256)),
            Self::Foyer => Box::new(Foyer::open(folder, 1)?),
            Self::Files => Box::new(Files::open(folder)),
            Self::Memcpy => Box::new(Memcpy::default()),
            Self::Rewrite => Box::new(Rewrite::open(folder)?),
            Self::Write => Box::new(Write::open(folder)),
            Self::Sum => Box::new(Sum::default()),
            Self::Mapped => Box::new(Mapped::open(folder)),
            Self::Kept | Self::Counted => return Err("it does not store".into()),
        })
    }

    pub(crate) fn open_durable(self, folder: &Path) -> Result<Box<dyn Durable>> {
        Ok(match self {
            Self::Forebay => Box::new(Committed::open(folder)?),
            Self::Kept => Box::new(Kept(Committed::open(folder)?)),
            Self::FbBuffered => Box::new(Persisted::open(folder)?),
            Self::Files => Box::new(Synced::open(folder, true)),
            Self::Rewrite => Box::new(Synced::open(folder, false)),
            _ => return Err("it keeps nothing".into()),
        })
    }

    pub(crate) fn open_hits(self, folder: &Path) -> Result<Box<dyn Hits>> {
        Ok(match self {
            Self::Forebay => Box::new(forebay::Resident::open()?),
            Self::FbShipped => Box::new(file_backed::Resident::open(folder)?),
            Self::Foyer => Box::new(Foyer::resident(folder)?),
            Self::Counted => Box::new(Counted::new()),
            _ => return Err("it has no handles".into()),
        })
    }

    pub(crate) fn open_spilled(self, folder: &Path) -> Result<Box<dyn Spilled>> {
        Ok(match self {
            Self::Forebay => Box::new(SpilledForebay::open(folder)?),
            Self::FbRaw => Box::new(SpilledPeer::open(folder)?),
            _ => return Err("it spills nothing".into()),
        })
    }

    pub(crate) fn open_slow(self, folder: &Path) -> Result<Box<dyn Slow>> {
        Ok(match self {
            Self::Forebay => Box::new(SlowForebay::open()?),
            Self::FbRaw => Box::new(SlowPeer::open(folder)?),
            _ => return Err("it spills nothing".into()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_versions_in_the_names_are_the_locked_ones() {
        let lock = include_str!("../../Cargo.lock");
        for kind in Kind::ALL {
            let mut words = kind.name().split([' ', ',']);
            let (Some(name), Some(version)) = (words.next(), words.next()) else { continue };
            if version.starts_with(|first: char| first.is_ascii_digit()) {
                let locked = format!("name = \"{name}\"\nversion = \"{version}\"");
                assert!(lock.contains(&locked), "{name} {version} is not what is locked");
            }
        }
    }
}
