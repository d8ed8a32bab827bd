//! Types of a user's own that are keys by derive.

use std::num::NonZero;

use forebay_state::key::{Key, KeyReader, Place};
use forebay_store::ErrorKind;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use super::keys::numbers;
use super::kinds::kinds;
use super::{claims, keys};

#[derive(Key, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct UserId(String);

#[derive(Key, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Visit {
    user: UserId,
    place: Option<UserId>,
    number: u8,
}

#[derive(Key, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[key(crate = forebay_state)]
struct Pair<A, B: Clone>(A, B);

#[derive(Key, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Address {
    Nowhere,
    Box(u16),
    Street { name: String, house: String },
}

#[derive(Key, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Color {
    Red,
    Green,
}

fn user() -> impl Strategy<Value = UserId> {
    keys::text().prop_map(UserId)
}

fn visit() -> impl Strategy<Value = Visit> {
    (user(), prop::option::of(user()), numbers!(u8)).prop_map(|(user, place, number)| Visit {
        user,
        place,
        number,
    })
}

fn address() -> impl Strategy<Value = Address> {
    prop_oneof![
        Just(Address::Nowhere),
        numbers!(u16).prop_map(Address::Box),
        (keys::text(), keys::text()).prop_map(|(name, house)| Address::Street { name, house }),
    ]
}

fn color() -> impl Strategy<Value = Color> {
    prop_oneof![Just(Color::Red), Just(Color::Green)]
}

kinds! {
    newtype: UserId = user();
    with_names: Visit = visit();
    generic: Pair<String, u8> = (keys::text(), any::<u8>()).prop_map(|(a, b)| Pair(a, b));
    variants: Address = address();
    inner_variants: (Address, Color, Address) = (address(), color(), address());
}

#[test]
fn a_newtype_is_written_as_what_it_wraps() {
    assert_eq!(UserId::SHAPE, String::SHAPE);
    assert_eq!(claims::bytes_of(&UserId("a\0".to_owned()), Place::Last), b"a\0");
}

#[test]
fn a_struct_is_written_as_a_tuple() {
    assert_eq!(Visit::SHAPE.to_string(), "(text,option(text),u8)");
    assert_eq!(Pair::<UserId, NonZero<u8>>::SHAPE.to_string(), "(text,nonzero(u8))");
    let visit = Visit { user: UserId("a".to_owned()), place: None, number: 7 };
    assert_eq!(claims::bytes_of(&visit, Place::Last), b"a\0\0\0\x07");
}

#[test]
fn a_variant_is_written_as_its_place_and_its_fields() {
    assert_eq!(Address::SHAPE.to_string(), "{()|u16|(text,text)}");
    let street = Address::Street { name: "a".to_owned(), house: "b".to_owned() };
    assert_eq!(claims::bytes_of(&street, Place::Last), b"\x02a\0\0b");
    assert_eq!(claims::bytes_of(&Color::Green, Place::Inner), [1]);
}

#[test]
fn a_variant_that_is_not_is_damage() {
    let error = KeyReader::read::<Color>(&[2]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
}
