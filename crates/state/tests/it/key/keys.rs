//! Keys to try, most of them near each other or near an edge.

use std::fmt::Debug;
use std::time::{Duration, SystemTime};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Any value, or one of these.
pub(super) fn near<T: Arbitrary + Clone + Debug + 'static>(
    edges: impl Into<Vec<T>>,
) -> impl Strategy<Value = T> {
    prop_oneof![any::<T>(), select(edges.into())]
}

macro_rules! numbers {
    ($type:ident) => {
        keys::near([$type::MIN, $type::MIN + 1, $type::MAX / 2, 0, 1, $type::MAX])
    };
}
pub(super) use numbers;

/// Short text with many zeros in it.
pub(super) fn text() -> impl Strategy<Value = String> {
    let edges = ['\0', '\0', '\u{1}', 'a', 'b', '\u{7f}', '\u{e9}', '\u{ffff}', '\u{10ffff}'];
    vec(near(edges), 0..6).prop_map(String::from_iter)
}

/// Text around the length that stays on the stack, and around that of a tail.
pub(super) fn long_text() -> impl Strategy<Value = String> {
    vec(select(vec!['\0', 'a']), 20..45).prop_map(String::from_iter)
}

pub(super) fn bytes() -> impl Strategy<Value = Vec<u8>> {
    vec(near([0, 0, 1, 0xFE, 0xFF]), 0..6)
}

pub(super) fn nanoseconds() -> impl Strategy<Value = u32> {
    prop_oneof![select(vec![0, 1, 999_999_999]), 0_u32..1_000_000_000]
}

pub(super) fn duration() -> impl Strategy<Value = Duration> {
    (near([0, 1, u64::MAX]), nanoseconds())
        .prop_map(|(seconds, nanoseconds)| Duration::new(seconds, nanoseconds))
}

/// Any time that the clock of this platform can hold.
pub(super) fn time() -> impl Strategy<Value = SystemTime> {
    let seconds = prop_oneof![near([i64::MIN, i64::MAX]), -3..3_i64];
    (seconds, nanoseconds()).prop_filter_map("no time here", |(seconds, nanoseconds)| {
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let from = if seconds < 0 {
            SystemTime::UNIX_EPOCH.checked_sub(whole)?
        } else {
            SystemTime::UNIX_EPOCH.checked_add(whole)?
        };
        from.checked_add(Duration::from_nanos(nanoseconds.into()))
    })
}

#[cfg(feature = "jiff")]
pub(super) fn timestamp() -> impl Strategy<Value = jiff::Timestamp> {
    let ends = [jiff::Timestamp::MIN, jiff::Timestamp::MAX].map(jiff::Timestamp::as_second);
    let seconds = prop_oneof![ends[0]..=ends[1], -3..3_i64, select(ends.to_vec())];
    (seconds, 0..1_000_000_000_i32)
        .prop_filter_map("no timestamp", |(seconds, over)| jiff::Timestamp::new(seconds, over).ok())
}

#[cfg(feature = "jiff")]
pub(super) fn date() -> impl Strategy<Value = jiff::civil::Date> {
    (prop_oneof![-9999..=9999_i16, -1..=1_i16], 1..=12_i8, 1..=31_i8)
        .prop_filter_map("no date", |(year, month, day)| {
            jiff::civil::Date::new(year, month, day).ok()
        })
}
