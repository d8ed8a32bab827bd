//! The derives of `forebay-state`, which exports them beside their traits.
//!
//! [`Key`](macro@Key) is read in `key.rs`; `components.rs` is a struct or a variant in it.

mod components;
mod key;
mod place;

use proc_macro::TokenStream;
use syn::{DeriveInput, Error, parse_macro_input};

/// Makes a newtype, a struct or an enum of keys a key.
///
/// The order of the fields is the order of the keys, so derive `Ord` with it. A struct has the bytes
/// of a tuple of its fields, and a struct with one field those of the field: a newtype costs nothing.
/// An enum is written as the place of its variant and then its fields.
///
/// ```
/// use forebay_state::key::{Key, KeyBytes};
///
/// #[derive(Key, Clone, PartialEq, Eq, PartialOrd, Ord)]
/// struct UserId(u32);
///
/// #[derive(Key, Clone, PartialEq, Eq, PartialOrd, Ord)]
/// struct Visit {
///     user: UserId,
///     page: String,
/// }
///
/// let visit = Visit { user: UserId(7), page: "index".to_owned() };
/// assert_eq!(KeyBytes::of(&visit)?.as_bytes(), b"\0\0\0\x07index");
/// assert_eq!(Visit::SHAPE.to_string(), "(u32,text)");
/// # Ok::<(), forebay_store::Error>(())
/// ```
///
/// `#[key(crate = path)]` says where the library is, if it is not `::forebay_state`.
///
/// # What does not compile
///
/// A field that is no key:
///
/// ```compile_fail
/// #[derive(forebay_state::key::Key, Clone, PartialEq, PartialOrd)]
/// struct Price(f64);
/// ```
///
/// A key without an order:
///
/// ```compile_fail
/// #[derive(forebay_state::key::Key, Clone, PartialEq, Eq)]
/// struct UserId(u32);
/// ```
///
/// A struct without fields, which would be one key only:
///
/// ```compile_fail
/// #[derive(forebay_state::key::Key, Clone, PartialEq, Eq, PartialOrd, Ord)]
/// struct Everything;
/// ```
///
/// Variants with numbers of their own, which `Ord` would go by:
///
/// ```compile_fail
/// #[derive(forebay_state::key::Key, Clone, PartialEq, Eq, PartialOrd, Ord)]
/// enum Level {
///     High = 2,
///     Low = 1,
/// }
/// ```
///
/// Settings that there are not:
///
/// ```compile_fail
/// #[derive(forebay_state::key::Key, Clone, PartialEq, Eq, PartialOrd, Ord)]
/// #[key(order = reverse)]
/// struct UserId(u32);
/// ```
#[proc_macro_derive(Key, attributes(key))]
pub fn derive_key(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    key::derive(&input).unwrap_or_else(Error::into_compile_error).into()
}
