//! What one writes by hand: ordered maps of the standard library behind a lock. No transaction, no
//! view that is held without stopping the writers.

use std::collections::BTreeMap;

use parking_lot::RwLock;

use super::subject::{Hand, Result, Subject};
use crate::contest::Suite;
use crate::people::{Batch, Person, Records};

#[derive(Default)]
struct Maps {
    texts: BTreeMap<String, Person>,
    numbers: BTreeMap<u64, Person>,
}

#[derive(Default)]
pub(crate) struct LockedMap(RwLock<Maps>);

impl Subject for LockedMap {
    fn fill(&self, records: Records) -> Result<()> {
        let mut maps = self.0.write();
        match records {
            Records::Texts(all) => maps.texts.extend(all),
            Records::Numbers(all) => maps.numbers.extend(all),
        }
        Ok(())
    }

    fn hand(&self) -> Result<Box<dyn Hand + '_>> {
        Ok(Box::new(Reading(&self.0)))
    }

    fn write(&self, records: Records) -> Result<()> {
        match records {
            Records::Texts(all) => {
                for (key, value) in all {
                    self.0.write().texts.insert(key, value);
                }
            }
            Records::Numbers(all) => {
                for (key, value) in all {
                    self.0.write().numbers.insert(key, value);
                }
            }
        }
        Ok(())
    }

    fn remove(&self, keys: Batch<'_>) -> Result<()> {
        let mut maps = self.0.write();
        match keys {
            Batch::Texts(keys) => keys.iter().for_each(|key| drop(maps.texts.remove(key))),
            Batch::Numbers(keys) => keys.iter().for_each(|key| drop(maps.numbers.remove(key))),
        }
        Ok(())
    }
}

struct Reading<'s>(&'s RwLock<Maps>);

impl Hand for Reading<'_> {
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
                    sum += self.0.read().numbers.get(key).map_or(0, |one| one.name.len());
                }
            }
        }
        Ok(sum)
    }

    fn range(&mut self, keys: Batch<'_>) -> Result<usize> {
        let mut sum = 0;
        match keys {
            Batch::Texts(keys) => {
                for key in keys {
                    let maps = self.0.read();
                    let range = maps.texts.range::<String, _>(key..).take(Suite::RANGE);
                    sum += range.map(|(_, one)| one.name.len()).sum::<usize>();
                }
            }
            Batch::Numbers(keys) => {
                for key in keys {
                    let maps = self.0.read();
                    let range = maps.numbers.range(key..).take(Suite::RANGE);
                    sum += range.map(|(_, one)| one.name.len()).sum::<usize>();
                }
            }
        }
        Ok(sum)
    }
}
