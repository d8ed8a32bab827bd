//! Takes one blob on its way into an archive.

use std::sync::Arc;

use forebay_store::sync::Mutex;
use forebay_store::{Error, Result};

use super::super::files::Files;
use super::known_files::Name;
use super::new_file::NewFile;
use crate::blob::HEAD;
use crate::inner::Inner;
use crate::medium::{Medium, MediumTraits, Place, Reading, Usage, Writing};

/// Takes one blob: a small one is gathered in memory, for a pack; another one goes to a file of its own.
#[derive(Debug)]
pub(crate) struct Intake {
    pool: Arc<Inner>,
    files: Arc<Files>,
    name: Name,
    small_max: u64,
    taken: Mutex<Option<Taken>>,
}

/// A blob that was taken.
#[derive(Debug)]
pub(crate) enum Taken {
    /// Head and payload.
    Small(Vec<u8>),
    /// It is in a file, and not synced.
    File(NewFile),
}

impl Intake {
    /// Payloads up to `small_max` are small, unless that is 0.
    pub(crate) fn new(pool: &Arc<Inner>, files: &Arc<Files>, name: Name, small_max: u64) -> Self {
        let (pool, files) = (Arc::clone(pool), Arc::clone(files));
        Self { pool, files, name, small_max, taken: Mutex::new(None) }
    }

    /// What was taken.
    pub(crate) fn finish(self) -> Result<Taken> {
        self.taken.into_inner().ok_or_else(|| Error::refused("nothing was written"))
    }

    fn file(&self) -> Result<NewFile> {
        NewFile::begin(&self.files, self.name.0, self.name.1)
    }
}

impl Medium for Intake {
    fn traits(&self) -> MediumTraits {
        let (blob_max, piece) = (1 << 40, 1 << 19);
        MediumTraits { blob_max, is_whole: false, piece, has_links: false, memory: 0 }
    }

    fn begin(&self, length: Option<u64>) -> Result<Box<dyn Writing + '_>> {
        let is_small = self.small_max > 0 && length.is_none_or(|length| length <= self.small_max);
        let taken = if is_small {
            let length = usize::try_from(length.unwrap_or(0)).unwrap_or(0);
            let mut bytes = Vec::with_capacity(HEAD + length);
            bytes.resize(HEAD, 0);
            Taken::Small(bytes)
        } else {
            Taken::File(self.file()?)
        };
        Ok(Box::new(Begun { to: self, taken }))
    }

    fn reading(&self, _place: Place) -> Result<Box<dyn Reading + '_>> {
        Err(Error::unsupported("it is only written"))
    }

    fn free(&self, _place: Place) {}

    fn usage(&self) -> Usage {
        Usage::default()
    }
}

struct Begun<'a> {
    to: &'a Intake,
    taken: Taken,
}

impl Writing for Begun<'_> {
    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.to.pool.check_goes_on()?;
        if let Taken::Small(gathered) = &mut self.taken {
            let length = (gathered.len() - HEAD + bytes.len()) as u64;
            if length <= self.to.small_max {
                gathered.extend_from_slice(bytes);
                return Ok(());
            }
            // It was not known before how long it would be.
            let mut file = self.to.file()?;
            file.put(&gathered[HEAD..])?;
            self.taken = Taken::File(file);
        }
        match &mut self.taken {
            Taken::File(file) => file.put(bytes),
            Taken::Small(_) => Ok(()),
        }
    }

    fn offset(&self) -> u32 {
        128
    }

    fn seal(mut self: Box<Self>, head: &[u8; HEAD]) -> Result<Place> {
        let length = match &mut self.taken {
            Taken::Small(gathered) => {
                gathered[..HEAD].copy_from_slice(head);
                gathered.len() as u64
            }
            Taken::File(file) => {
                file.put_head(head)?;
                file.length()
            }
        };
        *self.to.taken.lock() = Some(self.taken);
        Ok(Place { part: 0, file: 0, at: 0, length })
    }
}
