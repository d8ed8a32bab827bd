//! etchdb: maps behind a lock. Two versions of it: the newest, and the one whose writes in memory do
//! not copy the state. The newest has maps by hash, too.

use std::path::Path;

use super::subject::{Hand, Result, Subject};
use crate::people::{Batch, Records};

/// One version of it, all of a module.
macro_rules! version {
    ($krate:ident, $ok:ident, $map:ident, $range:ident) => {
        use std::collections::$map;

        use serde::{Deserialize, Serialize};
        use $krate::{Backend, Replayable, Store, Transactable};

        use crate::people::{Batch, Person, Records};
        use crate::subjects::subject::{Hand, Result};

        #[derive(Clone, Debug, Default, Serialize, Deserialize, Replayable, Transactable)]
        pub(crate) struct State {
            #[etch(collection = 0)]
            pub(crate) texts: $map<String, Person>,
            #[etch(collection = 1)]
            pub(super) numbers: $map<u64, Person>,
        }

        pub(super) fn fill<B: Backend<State>>(
            store: &Store<State, B>,
            records: Records,
        ) -> Result<()> {
            store.write(|tx| {
                match records {
                    Records::Texts(all) => {
                        for (key, value) in all {
                            $ok!(tx.texts.put(key, value));
                        }
                    }
                    Records::Numbers(all) => {
                        for (key, value) in all {
                            $ok!(tx.numbers.put(key, value));
                        }
                    }
                }
                Ok(())
            })?;
            Ok(())
        }

        pub(super) fn write<B: Backend<State>>(
            store: &Store<State, B>,
            records: Records,
        ) -> Result<()> {
            match records {
                Records::Texts(all) => {
                    for (key, value) in all {
                        store.write(|tx| {
                            $ok!(tx.texts.put(key, value));
                            Ok(())
                        })?;
                    }
                }
                Records::Numbers(all) => {
                    for (key, value) in all {
                        store.write(|tx| {
                            $ok!(tx.numbers.put(key, value));
                            Ok(())
                        })?;
                    }
                }
            }
            Ok(())
        }

        pub(super) fn remove<B: Backend<State>>(
            store: &Store<State, B>,
            keys: Batch<'_>,
        ) -> Result<()> {
            store.write(|tx| {
                match keys {
                    Batch::Texts(keys) => {
                        for key in keys {
                            tx.texts.delete(key);
                        }
                    }
                    Batch::Numbers(keys) => {
                        for key in keys {
                            tx.numbers.delete(key);
                        }
                    }
                }
                Ok(())
            })?;
            Ok(())
        }

        pub(super) struct Reading<'s, B: Backend<State>>(pub(super) &'s Store<State, B>);

        impl<B: Backend<State>> Hand for Reading<'_, B> {
            fn read(&mut self, keys: Batch<'_>) -> Result<usize> {
                let mut sum = 0;
                match keys {
                    Batch::Texts(keys) => {
                        for key in keys {
                            sum += self.0.read().texts.get(key).map_or(0, |one| one.name.len());
                        }
                    }
                    Batch::Numbers(keys) => {
                        for key in keys {
                            let state = self.0.read();
                            sum += state.numbers.get(key).map_or(0, |one| one.name.len());
                        }
                    }
                }
                Ok(sum)
            }

            $range!();
        }
    };
}

/// The ranges of maps that have an order.
macro_rules! ranges {
    () => {
        fn range(&mut self, keys: Batch<'_>) -> Result<usize> {
            let mut sum = 0;
            match keys {
                Batch::Texts(keys) => {
                    for key in keys {
                        let state = self.0.read();
                        let range = state
                            .texts
                            .range::<String, _>(key..)
                            .take(crate::contest::Suite::RANGE);
                        sum += range.map(|(_, one)| one.name.len()).sum::<usize>();
                    }
                }
                Batch::Numbers(keys) => {
                    for key in keys {
                        let state = self.0.read();
                        let range = state.numbers.range(key..).take(crate::contest::Suite::RANGE);
                        sum += range.map(|(_, one)| one.name.len()).sum::<usize>();
                    }
                }
            }
            Ok(sum)
        }
    };
}

macro_rules! no_ranges {
    () => {};
}

macro_rules! may_fail {
    ($done:expr) => {
        $done?
    };
}

macro_rules! cannot_fail {
    ($done:expr) => {
        $done
    };
}

mod hashed;
pub(super) mod six;
mod three;

/// A version in memory.
macro_rules! in_memory {
    ($name:ident, $krate:ident, $version:ident) => {
        pub(crate) struct $name(::$krate::Store<$version::State>);

        impl $name {
            pub(crate) fn memory() -> Self {
                Self(::$krate::Store::memory())
            }
        }

        impl Subject for $name {
            fn fill(&self, records: Records) -> Result<()> {
                $version::fill(&self.0, records)
            }

            fn hand(&self) -> Result<Box<dyn Hand + '_>> {
                Ok(Box::new($version::Reading(&self.0)))
            }

            fn write(&self, records: Records) -> Result<()> {
                $version::write(&self.0, records)
            }

            fn remove(&self, keys: Batch<'_>) -> Result<()> {
                $version::remove(&self.0, keys)
            }
        }
    };
}

in_memory!(Etchdb3, etchdb_0_3, three);
in_memory!(Etchdb6Hash, etchdb, hashed);

pub(crate) enum Etchdb6 {
    Memory(::etchdb::Store<six::State>),
    Log(::etchdb::Store<six::State, ::etchdb::WalBackend<six::State>>),
}

impl Etchdb6 {
    pub(crate) fn memory() -> Self {
        Self::Memory(::etchdb::Store::memory())
    }

    /// As serves it best: syncs are grouped, and it never copies the state to shorten the log.
    pub(crate) fn with_log(folder: &Path) -> Result<Self> {
        let mut store = ::etchdb::Store::open_wal(folder.join("etchdb"))?;
        let interval = std::time::Duration::from_millis(10);
        store.set_flush_policy(::etchdb::FlushPolicy::Grouped { interval });
        store.set_snapshot_threshold(u64::MAX);
        Ok(Self::Log(store))
    }
}

impl Subject for Etchdb6 {
    fn fill(&self, records: Records) -> Result<()> {
        match self {
            Self::Memory(store) => six::fill(store, records),
            Self::Log(store) => six::fill(store, records),
        }
    }

    fn hand(&self) -> Result<Box<dyn Hand + '_>> {
        Ok(match self {
            Self::Memory(store) => Box::new(six::Reading(store)),
            Self::Log(store) => Box::new(six::Reading(store)),
        })
    }

    fn write(&self, records: Records) -> Result<()> {
        match self {
            Self::Memory(store) => six::write(store, records),
            Self::Log(store) => six::write(store, records),
        }
    }

    fn remove(&self, keys: Batch<'_>) -> Result<()> {
        match self {
            Self::Memory(store) => six::remove(store, keys),
            Self::Log(store) => six::remove(store, keys),
        }
    }
}
