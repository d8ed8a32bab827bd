//! What a field of the struct is, and what `#[table(..)]` says on it.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::meta::ParseNestedMeta;
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{
    Attribute, Error, Field, Ident, Lit, Meta, Path, PathArguments, Result, Type, Visibility,
};

use super::index::Index;
use super::settings::{once, text};
use crate::faults::Faults;

/// What a field is for.
pub(crate) enum Role<'i> {
    Table(Table<'i>),
    Skipped,
}

/// A table.
pub(crate) struct Table<'i> {
    pub(crate) ident: &'i Ident,
    pub(crate) visibility: &'i Visibility,
    pub(crate) kind: &'i Type,
    pub(crate) docs: Vec<&'i Attribute>,
    pub(crate) id: Option<(u16, Span)>,
    /// Where an id would be written, if there is none.
    pub(crate) place: Span,
    pub(crate) version: u16,
    pub(crate) name: (String, Span),
    pub(crate) indexes: Vec<Index>,
}

impl<'i> Role<'i> {
    pub(crate) fn read(ident: &'i Ident, field: &'i Field) -> Result<Self> {
        let is_skipped = is_skipped(&field.attrs)?;
        let table = field.attrs.iter().find(|attribute| attribute.path().is_ident("table"));
        match (table, is_skipped) {
            (Some(attribute), true) => {
                let message = "a table is kept on disk, and what is skipped is not: choose one";
                Err(Error::new_spanned(attribute, message))
            }
            (None, true) => match index_of(&field.attrs).next() {
                Some(index) => Err(Error::new_spanned(index, "what is skipped has no index")),
                None => Ok(Self::Skipped),
            },
            (attribute, false) => Table::read(ident, field, attribute).map(Self::Table),
        }
    }
}

impl<'i> Table<'i> {
    fn read(ident: &'i Ident, field: &'i Field, attribute: Option<&Attribute>) -> Result<Self> {
        let name = ident.to_string().trim_start_matches("r#").to_owned();
        let mut table = Self {
            ident,
            visibility: &field.vis,
            kind: &field.ty,
            docs: field.attrs.iter().filter(|attribute| attribute.path().is_ident("doc")).collect(),
            id: None,
            place: attribute.map_or(ident.span(), |attribute| attribute.path().span()),
            version: 1,
            name: (name, ident.span()),
            indexes: indexes(&field.attrs)?,
        };
        if attribute.is_some() {
            check_kind(table.kind)?;
        }
        let mut said = Vec::new();
        for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("table")) {
            if matches!(attribute.meta, Meta::Path(_)) {
                continue;
            }
            attribute.parse_nested_meta(|meta| {
                once(&meta, &mut said)?;
                table.take(&meta)
            })?;
        }
        Ok(table)
    }

    fn take(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        if meta.path.is_ident("id") {
            let value = meta.value()?;
            let place = value.span();
            self.id = Some((id(value)?, place));
        } else if meta.path.is_ident("version") {
            self.version = number(meta.value()?, "a version")?;
        } else if meta.path.is_ident("name") {
            self.name = (text(meta)?, meta.path.span());
        } else {
            return Err(meta.error("the settings of a table are `id`, `version` and `name`"));
        }
        Ok(())
    }
}

impl Table<'_> {
    /// `<Table<K, V> as TableField>`, at the place of the type, so that a fault of the type is told
    /// there, and once.
    pub(crate) fn as_field(&self, library: &Path) -> TokenStream {
        let kind = self.kind;
        quote_spanned!(kind.span()=> <#kind as #library::TableField>)
    }

    /// `<Table<K, V> as SavedTable>`.
    pub(crate) fn as_saved(&self, library: &Path) -> TokenStream {
        let kind = self.kind;
        quote_spanned!(kind.span()=> <#kind as #library::SavedTable>)
    }
}

fn index_of(attributes: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("index"))
}

fn indexes(attributes: &[Attribute]) -> Result<Vec<Index>> {
    let mut faults = Faults::default();
    let read = |attribute: &Attribute| faults.note(attribute.parse_args());
    let indexes = index_of(attributes).filter_map(read).collect();
    faults.or(indexes)
}

/// Refuses a type that cannot be a table, as far as its name tells.
fn check_kind(kind: &Type) -> Result<()> {
    let name = match kind {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    };
    let arguments = match name.map(|name| (name.ident.to_string(), &name.arguments)) {
        Some((name, PathArguments::AngleBracketed(arguments)))
            if name == "Table" || name == "HashTable" =>
        {
            arguments.args.len()
        }
        _ => 0,
    };
    if arguments == 2 {
        return Ok(());
    }
    let message = "a table is written as `Table<K, V>` or `HashTable<K, V>`; what is not kept on \
                   disk is marked with `#[state(skip)]` only";
    Err(Error::new_spanned(kind, message))
}

/// Whether `#[state(skip)]` is there.
fn is_skipped(attributes: &[Attribute]) -> Result<bool> {
    let mut is_skipped = false;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("state")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("skip") {
                return Err(meta.error("the only setting of a field here is `skip`"));
            }
            is_skipped = true;
            Ok(())
        })?;
    }
    Ok(is_skipped)
}

/// A table's id.
pub(crate) fn id(input: ParseStream<'_>) -> Result<u16> {
    number(input, "an id")
}

fn number(input: ParseStream<'_>, what: &str) -> Result<u16> {
    let place = input.span();
    let number = match input.parse() {
        Ok(Lit::Int(number)) => number.base10_parse().ok().filter(|number| *number > 0),
        _ => None,
    };
    let message = || format!("{what} is a number from 1 to {}, written out", u16::MAX);
    number.ok_or_else(|| Error::new(place, message()))
}
