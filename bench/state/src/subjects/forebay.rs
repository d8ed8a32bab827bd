//! Forebay's state in memory, and with its log: read through `read()` or through a `Reader`, ordered or
//! by hash.

use std::path::Path;

use forebay_state::snapshot::SnapshotSettings;
use forebay_state::{Reader, State};
use forebay_store::Durability;

use super::shop::{HashShop, Shop};
use super::subject::{Hand, Result, Subject};
use crate::contest::Suite;
use crate::people::{Batch, Records};

pub(crate) struct Forebay {
    state: State<Shop>,
    /// Whether its threads read through a `Reader`.
    readers: bool,
}

impl Forebay {
    pub(crate) fn memory(readers: bool) -> Self {
        Self { state: State::memory(), readers }
    }

    /// Transactions are answered before the log has them, and no snapshot shortens it: as etchdb's, that
    /// both may be compared.
    pub(crate) fn with_log(folder: &Path, readers: bool) -> Result<Self> {
        let mut snapshots = SnapshotSettings::default();
        snapshots.bytes_min = u64::MAX;
        let builder = State::builder(folder.join("state")).snapshots(snapshots);
        Ok(Self { state: builder.rung(Durability::Memory).open()?, readers })
    }
}

pub(crate) struct ForebayHash {
    state: State<HashShop>,
    readers: bool,
}

impl ForebayHash {
    pub(crate) fn memory(readers: bool) -> Self {
        Self { state: State::memory(), readers }
    }
}

/// What differs in nothing but the type of the tables.
macro_rules! changes {
    ($self:ident, $state:expr) => {
        fn fill(&$self, records: Records) -> Result<()> {
            match records {
                Records::Texts(all) => chunks(all, |some| {
                    $state.write(|tx| some.into_iter().try_for_each(|(key, value)| tx.texts.put(key, value)))
                }),
                Records::Numbers(all) => chunks(all, |some| {
                    $state.write(|tx| some.into_iter().try_for_each(|(key, value)| tx.numbers.put(key, value)))
                }),
            }
        }

        fn write(&$self, records: Records) -> Result<()> {
            match records {
                Records::Texts(all) => {
                    for (key, value) in all {
                        $state.write(|tx| tx.texts.put(key, value))?;
                    }
                }
                Records::Numbers(all) => {
                    for (key, value) in all {
                        $state.write(|tx| tx.numbers.put(key, value))?;
                    }
                }
            }
            Ok(())
        }

        fn remove(&$self, keys: Batch<'_>) -> Result<()> {
            match keys {
                Batch::Texts(keys) => chunks(keys.to_vec(), |some| {
                    $state.write(|tx| Ok(some.into_iter().for_each(|key| drop(tx.texts.take(&key)))))
                }),
                Batch::Numbers(keys) => chunks(keys.to_vec(), |some| {
                    $state.write(|tx| Ok(some.into_iter().for_each(|key| drop(tx.numbers.take(&key)))))
                }),
            }
        }
    };
}

/// Gives `f` a few at a time. After one great transaction both trees of the state share everything,
/// and what is touched next is copied first, once; here the state is to be as after a while of work.
fn chunks<T>(all: Vec<T>, mut f: impl FnMut(Vec<T>) -> forebay_store::Result<()>) -> Result<()> {
    let mut all = all.into_iter().peekable();
    while all.peek().is_some() {
        f(all.by_ref().take(50).collect())?;
    }
    Ok(())
}

impl Subject for Forebay {
    changes!(self, self.state);

    fn hand(&self) -> Result<Box<dyn Hand + '_>> {
        Ok(if self.readers {
            Box::new(Through(self.state.reader()))
        } else {
            Box::new(Plain(&self.state))
        })
    }
}

impl Subject for ForebayHash {
    changes!(self, self.state);

    fn hand(&self) -> Result<Box<dyn Hand + '_>> {
        Ok(if self.readers {
            Box::new(HashedThrough(self.state.reader()))
        } else {
            Box::new(Hashed(&self.state))
        })
    }
}

/// What differs in nothing but what is asked for a view.
macro_rules! reads {
    () => {
        fn read(&mut self, keys: Batch<'_>) -> Result<usize> {
            let mut sum = 0;
            match keys {
                Batch::Texts(keys) => {
                    for key in keys {
                        sum +=
                            self.0.read().texts.get(key.as_str()).map_or(0, |one| one.name.len());
                    }
                }
                Batch::Numbers(keys) => {
                    for key in keys {
                        sum += self.0.read().numbers.get(key).map_or(0, |one| one.name.len());
                    }
                }
            }
            Ok(sum)
        }
    };
}

struct Plain<'s>(&'s State<Shop>);

impl Hand for Plain<'_> {
    reads!();

    fn range(&mut self, keys: Batch<'_>) -> Result<usize> {
        let mut sum = 0;
        match keys {
            Batch::Texts(keys) => {
                for key in keys {
                    let view = self.0.read();
                    let range = view.texts.range::<String>(key..).take(Suite::RANGE);
                    sum += range.map(|(_, one)| one.name.len()).sum::<usize>();
                }
            }
            Batch::Numbers(keys) => {
                for key in keys {
                    let view = self.0.read();
                    let range = view.numbers.range::<u64>(key..).take(Suite::RANGE);
                    sum += range.map(|(_, one)| one.name.len()).sum::<usize>();
                }
            }
        }
        Ok(sum)
    }
}

struct Through(Reader<Shop>);

impl Hand for Through {
    reads!();
}

struct Hashed<'s>(&'s State<HashShop>);

impl Hand for Hashed<'_> {
    reads!();
}

struct HashedThrough(Reader<HashShop>);

impl Hand for HashedThrough {
    reads!();
}
