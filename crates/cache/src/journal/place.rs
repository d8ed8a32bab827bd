//! Where a cache's journal is, and how it is opened.

use std::path::Path;
use std::sync::Arc;

use forebay_journal::disk::{Directories, RealDirectory};
use forebay_journal::{Channel, Journal, Settings};
use forebay_store::{Codec, Error, Key, Result, Seams, Value};

use super::coder::Coder;
use super::fold::Fold;
use super::log::Log;
use crate::engine::Journaling;

/// The journal that a cache is to be opened over.
pub(crate) struct JournalPlace<K, V> {
    directories: Box<dyn FnOnce() -> Result<Directories> + Send>,
    settings: Settings,
    coder: Arc<dyn Coder<K, V>>,
}

impl<K: Key, V: Value> JournalPlace<K, V> {
    pub(crate) fn in_directory<C>(directories: Directories, settings: Settings, codec: C) -> Self
    where
        C: Codec<K> + Codec<V>,
    {
        Self { directories: Box::new(move || Ok(directories)), settings, coder: Arc::new(codec) }
    }

    /// The directory is opened, and made if need be, when the cache is.
    pub(crate) fn at_path<C>(path: &Path, settings: Settings, codec: C) -> Self
    where
        C: Codec<K> + Codec<V>,
    {
        let path = path.to_owned();
        let open = move || Ok(Directories::from(real(&path)?));
        Self { directories: Box::new(open), settings, coder: Arc::new(codec) }
    }

    /// The same with a second directory, which is opened with the first.
    pub(crate) fn with_second(self, path: &Path) -> Self {
        let path = path.to_owned();
        let open = move || Ok((self.directories)()?.with_second(real(&path)?));
        Self { directories: Box::new(open), ..self }
    }

    /// Opens the journal, and reads what is in it into `fold`.
    pub(crate) fn open(self, seams: &Seams, fold: &mut Fold) -> Result<Journaling<K, V>> {
        let label = self.coder.label();
        let settings = Settings { label, seams: seams.clone(), ..self.settings };
        let segment_bytes = settings.segment_bytes;
        let (journal, recovery) =
            Journal::open((self.directories)()?, settings, |number, record| {
                fold.take_at(number, record)
            })?;
        let log = Arc::new(Log::new(Channel::alone(journal), segment_bytes));
        Ok(Journaling { log, coder: self.coder, recovery })
    }
}

fn real(path: &Path) -> Result<Arc<RealDirectory>> {
    let directory = RealDirectory::open(path).map_err(|error| {
        let message = format!("open the directory of the journal, {}", path.display());
        Error::unavailable(message).with_source(error)
    })?;
    Ok(Arc::new(directory))
}
