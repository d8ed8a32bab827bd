//! How much a value has on the heap.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::ffi::OsString;
use std::path::PathBuf;

use bytes::Bytes;

/// How much a value has on the heap, without what stands in the value itself.
///
/// A type of your own sums up its [`Object::heap_bytes`](crate::Object::heap_bytes) from it. Rows, boxes,
/// strings and bytes are exact; maps and sets are estimates that follow from how the standard library
/// lays them out. What is behind an `Arc` has no answer here, because only its author knows where else it
/// is counted.
///
/// ```
/// use std::collections::{BTreeMap, HashMap};
///
/// use forebay_pool::HeapBytes;
///
/// assert_eq!(7_u64.on_heap(), 0);
/// assert_eq!(String::from("four").on_heap(), 4);
/// assert_eq!(vec![0_u32; 6].on_heap(), 24);
/// assert_eq!(Some(Box::new([1_u64; 2])).on_heap(), 16);
/// // Two rows of 24 bytes each, and what they hold.
/// assert_eq!(vec![vec![1_u8; 3], vec![2; 5]].on_heap(), 48 + 8);
/// assert_eq!((String::from("one"), 1, [String::from("three")]).on_heap(), 8);
///
/// let map: HashMap<u64, u64> = (0..1000).map(|n| (n, n)).collect();
/// assert!((16_000..64_000).contains(&map.on_heap()));
/// let map: BTreeMap<u64, u64> = (0..1000).map(|n| (n, n)).collect();
/// assert!((16_000..48_000).contains(&map.on_heap()));
/// ```
pub trait HeapBytes {
    /// Bytes on the heap, as far as they are its own.
    fn on_heap(&self) -> usize;
}

macro_rules! nothing {
    ($($flat:ty),*) => { $(
        impl HeapBytes for $flat {
            #[inline]
            fn on_heap(&self) -> usize {
                0
            }
        }
    )* };
}

nothing!(u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, f32, f64, bool, char, ());
nothing!(std::time::Duration, std::time::SystemTime, &'static str);

macro_rules! capacity {
    ($($text:ty),*) => { $(
        impl HeapBytes for $text {
            fn on_heap(&self) -> usize {
                self.capacity()
            }
        }
    )* };
}

capacity!(String, PathBuf, OsString);

impl HeapBytes for Bytes {
    fn on_heap(&self) -> usize {
        self.len()
    }
}

impl HeapBytes for Box<str> {
    fn on_heap(&self) -> usize {
        self.len()
    }
}

impl<T: HeapBytes> HeapBytes for Box<T> {
    fn on_heap(&self) -> usize {
        size_of::<T>() + (**self).on_heap()
    }
}

impl<T: HeapBytes> HeapBytes for Box<[T]> {
    fn on_heap(&self) -> usize {
        size_of_val::<[T]>(self) + sum(self.iter())
    }
}

impl<T: HeapBytes> HeapBytes for Vec<T> {
    fn on_heap(&self) -> usize {
        self.capacity() * size_of::<T>() + sum(self.iter())
    }
}

impl<T: HeapBytes> HeapBytes for VecDeque<T> {
    fn on_heap(&self) -> usize {
        self.capacity() * size_of::<T>() + sum(self.iter())
    }
}

impl<T: HeapBytes> HeapBytes for Option<T> {
    fn on_heap(&self) -> usize {
        self.as_ref().map_or(0, HeapBytes::on_heap)
    }
}

impl<T: HeapBytes, const N: usize> HeapBytes for [T; N] {
    fn on_heap(&self) -> usize {
        sum(self.iter())
    }
}

impl<K: HeapBytes, V: HeapBytes, S> HeapBytes for HashMap<K, V, S> {
    fn on_heap(&self) -> usize {
        let inner = self.iter().map(|(key, value)| key.on_heap() + value.on_heap());
        buckets::<(K, V)>(self.capacity()) + inner.sum::<usize>()
    }
}

impl<T: HeapBytes, S> HeapBytes for HashSet<T, S> {
    fn on_heap(&self) -> usize {
        buckets::<T>(self.capacity()) + sum(self.iter())
    }
}

impl<K: HeapBytes, V: HeapBytes> HeapBytes for BTreeMap<K, V> {
    fn on_heap(&self) -> usize {
        let inner = self.iter().map(|(key, value)| key.on_heap() + value.on_heap());
        nodes::<(K, V)>(self.len()) + inner.sum::<usize>()
    }
}

impl<T: HeapBytes> HeapBytes for BTreeSet<T> {
    fn on_heap(&self) -> usize {
        nodes::<T>(self.len()) + sum(self.iter())
    }
}

macro_rules! tuples {
    ($($($part:ident)+;)*) => { $(
        impl<$($part: HeapBytes),+> HeapBytes for ($($part,)+) {
            #[expect(non_snake_case, reason = "parts are called as their types")]
            fn on_heap(&self) -> usize {
                let ($($part,)+) = self;
                0 $(+ $part.on_heap())+
            }
        }
    )* };
}

tuples! { A; A B; A B C; A B C D; A B C D E; A B C D E F; }

fn sum<'a, T: HeapBytes + 'a>(values: impl Iterator<Item = &'a T>) -> usize {
    values.map(HeapBytes::on_heap).sum()
}

/// A hash table has a power of two of buckets, filled to seven eighths, and a byte beside each.
fn buckets<T>(capacity: usize) -> usize {
    if capacity == 0 {
        return 0;
    }
    let buckets = capacity.saturating_mul(8).div_ceil(7).next_power_of_two();
    buckets * (size_of::<T>() + 1) + 16
}

/// A tree has nodes for eleven entries, which are filled to two thirds as a rule.
fn nodes<T>(entries: usize) -> usize {
    let leaf = 11 * size_of::<T>() + 16;
    entries.div_ceil(7) * (leaf + 16)
}
