//! What the tables must not have in common.

use syn::{Error, Ident};

use super::table::Table;
use crate::faults::Faults;

/// Every table has an id, of its own, which no table had that is gone.
pub(crate) fn ids(tables: &[Table<'_>], retired: &[u16], faults: &mut Faults) {
    let taken = tables.iter().filter_map(|table| table.id.map(|(id, _)| id));
    let highest = taken.chain(retired.iter().copied()).max().unwrap_or(0);
    let free = match highest.checked_add(1) {
        Some(free) => format!("{free} is free"),
        None => "choose another".to_owned(),
    };
    for (at, table) in tables.iter().enumerate() {
        let name = &table.ident;
        let Some((id, place)) = table.id else {
            let message = format!(
                "the table `{name}` has no id: write `#[table(id = ..)]`, {free}; what is not a \
                 table is marked with `#[state(skip)]`"
            );
            faults.add(Error::new(table.place, message));
            continue;
        };
        if let Some(first) =
            tables[..at].iter().find(|other| other.id.is_some_and(|(other, _)| other == id))
        {
            let message = format!("the id {id} is that of the table `{}`: {free}", first.ident);
            faults.add(Error::new(place, message));
        }
        if retired.contains(&id) {
            let message = format!(
                "the id {id} is retired: on disk there may be entries of a table that had it; {free}"
            );
            faults.add(Error::new(place, message));
        }
    }
}

/// Every table has a name of its own.
pub(crate) fn names(tables: &[Table<'_>], faults: &mut Faults) {
    for (at, table) in tables.iter().enumerate() {
        let (name, place) = &table.name;
        if let Some(first) = tables[..at].iter().find(|other| other.name.0 == *name) {
            let message = format!("the name \"{name}\" is that of the table `{}`", first.ident);
            faults.add(Error::new(*place, message));
        }
    }
}

/// Every index has a name of its own.
pub(crate) fn indexes(tables: &[Table<'_>], faults: &mut Faults) {
    let mut seen: Vec<(&Ident, &Ident)> = Vec::new();
    for table in tables {
        for index in &table.indexes {
            match seen.iter().find(|(name, _)| **name == index.ident) {
                Some((name, of)) => {
                    let message = format!("the name `{name}` is that of an index of `{of}`");
                    faults.add(Error::new(index.ident.span(), message));
                }
                None => seen.push((&index.ident, table.ident)),
            }
        }
    }
}
