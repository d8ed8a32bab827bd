//! Keys: their bytes in the order of the keys.
//!
//! The bytes are described in `docs/format/state-keys.md`. [`Key`] is what a type must be to be the
//! key of a table; [`KeyBytes`] and [`KeyReader`] are the two sides of its encoding; [`Seek`] and
//! [`PrefixOf`] are what a table is asked with.
//!
//! ```
//! use forebay_state::key::{KeyBytes, KeyReader};
//!
//! # fn main() -> forebay_store::Result<()> {
//! let bytes = KeyBytes::of(&("al".to_owned(), 7_u16))?;
//! assert_eq!(bytes.as_bytes(), [b'a', b'l', 0, 0, 0, 7]);
//! let (name, number) = KeyReader::read::<(String, u16)>(bytes.as_bytes())?;
//! assert_eq!((name.as_str(), number), ("al", 7));
//! # Ok(())
//! # }
//! ```

#[expect(clippy::module_inception, reason = "the folder is about keys, the file is what a key is")]
mod key;

mod bytes;
mod place;
mod prefix;
mod reader;
mod seek;
mod shape;
mod shown;
mod tail;

mod array;
#[cfg(feature = "jiff")]
mod calendar;
mod net;
mod number;
mod option;
mod reverse;
mod scalar;
mod text;
mod time;
mod tuple;
#[cfg(feature = "uuid")]
mod uuid;

pub use self::bytes::{KEY_MAX, KeyBytes};
pub use forebay_state_derive::Key;
/// For the code that the derive makes.
#[doc(hidden)]
pub use forebay_store::{Error, Result};
pub use key::Key;
pub use place::Place;
pub use prefix::PrefixOf;
pub use reader::KeyReader;
pub use seek::Seek;
pub use shape::Shape;
pub(crate) use shown::shown;
pub use tail::Tail;
