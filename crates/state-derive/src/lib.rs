//! The derives of `forebay-state`, which exports them beside their traits.
//!
//! [`Key`](macro@Key) is read in `key.rs`; `components.rs` is a struct or a variant in it.
//! [`State`](macro@State) is in `state/`, and [`Columns`](macro@Columns), which serves it, in
//! `columns.rs`.

mod columns;
mod components;
mod facade;
mod faults;
mod key;
mod place;
mod state;

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

/// Makes a struct of tables the content of a state.
///
/// Each field is a table with an id, or is not kept on disk and says so:
///
/// ```
/// use forebay_state::{State, Table};
///
/// #[derive(State, Clone)]
/// #[state(name = "shop", retired(3), after_load = Shop::count)]
/// struct Shop {
///     #[table(id = 1)]
///     users: Table<String, u64>,
///     #[table(id = 2, version = 5)]
///     orders: Table<(u64, u32), String>,
///     #[state(skip)]
///     users_at_start: usize,
/// }
///
/// impl Shop {
///     fn count(&mut self) {
///         self.users_at_start = self.users.len();
///     }
/// }
///
/// /// A transaction has all tables in hand, with their names.
/// fn order(tx: &mut ShopTx<'_>, number: u64, what: &str) -> forebay_store::Result<()> {
///     tx.orders.insert((number, 1), what.to_owned())
/// }
///
/// # fn main() -> forebay_store::Result<()> {
/// let shop = State::<Shop>::memory();
/// shop.write(|tx| {
///     tx.users.put("ada".to_owned(), 1)?;
///     order(tx, 1, "tea")
/// })?;
/// assert_eq!(shop.read().orders.get(&(1, 1)).map(String::as_str), Some("tea"));
/// # Ok(())
/// # }
/// ```
///
/// It makes a struct with the hands of a transaction (`ShopTx`), and for each table a constant that
/// refers to it (`Shop::USERS`), both as visible as what they are made for. The struct needs `Clone`,
/// which is called for each root of the state, so a skipped field that is large belongs in an `Arc`.
///
/// | on the struct | |
/// |---|---|
/// | `#[state(name = "shop")]` | what it is called on disk, or else its own name as `snake_case`. A state on disk is opened under its name only, so say it before the struct is renamed |
/// | `#[state(retired(3, 4))]` | ids of tables that there are no more. What is left of them is dropped, and no table may have them again |
/// | `#[state(after_load = path)]` | a function `fn(&mut Shop)` that rebuilds what is skipped; it is called once, when all entries are loaded, and for a state in memory when it is made |
/// | `#[state(migrations = path)]` | a function `fn() -> Migrations<Shop>`: how values of older versions become values of today's |
/// | `#[state(crate = path)]` | where the library is, if it is not `::forebay_state` |
///
/// | on a field | |
/// |---|---|
/// | `#[table(id = 1)]` | it is a table; on disk it is known by this id, so the field may be renamed and moved |
/// | `#[table(version = 2)]` | the version of the shape of its values, from 1 on, which is 1 if it is not said |
/// | `#[table(name = "users")]` | its name in exports and messages, if it is not the field's |
/// | `#[state(skip)]` | it is not kept on disk and begins as its type's `Default`; transactions cannot change it |
///
/// # What does not compile
///
/// Two tables with one id:
///
/// ```compile_fail
/// # use forebay_state::{State, Table};
/// #[derive(State, Clone)]
/// struct Shop {
///     #[table(id = 1)]
///     users: Table<String, u64>,
///     #[table(id = 1)]
///     orders: Table<u64, String>,
/// }
/// ```
///
/// A table with the id of one that is gone, or with the id 0:
///
/// ```compile_fail
/// # use forebay_state::{State, Table};
/// #[derive(State, Clone)]
/// #[state(retired(3))]
/// struct Shop {
///     #[table(id = 3)]
///     users: Table<String, u64>,
/// }
/// ```
///
/// ```compile_fail
/// # use forebay_state::{State, Table};
/// #[derive(State, Clone)]
/// struct Shop {
///     #[table(id = 0)]
///     users: Table<String, u64>,
/// }
/// ```
///
/// A field that is neither a table nor skipped:
///
/// ```compile_fail
/// # use forebay_state::{State, Table};
/// #[derive(State, Clone)]
/// struct Shop {
///     #[table(id = 1)]
///     users: Table<String, u64>,
///     count: u64,
/// }
/// ```
///
/// ```compile_fail
/// # use forebay_state::{State, Table};
/// #[derive(State, Clone)]
/// struct Shop {
///     #[table(id = 1)]
///     count: u64,
/// }
/// ```
///
/// Two tables of one name:
///
/// ```compile_fail
/// # use forebay_state::{State, Table};
/// #[derive(State, Clone)]
/// struct Shop {
///     #[table(id = 1)]
///     users: Table<String, u64>,
///     #[table(id = 2, name = "users")]
///     people: Table<u64, String>,
/// }
/// ```
#[proc_macro_derive(State, attributes(state, table, index))]
pub fn derive_state(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    state::derive(&input).unwrap_or_else(Error::into_compile_error).into()
}

