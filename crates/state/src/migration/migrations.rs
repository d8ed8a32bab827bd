//! All hops of a state.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use forebay_store::{Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::hop::Hop;
use crate::catalog::TableId;
use crate::table::{TableField, TableRef};
use crate::tables::Tables;
use crate::value::Plain;

/// How values of older versions become values of today's: for each table and version a hop to the
/// next version. They chain, so each is written once, when the shape changes, and never again.
///
/// A state is given them by `#[state(migrations = path)]`, a function that makes them. They run while
/// the state is opened, on each value that was written in an older version, so they must not rest on
/// anything but the value. If one fails, or panics, the state is not opened, and nothing on disk has
/// changed. What was migrated is in memory, and on disk once there is a snapshot; before that the
/// next opening migrates it again.
///
/// ```
/// use forebay_state::{Migrations, State, Table};
/// use forebay_store::Error;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(State, Clone)]
/// #[state(name = "shop", migrations = migrations)]
/// struct Shop {
///     #[table(id = 1, version = 3)]
///     users: Table<String, User>,
/// }
///
/// #[derive(Serialize, Deserialize)]
/// struct User {
///     first: String,
///     last: String,
///     email: Option<String>,
/// }
///
/// /// As it was in version 1.
/// #[derive(Deserialize)]
/// struct UserV1 {
///     name: String,
///     mail: String,
/// }
///
/// fn migrations() -> Migrations<Shop> {
///     #[derive(Serialize)]
///     struct UserV2 {
///         first: String,
///         last: String,
///         mail: String,
///     }
///     Migrations::new()
///         .hop(Shop::USERS, 1, |old: UserV1| {
///             let (first, last) = old.name.split_once(' ').ok_or(Error::invalid("no last name"))?;
///             Ok(UserV2 { first: first.to_owned(), last: last.to_owned(), mail: old.mail })
///         })
///         .hop_plain(Shop::USERS, 2, |mut user| {
///             user.rename("mail", "email")?;
///             Ok(user)
///         })
/// }
/// # let shop = State::<Shop>::memory();
/// # assert!(shop.read().users.is_empty());
/// ```
///
/// A new field that is an `Option`, or has a `#[serde(default)]`, needs no version and no hop.
pub struct Migrations<T: Tables> {
    hops: BTreeMap<(TableId, u16), Hop>,
    /// The first that cannot be meant.
    fault: Option<String>,
    tables: PhantomData<fn() -> T>,
}

impl<T: Tables> Migrations<T> {
    /// None.
    pub fn new() -> Self {
        Self { hops: BTreeMap::new(), fault: None, tables: PhantomData }
    }

    /// Values of version `from` become values of the next one by their types: `change` gets what was
    /// stored as an `A`, as serde reads it (fields by name; those that `A` does not have are passed
    /// over), and gives what is written as the next version.
    pub fn hop<F: TableField, A: DeserializeOwned, B: Serialize>(
        self,
        table: TableRef<T, F>,
        from: u16,
        change: impl Fn(A) -> Result<B> + Send + Sync + 'static,
    ) -> Self {
        self.with(&table, from, Hop::typed(change))
    }

    /// Adds a step without types, for what is only renamed, moved or dropped.
    pub fn hop_plain<F: TableField>(
        self,
        table: TableRef<T, F>,
        from: u16,
        change: impl Fn(Plain) -> Result<Plain> + Send + Sync + 'static,
    ) -> Self {
        self.with(&table, from, Hop::plain(change))
    }

    /// Adds a step from the bytes as they are stored, for values that hold a foreign format: a value that serde
    /// writes as bytes is stored as such, behind a tag and a length.
    pub fn hop_bytes<F: TableField, B: Serialize>(
        self,
        table: TableRef<T, F>,
        from: u16,
        change: impl Fn(&[u8]) -> Result<B> + Send + Sync + 'static,
    ) -> Self {
        self.with(&table, from, Hop::bytes(change))
    }

    fn with<F: TableField>(mut self, table: &TableRef<T, F>, from: u16, hop: Hop) -> Self {
        let info = table.info();
        if from >= info.version {
            let name = info.name;
            let fault = format!("a hop of table `{name}` leads from version {from} beyond today's");
            self.fault.get_or_insert(format!("{fault}, {}", info.version));
        }
        if self.hops.insert((info.id, from), hop).is_some() {
            let fault = format!("table `{}` has two hops from version {from}", info.name);
            self.fault.get_or_insert(fault);
        }
        self
    }

    /// Itself, unless somebody has told it what cannot be meant.
    pub(super) fn checked(self) -> Result<Self> {
        match self.fault {
            Some(fault) => Err(Error::invalid(fault)),
            None => Ok(self),
        }
    }

    pub(super) fn get(&self, table: TableId, from: u16) -> Option<&Hop> {
        self.hops.get(&(table, from))
    }
}

impl<T: Tables> Default for Migrations<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Tables> fmt::Debug for Migrations<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Migrations").field("hops", &self.hops.keys()).finish_non_exhaustive()
    }
}
