//! What a cache is to keep its unstored writes in: a journal of its own, or one that it shares.

use std::path::Path;
use std::sync::Arc;

use forebay_journal::Settings as JournalSettings;
use forebay_journal::disk::Directories;
use forebay_store::{Codec, Key, Postcard, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::start::Builder;
use crate::journal::JournalPlace;
use crate::tenant::CacheTenant;

impl<K: Key, V: Value> Builder<K, V> {
    /// Keeps writes behind in a journal, in a directory of its own, until they are stored: what was
    /// acknowledged at `Journaled` survives a `kill -9`, and at `Synced` a power cut. What an earlier
    /// process could not store is read from it when the cache is opened: it is dirty again, and
    /// readable at once.
    ///
    /// Keys and values are written in postcard's format; [`journal_with`](Self::journal_with) has
    /// others.
    pub fn journal(self, path: impl AsRef<Path>) -> Self
    where
        K: Serialize + DeserializeOwned,
        V: Serialize + DeserializeOwned,
    {
        self.journal_with(path, JournalSettings::default(), Postcard)
    }

    /// Keeps writes behind in a journal with these settings and this codec. The cache chooses the settings' label, and
    /// gives them its own seams. The codec must not call the cache: what is not stored is now and then written again, under
    /// a lock. See [`journal`](Self::journal).
    pub fn journal_with<C>(
        self,
        path: impl AsRef<Path>,
        settings: JournalSettings,
        codec: C,
    ) -> Self
    where
        C: Codec<K> + Codec<V>,
    {
        let place = JournalPlace::at_path(path.as_ref(), settings, codec);
        Self { journal: Some(place), ..self }
    }

    /// Keeps writes behind in a journal on a disk of the caller's: a simulated one, for example. See
    /// [`journal_with`](Self::journal_with).
    pub fn journal_in<C>(
        self,
        directories: impl Into<Directories>,
        settings: JournalSettings,
        codec: C,
    ) -> Self
    where
        C: Codec<K> + Codec<V>,
    {
        let place = JournalPlace::in_directory(directories.into(), settings, codec);
        Self { journal: Some(place), ..self }
    }

    /// A second directory, on another device, in which the journal goes on when its own fails or is
    /// full. It belongs to the journal from then on: unless the last close was in order, it must be
    /// given again. Without a journal it is an error.
    pub fn journal_second(self, path: impl AsRef<Path>) -> Self {
        Self { journal_second: Some(path.as_ref().to_owned()), ..self }
    }

    /// Makes the cache a tenant of this name in a [`SharedJournal`](forebay_journal::SharedJournal), instead
    /// of one with a journal of its own. See [`tenant_with`](Self::tenant_with) for another codec than
    /// postcard's.
    ///
    /// ```
    /// # use forebay_cache::{Cache, Settings};
    /// # use forebay_journal::disk::simulated::SimulatedDisk;
    /// # use forebay_journal::SharedJournal;
    /// # use forebay_store::MemoryStore;
    /// # let disk = SimulatedDisk::new(1);
    /// # let settings = forebay_journal::Settings::default();
    /// let tenant = |name: &str| {
    ///     let cache = Cache::<u64, String>::builder(MemoryStore::new());
    ///     cache.write_behind(Settings::default()).tenant(name)
    /// };
    /// let (mail, news) = SharedJournal::in_directory(disk.directory("a"), settings)
    ///     .open((tenant("mail"), tenant("news")))?;
    /// mail.put(1, "hello".to_owned()).wait()?;
    /// # drop(news);
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn tenant(self, name: impl Into<String>) -> CacheTenant<K, V>
    where
        K: Serialize + DeserializeOwned,
        V: Serialize + DeserializeOwned,
    {
        self.tenant_with(name, Postcard)
    }

    /// Makes the cache a tenant that writes its keys and values with this codec. See [`tenant`](Self::tenant).
    pub fn tenant_with<C>(self, name: impl Into<String>, codec: C) -> CacheTenant<K, V>
    where
        C: Codec<K> + Codec<V>,
    {
        CacheTenant::new(name.into(), self, Arc::new(codec))
    }
}