/// Tells the types of the fields of a value, so that indexes need not say them.
///
/// ```
/// use forebay_state::{Columns, State, Table};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Columns, Serialize, Deserialize)]
/// struct Book {
///     genre: String,
///     author: String,
///     year: u16,
///     tags: Vec<String>,
/// }
///
/// #[derive(State, Clone)]
/// struct Library {
///     #[table(id = 1)]
///     #[index(by_genre = genre)] // and not `by_genre: String = genre`
///     #[index(by_author = (author, year))]
///     #[index(by_tag in tags)]
///     books: Table<u64, Book>,
/// }
///
/// # fn main() -> forebay_store::Result<()> {
/// let library = State::<Library>::memory();
/// let author = || "Jane Austen".to_owned();
/// let book = |title: &str, year| Book {
///     genre: "novel".to_owned(),
///     author: author(),
///     year,
///     tags: vec![title.to_owned(), "english".to_owned()],
/// };
/// library.write(|tx| {
///     tx.books.put(1, book("Emma", 1815))?;
///     tx.books.put(2, book("Persuasion", 1817))
/// })?;
/// let view = library.read();
/// assert_eq!(view.indexes().by_genre.get("novel").len(), 2);
/// assert_eq!(view.indexes().by_tag.get("Emma").len(), 1);
/// let late = view.indexes().by_author.range((author(), 1816)..);
/// assert!(late.map(|(_, id, _)| *id).eq([2]));
/// # Ok(())
/// # }
/// ```
///
/// A field whose type is less visible than the struct is left out with `#[column(skip)]`;
/// `#[column(crate = path)]` on the struct says where the library is.
#[proc_macro_derive(Columns, attributes(column))]
pub fn derive_columns(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    columns::derive(&input).unwrap_or_else(Error::into_compile_error).into()
}

/// [`Key`](macro@Key) for programs that depend on the crate `forebay` only, which exports it under that name.
#[doc(hidden)]
#[proc_macro_derive(KeyOfForebay, attributes(key))]
pub fn derive_key_of_forebay(input: TokenStream) -> TokenStream {
    let input = facade::of_forebay(parse_macro_input!(input as DeriveInput), "key");
    key::derive(&input).unwrap_or_else(Error::into_compile_error).into()
}

/// [`State`](macro@State) for programs that depend on the crate `forebay` only, which exports it under that
/// name.
#[doc(hidden)]
#[proc_macro_derive(StateOfForebay, attributes(state, table, index))]
pub fn derive_state_of_forebay(input: TokenStream) -> TokenStream {
    let input = facade::of_forebay(parse_macro_input!(input as DeriveInput), "state");
    state::derive(&input).unwrap_or_else(Error::into_compile_error).into()
}

/// [`Columns`](macro@Columns) for programs that depend on the crate `forebay` only, which exports it under that
/// name.
#[doc(hidden)]
#[proc_macro_derive(ColumnsOfForebay, attributes(column))]
pub fn derive_columns_of_forebay(input: TokenStream) -> TokenStream {
    let input = facade::of_forebay(parse_macro_input!(input as DeriveInput), "column");
    columns::derive(&input).unwrap_or_else(Error::into_compile_error).into()
}
