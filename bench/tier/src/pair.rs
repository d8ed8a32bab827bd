//! What the caches hold: numbers, or words with the bytes behind them.

use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

use forebay_measure::mixed;

/// A type of keys and one of values, and how both are made from a number.
pub(crate) trait Pair: Copy + Debug + Send + Sync + 'static {
    type Key: Hash + Eq + Ord + Clone + Debug + Send + Sync + 'static;
    type Value: Clone + Debug + Send + Sync + 'static;
    const SHAPE: Shape;

    fn key(number: u64) -> Self::Key;

    /// A value of its own, with whatever that takes from the allocator.
    fn value(key: &Self::Key) -> Self::Value;
}

/// Which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Numbers,
    Words,
}

impl Shape {
    pub(crate) const ALL: [Self; 2] = [Self::Numbers, Self::Words];

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Numbers => "numbers",
            Self::Words => "words",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Numbers => "`u64` to `u64`",
            Self::Words => "`String` of 21 to `Arc<[u8]>` of 100",
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbers;

impl Pair for Numbers {
    type Key = u64;
    type Value = u64;
    const SHAPE: Shape = Shape::Numbers;

    fn key(number: u64) -> u64 {
        mixed(number)
    }

    fn value(key: &u64) -> u64 {
        *key
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Words;

impl Pair for Words {
    type Key = String;
    type Value = Arc<[u8]>;
    const SHAPE: Shape = Shape::Words;

    fn key(number: u64) -> String {
        format!("user:{:016x}", mixed(number))
    }

    fn value(key: &String) -> Arc<[u8]> {
        let mut bytes = [b'.'; 100];
        bytes[..21].copy_from_slice(&key.as_bytes()[..21]);
        Arc::from(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_the_length_that_the_report_says() {
        let key = Words::key(7);
        assert_eq!((key.len(), Words::value(&key).len()), (21, 100));
    }
}
