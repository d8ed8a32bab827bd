//! The records: people of five texts, and their keys.

use forebay_measure::mixed;
use serde::{Deserialize, Serialize};

/// The struct that everybody stores.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) phone: String,
    pub(crate) city: String,
    pub(crate) note: String,
}

impl Person {
    pub(crate) fn new(number: u64) -> Self {
        Self {
            name: format!("Person number {number}"),
            email: format!("person{number}@example.org"),
            phone: format!("555-{:07}", number % 10_000_000),
            city: format!("City {}", number % 1_000),
            note: "likes rivers".to_owned(),
        }
    }
}

/// The text key of a record.
pub(crate) fn text(number: u64) -> String {
    format!("user:{number:012}")
}

/// The number key of a record: a bijection, so that none comes twice.
pub(crate) fn number(number: u64) -> u64 {
    mixed(number)
}

/// The numbers of `count` records, in an order that looks random.
pub(crate) fn shuffled(count: usize) -> Vec<u64> {
    let mut numbers: Vec<u64> = (0..count as u64).collect();
    numbers.sort_unstable_by_key(|number| mixed(!number));
    numbers
}

/// What is asked for, in the order in which it is: keys of records that are there.
#[derive(Debug)]
pub(crate) enum Asked {
    Texts(Vec<String>),
    Numbers(Vec<u64>),
}

/// A part of it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Batch<'a> {
    Texts(&'a [String]),
    Numbers(&'a [u64]),
}

impl Asked {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Texts(texts) => texts.len(),
            Self::Numbers(numbers) => numbers.len(),
        }
    }

    /// The `count` keys from `at` on; it goes round.
    pub(crate) fn batch(&self, at: usize, count: usize) -> Batch<'_> {
        let at = at % (self.len() - count + 1);
        match self {
            Self::Texts(texts) => Batch::Texts(&texts[at..at + count]),
            Self::Numbers(numbers) => Batch::Numbers(&numbers[at..at + count]),
        }
    }
}

/// Records that are to be written.
#[derive(Debug)]
pub(crate) enum Records {
    Texts(Vec<(String, Person)>),
    Numbers(Vec<(u64, Person)>),
}

impl Records {
    pub(crate) fn texts(numbers: impl Iterator<Item = u64>) -> Self {
        Self::Texts(numbers.map(|at| (text(at), Person::new(at))).collect())
    }

    pub(crate) fn numbers(numbers: impl Iterator<Item = u64>) -> Self {
        Self::Numbers(numbers.map(|at| (number(at), Person::new(at))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_go_round_without_an_end() {
        let asked = Asked::Numbers((0..10).collect());
        for at in 0..100 {
            let Batch::Numbers(batch) = asked.batch(at, 4) else { panic!("they are numbers") };
            assert_eq!(batch.len(), 4);
        }
    }

    #[test]
    fn a_shuffle_has_every_number_once() {
        let mut shuffled = shuffled(1000);
        assert_ne!(shuffled[..10], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        shuffled.sort_unstable();
        assert!(shuffled.into_iter().eq(0..1000));
    }
}
