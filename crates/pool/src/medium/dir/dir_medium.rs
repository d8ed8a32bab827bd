//! The medium itself.

use std::cmp::Reverse;
use std::path::Path;
use std::sync::Arc;

use forebay_journal::disk::Directory;
use forebay_store::seam::Spawn;
use forebay_store::sync::Mutex;
use forebay_store::{ByteSize, Error, Result};

use super::builder::DirBuilder;
use super::site::Site;
use super::sweep::{Swept, remove_dead};
use crate::event::{Event, Watcher};
use crate::medium::teller::Teller;
use crate::medium::usage::is_tight;
use crate::medium::{Linkable, Medium, MediumTraits, Place, Reading, Usage, Writing};

/// Blobs in files of directories. What is in them ends with this medium, and with its process,
/// however that ends: the files have no names. Several media, of any processes, may share a directory.
///
/// Nothing in it is durable: after a power cut or a kill the next process that opens the directory finds a folder
/// with a lock at most, and removes it. A directory that has anything else in it is refused.
///
/// ```
/// use forebay_pool::{ByteSize, DirMedium, Pool};
///
/// # let directory = tempfile::tempdir().unwrap();
/// # let path = directory.path();
/// let spill = DirMedium::open(path)?;
/// let pool = Pool::builder().memory(ByteSize::mib(1)).spill(spill).build()?;
/// let handle = pool.insert(vec![7u8; 300_000]).wait()?;
/// assert!(handle.evict().wait()?); // It is on the disk only.
/// assert_eq!(handle.get().wait()?.len(), 300_000);
/// # Ok::<(), forebay_pool::Error>(())
/// ```
#[derive(Debug)]
pub struct DirMedium {
    sites: Vec<Site>,
    swept: Arc<Mutex<Swept>>,
    teller: Arc<Teller>,
}

impl DirMedium {
    const BLOB_MAX: u64 = 1 << 40;

    /// In one directory, which is made if need be.
    ///
    /// # Errors
    ///
    /// Those of [`DirBuilder::open`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::builder().dir(path).open()
    }

    /// In several directories, or with settings.
    pub fn builder() -> DirBuilder {
        DirBuilder::default()
    }

    /// Gives up what is kept on the disk only to be used again.
    pub fn trim(&self) {
        for site in &self.sites {
            site.trim();
        }
    }

    /// What was removed, until now, of processes that had died before this was opened.
    pub fn swept(&self) -> Swept {
        self.swept.lock().clone()
    }

    pub(super) fn of(
        sites: Vec<Site>,
        directories: Vec<Arc<dyn Directory>>,
        teller: Arc<Teller>,
        spawn: &dyn Spawn,
    ) -> Self {
        let swept = Arc::<Mutex<Swept>>::default();
        let (sum, told) = (Arc::clone(&swept), Arc::clone(&teller));
        spawn.run(Box::new(move || {
            for directory in directories {
                let removed = remove_dead(&*directory);
                sum.lock().add(removed.clone());
                tell_swept(&told, &*directory, &removed);
            }
        }));
        Self { sites, swept, teller }
    }

    /// The directories, the best for a new blob first: the one with the largest free share of its quota,
    /// and those that are left alone last.
    fn by_preference(&self) -> Vec<&Site> {
        if let [only] = &*self.sites {
            return vec![only];
        }
        let mut sites: Vec<_> = self.sites.iter().collect();
        sites.sort_by_cached_key(|site| {
            let (bytes, quota) = site.fill();
            let parts = quota.map_or(1 << 20, |quota| {
                let free = u128::from(quota.saturating_sub(bytes));
                (free << 20) / u128::from(quota.max(1))
            });
            (site.is_left(), Reverse(parts))
        });
        sites
    }

    fn site(&self, place: Place) -> Result<&Site> {
        let site = usize::try_from(place.part).ok().and_then(|part| self.sites.get(part));
        site.ok_or_else(|| Error::corrupt(format!("{place:?} is in no directory")))
    }
}

impl Medium for DirMedium {
    fn traits(&self) -> MediumTraits {
        let (blob_max, piece) = (Self::BLOB_MAX, 128 << 10);
        MediumTraits { blob_max, is_whole: false, piece, has_links: true, memory: 0 }
    }

    fn begin(&self, length: Option<u64>) -> Result<Box<dyn Writing + '_>> {
        if let Some(length) = length.filter(|length| *length > Self::BLOB_MAX) {
            return Err(Error::refused(format!("a blob of {length} bytes is too large")));
        }
        let mut failure = None;
        for site in self.by_preference() {
            match site.begin(length) {
                Ok(writing) => return Ok(writing),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        Err(failure.unwrap_or_else(|| Error::unavailable("there is no directory")))
    }

    fn reading(&self, place: Place) -> Result<Box<dyn Reading + '_>> {
        self.site(place)?.reading(place)
    }

    fn free(&self, place: Place) {
        if let Ok(site) = self.site(place) {
            site.free(place);
        }
    }

    fn free_now(&self, place: Place) -> bool {
        self.site(place).is_ok_and(|site| site.free_now(place))
    }

    fn usage(&self) -> Usage {
        let parts: Vec<_> = self.sites.iter().map(Site::usage).collect();
        Usage {
            bytes: parts.iter().map(|part| part.bytes).sum(),
            quota: parts.iter().map(|part| part.quota).sum(),
            blobs: parts.iter().map(|part| part.blobs).sum(),
            parts,
            ..Usage::default()
        }
    }

    fn bytes(&self) -> u64 {
        self.sites.iter().map(|site| site.fill().0).sum()
    }

    fn bytes_of(&self, place: Place) -> Option<u64> {
        self.site(place).ok()?.stock().bytes_of(place.file)
    }

    fn is_tight(&self) -> bool {
        let mut fills = self.sites.iter().map(Site::fill);
        fills.any(|(bytes, quota)| is_tight(bytes, quota))
    }

    fn trim(&self) {
        Self::trim(self);
    }

    fn file(&self, place: Place) -> Option<Linkable> {
        self.site(place).ok()?.nameable(place).map(Linkable)
    }

    fn watched_by(&self, watcher: Arc<dyn Watcher>) {
        self.teller.watched_by(&watcher);
    }
}

/// Says what was removed in a directory, if anything was.
fn tell_swept(teller: &Teller, directory: &dyn Directory, removed: &Swept) {
    let Swept { sessions, files, bytes, .. } = *removed;
    if sessions > 0 || files > 0 {
        let (part, bytes) = (directory.describe().into(), ByteSize::bytes(bytes));
        teller.tell(Event::SweptSession { part, sessions, files, bytes });
    }
}
