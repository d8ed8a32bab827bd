//! The floor of a point read: a map of boxes that nobody may write once it is filled. It has no lock, no
//! transactions and no views; the threads only share it.

use std::collections::HashMap;
use std::sync::OnceLock;

use foldhash::fast::RandomState;

use super::subject::{Hand, Result, Subject};
use crate::people::{Batch, Person, Records};

#[derive(Default)]
pub(crate) struct Floor(OnceLock<Maps>);

#[derive(Default)]
struct Maps {
    texts: HashMap<String, Box<Person>, RandomState>,
    numbers: HashMap<u64, Box<Person>, RandomState>,
}

impl Subject for Floor {
    fn fill(&self, records: Records) -> Result<()> {
        let mut maps = Maps::default();
        match records {
            Records::Texts(all) => {
                maps.texts.extend(all.into_iter().map(|(key, one)| (key, Box::new(one))));
            }
            Records::Numbers(all) => {
                maps.numbers.extend(all.into_iter().map(|(key, one)| (key, Box::new(one))));
            }
        }
        self.0.set(maps).map_err(|_| "it is filled once".into())
    }

    fn hand(&self) -> Result<Box<dyn Hand + '_>> {
        Ok(Box::new(self.0.get().ok_or("it is not filled")?))
    }
}

impl Hand for &Maps {
    fn read(&mut self, keys: Batch<'_>) -> Result<usize> {
        let mut sum = 0;
        match keys {
            Batch::Texts(keys) => {
                for key in keys {
                    sum += self.texts.get(key).map_or(0, |one| one.name.len());
                }
            }
            Batch::Numbers(keys) => {
                for key in keys {
                    sum += self.numbers.get(key).map_or(0, |one| one.name.len());
                }
            }
        }
        Ok(sum)
    }
}
