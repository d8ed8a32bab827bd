//! Whole numbers: big-endian, so that the most significant byte decides first.

use std::num::NonZero;

use forebay_store::{Error, Result};

use super::{Key, KeyBytes, KeyReader, Place, Shape};

/// `flip` is what makes the lowest value all zeros: the sign bit, or nothing.
macro_rules! numbers {
    ($($type:ident flip $flip:expr),* $(,)?) => {$(
        impl Key for $type {
            type Tail = ();
            const SHAPE: Shape = Shape::Named { name: stringify!($type) };

            #[inline]
            fn encode(&self, _: Place, out: &mut KeyBytes) {
                out.extend(&(*self ^ $flip).to_be_bytes());
            }

            fn decode(bytes: &mut KeyReader<'_>, _: Place) -> Result<Self> {
                Ok(Self::from_be_bytes(bytes.array()?) ^ $flip)
            }

            #[inline]
            fn with_encoded<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R {
                read(&(*self ^ $flip).to_be_bytes())
            }
        }
    )*};
}

numbers! {
    u8 flip 0, u16 flip 0, u32 flip 0, u64 flip 0, u128 flip 0,
    i8 flip i8::MIN, i16 flip i16::MIN, i32 flip i32::MIN, i64 flip i64::MIN, i128 flip i128::MIN,
}

/// Numbers of the machine's own width, written with 64 bits everywhere.
macro_rules! machine_numbers {
    ($($type:ident as $wide:ident),*) => {$(
        impl Key for $type {
            type Tail = ();
            const SHAPE: Shape = <$wide as Key>::SHAPE;

            #[inline]
            fn encode(&self, place: Place, out: &mut KeyBytes) {
                (*self as $wide).encode(place, out);
            }

            fn decode(bytes: &mut KeyReader<'_>, place: Place) -> Result<Self> {
                Self::try_from($wide::decode(bytes, place)?).map_err(|error| {
                    Error::unsupported("this machine's numbers are too short for a key")
                        .with_source(error)
                })
            }

            #[inline]
            fn with_encoded<R>(&self, read: impl FnOnce(&[u8]) -> R) -> R {
                (*self as $wide).with_encoded(read)
            }
        }
    )*};
}

machine_numbers!(usize as u64, isize as i64);

macro_rules! nonzero_numbers {
    ($($type:ident)*) => {$(
        impl Key for NonZero<$type> {
            type Tail = ();
            const SHAPE: Shape = Shape::Of { name: "nonzero", of: &<$type as Key>::SHAPE };

            #[inline]
            fn encode(&self, place: Place, out: &mut KeyBytes) {
                self.get().encode(place, out);
            }

            fn decode(bytes: &mut KeyReader<'_>, place: Place) -> Result<Self> {
                Self::new($type::decode(bytes, place)?)
                    .ok_or_else(|| Error::corrupt("a zero in a key that has none"))
            }
        }
    )*};
}

nonzero_numbers!(u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize);
