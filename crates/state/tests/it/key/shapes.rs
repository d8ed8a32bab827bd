//! The text of a shape says what the bytes are made of.

use std::cmp::Reverse;
use std::num::NonZero;
use std::sync::Arc;

use forebay_state::key::Key;

fn shape<K: Key>() -> String {
    K::SHAPE.to_string()
}

#[test]
fn the_text_of_a_shape_is_that_of_the_format() {
    assert_eq!(shape::<u64>(), "u64");
    assert_eq!(shape::<Vec<u8>>(), "bytes");
    assert_eq!(shape::<NonZero<i16>>(), "nonzero(i16)");
    assert_eq!(shape::<(u64, String)>(), "(u64,text)");
    assert_eq!(shape::<[Option<char>; 3]>(), "[option(char);3]");
    assert_eq!(shape::<((bool, u8), Reverse<String>)>(), "((bool,u8),reverse(text))");
}

#[test]
fn types_with_the_same_bytes_have_the_same_shape() {
    assert_eq!(Arc::<str>::SHAPE, String::SHAPE);
    assert_eq!(usize::SHAPE, u64::SHAPE);
    assert_eq!(<(u8,)>::SHAPE, u8::SHAPE);
}

#[test]
fn types_with_other_bytes_have_another_shape() {
    assert_ne!(i64::SHAPE, u64::SHAPE);
    assert_ne!(<[u8; 16]>::SHAPE, u128::SHAPE);
    assert_ne!(<(u8, u16)>::SHAPE, <(u16, u8)>::SHAPE);
    assert_ne!(NonZero::<u8>::SHAPE, u8::SHAPE);
    assert_ne!(Option::<u8>::SHAPE, Reverse::<u8>::SHAPE);
    assert_ne!(<((u8, u8), u8)>::SHAPE, <(u8, u8, u8)>::SHAPE);
}
