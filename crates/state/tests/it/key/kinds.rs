//! Every kind of key: its bytes are in order, are read again, and nothing else is taken for them.

use std::cmp::Reverse;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::NonZero;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use forebay_state::key::Place;
use forebay_store::seam::WallTime;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::keys::numbers;
use super::{claims, keys};

macro_rules! kinds {
    ($($name:ident: $type:ty = $keys:expr;)+) => {$(
        mod $name {
            use super::*;

            proptest! {
                #[test]
                fn the_bytes_are_in_the_order_of_the_keys(a in $keys, b in $keys) {
                    claims::check_order::<$type>(&a, &b)?;
                }

                #[test]
                fn a_tail_tells_no_lie(a in $keys, b in $keys) {
                    claims::check_tails::<$type>(&a, &b)?;
                    claims::check_tails::<$type>(&a, &a.clone())?;
                }

                #[test]
                fn what_was_written_is_read(key in $keys, after in keys::bytes()) {
                    claims::check_round_trip::<$type>(&key, &after)?;
                }

                #[test]
                fn any_bytes_are_one_key_or_damage(bytes in vec(any::<u8>(), 0..40)) {
                    claims::check_canonical::<$type>(&bytes)?;
                }

                #[test]
                fn changed_bytes_are_another_key_or_damage(
                    key in $keys,
                    at in any::<Index>(),
                    byte in keys::near([0, 1, 0xFF]),
                    cut in any::<bool>(),
                ) {
                    let mut bytes = claims::bytes_of::<$type>(&key, Place::Last);
                    bytes.push(byte);
                    let at = at.index(bytes.len());
                    bytes[at] = byte;
                    bytes.truncate(if cut { at } else { bytes.len() - 1 });
                    claims::check_canonical::<$type>(&bytes)?;
                }
            }
        }
    )+};
}
pub(super) use kinds;

kinds! {
    number_u8: u8 = numbers!(u8);
    number_u16: u16 = numbers!(u16);
    number_u32: u32 = numbers!(u32);
    number_u64: u64 = numbers!(u64);
    number_u128: u128 = numbers!(u128);
    number_usize: usize = numbers!(usize);
    number_i8: i8 = numbers!(i8);
    number_i16: i16 = numbers!(i16);
    number_i32: i32 = numbers!(i32);
    number_i64: i64 = numbers!(i64);
    number_i128: i128 = numbers!(i128);
    number_isize: isize = numbers!(isize);
    nonzero_u8: NonZero<u8> = any::<NonZero<u8>>();
    nonzero_i8: NonZero<i8> = any::<NonZero<i8>>();
    nonzero_u64: NonZero<u64> = any::<NonZero<u64>>();
    nonzero_i128: NonZero<i128> = any::<NonZero<i128>>();
    boolean: bool = any::<bool>();
    character: char = keys::near(['\0', 'a', '\u{d7ff}', '\u{e000}', char::MAX]);
    text: String = keys::text();
    long_text: String = keys::long_text();
    boxed_text: Box<str> = keys::text().prop_map(Box::from);
    shared_text: Arc<str> = keys::text().prop_map(Arc::from);
    vector: Vec<u8> = keys::bytes();
    boxed_bytes: Box<[u8]> = keys::bytes().prop_map(Box::from);
    shared_bytes: Arc<[u8]> = keys::bytes().prop_map(Arc::from);
    counted_bytes: Bytes = keys::bytes().prop_map(Bytes::from);
    ipv4: Ipv4Addr = any::<Ipv4Addr>();
    ipv6: Ipv6Addr = any::<Ipv6Addr>();
    ip: IpAddr = any::<IpAddr>();
    socket_v4: SocketAddrV4 = any::<SocketAddrV4>();
    socket_v6: SocketAddrV6 = any::<SocketAddrV6>();
    socket: SocketAddr = any::<SocketAddr>();
    duration: Duration = keys::duration();
    time: SystemTime = keys::time();
    wall_time: WallTime = numbers!(u64).prop_map(WallTime);
    option: Option<String> = prop::option::of(keys::text());
    nested_option: Option<Option<u8>> = prop::option::of(prop::option::of(any::<u8>()));
    array_of_bytes: [u8; 4] = any::<[u8; 4]>();
    array_of_nothing: [u8; 0] = Just([]);
    array_of_text: [String; 3] = [keys::text(), keys::text(), keys::text()];
    reversed_number: Reverse<i16> = numbers!(i16).prop_map(Reverse);
    reversed_text: Reverse<String> = keys::text().prop_map(Reverse);
    twice_reversed: Reverse<Reverse<String>> = keys::text().prop_map(Reverse).prop_map(Reverse);
    alone: (String,) = (keys::text(),);
    pair: (String, u8) = (keys::text(), numbers!(u8));
    pair_of_texts: (String, String) = (keys::text(), keys::text());
    pair_of_long_texts: (String, String) = (keys::long_text(), keys::long_text());
    pair_of_bytes: (Vec<u8>, Vec<u8>) = (keys::bytes(), keys::bytes());
    triple: (bool, Option<String>, i16) =
        (any::<bool>(), prop::option::of(keys::text()), numbers!(i16));
    in_another: ((String, Vec<u8>), [String; 2], u8) =
        ((keys::text(), keys::bytes()), [keys::text(), keys::text()], any::<u8>());
    newest_first: (String, Reverse<(u8, String)>, String) =
        (keys::text(), (0..2_u8, keys::text()).prop_map(Reverse), keys::text());
    four: (u8, u8, String, u8) = (0..2_u8, 0..2_u8, keys::text(), 0..2_u8);
    five: (u8, u8, u8, String, u8) = (0..2_u8, 0..2_u8, 0..2_u8, keys::text(), 0..2_u8);
    six: (u8, u8, u8, u8, String, u8) =
        (0..2_u8, 0..2_u8, 0..2_u8, 0..2_u8, keys::text(), 0..2_u8);
    seven: (u8, u8, u8, u8, u8, String, u8) =
        (0..2_u8, 0..2_u8, 0..2_u8, 0..2_u8, 0..2_u8, keys::text(), 0..2_u8);
    eight: (u8, u8, u8, u8, u8, u8, String, String) =
        (0..2_u8, 0..2_u8, 0..2_u8, 0..2_u8, 0..2_u8, 0..2_u8, keys::text(), keys::text());
}

#[cfg(feature = "uuid")]
kinds! {
    unique_id: uuid::Uuid = numbers!(u128).prop_map(uuid::Uuid::from_u128);
}

#[cfg(feature = "jiff")]
kinds! {
    timestamp: jiff::Timestamp = keys::timestamp();
    date: jiff::civil::Date = keys::date();
}
