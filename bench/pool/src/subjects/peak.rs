//! The most memory that a process needs to get many large rows through a small pool.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use file_backed::fbstore::{FBStore, PreparedPath};
use file_backed::{BackingStore, FBPool};
use forebay_measure::{child, memory, told};
use forebay_pool::{ByteSize, DirMedium, Pool};
use tokio::runtime::Runtime;

use super::file_backed::RawCodec;
use super::kind::Kind;
use super::subject::Result;
use crate::rows::{ends, rows};
use crate::work::Size;

/// What the pool may have.
pub(crate) const BUDGET: u32 = 64 << 20;

/// So many rows go through it, and are read once more at the end.
pub(crate) const ROWS: u64 = 48;

/// Who is measured.
pub(crate) const KINDS: [Kind; 2] = [Kind::Forebay, Kind::FbRaw];

/// What the allocator of a process does with what is freed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Allocator {
    /// It gives large pieces back to the system at once.
    GivesBack,
    /// As the system has it: glibc keeps pieces of up to 32 MiB once one of that size was freed.
    Keeps,
}

impl Allocator {
    pub(crate) const ALL: [Self; 2] = [Self::GivesBack, Self::Keeps];
}

/// A process that does it once.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Child {
    kind: Kind,
    folder: PathBuf,
}

impl Child {
    pub(crate) fn new(kind: Kind, folder: &Path) -> Self {
        Self { kind, folder: folder.to_owned() }
    }

    /// As the parent has written it.
    pub(crate) fn parse(mut given: impl Iterator<Item = String>) -> Option<Self> {
        let label = given.next()?;
        let kind = KINDS.into_iter().find(|kind| kind.label() == label)?;
        Some(Self { kind, folder: given.next()?.into() })
    }

    /// Starts it, and says how many bytes more than before it had.
    pub(crate) fn told(&self, allocator: Allocator) -> Result<f64> {
        let mut child = child([self.kind.label().as_ref(), self.folder.as_os_str()])?;
        if allocator == Allocator::GivesBack {
            // Once it is said, glibc does not raise it any more.
            child.env("MALLOC_MMAP_THRESHOLD_", "131072");
        }
        Ok(told(&mut child, &mut |_| {})?.trim().parse()?)
    }

    /// What the parent is to read.
    pub(crate) fn run(&self) -> Result<String> {
        // What every first row needs anyway: the allocator's own, the pages of this program.
        let _ = rows(1, Size::Small.bytes(), 0);
        if !memory::forget_peak() {
            return Err("the system does not forget the peak".into());
        }
        let before = memory::resident().ok_or("the system does not tell its memory")?;
        match self.kind {
            Kind::Forebay => forebay(&self.folder)?,
            _ => file_backed(&self.folder)?,
        }
        let peak = memory::peak().ok_or("the system does not tell its memory")?;
        Ok(format!("{}\n", peak.saturating_sub(before)))
    }
}

/// Room first, and the row then: the row is counted from its first byte on.
fn forebay(folder: &Path) -> Result<()> {
    let spill = DirMedium::open(folder)?;
    let pool = Pool::builder().memory(ByteSize::bytes(u64::from(BUDGET))).spill(spill).build()?;
    let mut handles = Vec::new();
    for seed in 0..ROWS {
        let bytes = Size::Large.bytes() + size_of::<Vec<f32>>();
        let room = pool.reserve(ByteSize::bytes(bytes as u64)).wait()?;
        let row = rows(1, Size::Large.bytes(), seed).pop().ok_or("no row was made")?;
        handles.push(pool.insert_into(room, row).map_err(|rejected| rejected.error)?);
    }
    for handle in &handles {
        std::hint::black_box(ends(&handle.get_blocking()?));
    }
    Ok(())
}

/// Four rows are as many bytes.
fn file_backed(folder: &Path) -> Result<()> {
    let runtime = Runtime::new()?;
    let path = PreparedPath::blocking_new(folder.join("cache"), Vec::new());
    let store = BackingStore::new(FBStore::new(RawCodec, path), runtime.handle().clone());
    let pool = Arc::new(FBPool::new(Arc::new(store), 4));
    let mut objects = Vec::new();
    for seed in 0..ROWS {
        objects.extend(rows(1, Size::Large.bytes(), seed).into_iter().map(|row| pool.insert(row)));
    }
    for object in &objects {
        std::hint::black_box(ends(&object.blocking_load()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_is_what_the_parent_has_written() {
        for kind in KINDS {
            let words = [kind.label().to_owned(), "/somewhere".to_owned()];
            let child = Child::parse(words.into_iter());
            assert_eq!(child, Some(Child::new(kind, Path::new("/somewhere"))));
        }
        assert_eq!(Child::parse(["memcpy".to_owned()].into_iter()), None);
    }
}
