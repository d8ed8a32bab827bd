//! One index: its types, and the function that makes its keys.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, Lifetime, Member, Visibility};

use super::index::{Column, Index, Source};
use super::input::Input;
use super::table::Table;
use crate::columns::number;

/// What an index needs to be known by.
pub(crate) struct Of<'i> {
    pub(crate) input: &'i Input<'i>,
    pub(crate) table: &'i Table<'i>,
    pub(crate) index: &'i Index,
}

/// The name of the function that makes index keys.
pub(crate) fn keys(index: &Index) -> Ident {
    format_ident!("__keys_{}", index.ident)
}

impl<'i> Of<'i> {
    /// Its documentation, visibility and name.
    pub(crate) fn declared(&self) -> (String, &'i Visibility, &'i Ident) {
        let docs = format!("The index `{}` of `{}`.", self.index.ident, self.table.name.0);
        (docs, self.table.visibility, &self.index.ident)
    }

    /// A type of the library with the types of this index, at the place of its keys, so that a fault
    /// of those is told there.
    pub(crate) fn of(&self, name: &str, lifetime: Option<&str>) -> TokenStream {
        let (library, name) = (self.input.library(), Ident::new(name, self.span()));
        let lifetime = lifetime.map(|lifetime| Lifetime::new(lifetime, self.span()));
        let (by, kind) = (self.kind(), self.table.as_field(library));
        let number = match name.to_string().as_str() {
            "IndexOverlay" | "IndexChanges" => None,
            _ if self.index.is_unique => Some(quote!(, #library::One)),
            _ => Some(quote!(, #library::Many)),
        };
        let lifetime = lifetime.map(|lifetime| quote!(#lifetime,));
        quote_spanned! {self.span()=>
            #library::#name<#lifetime #by, #kind::Key, #kind::Value #number>
        }
    }

    /// Where its keys are said.
    pub(crate) fn span(&self) -> Span {
        match (&self.index.kind, &self.index.source) {
            (Some(kind), _) => kind.span(),
            (None, Source::Each(column)) => column.span(),
            (None, Source::Columns(columns)) => {
                columns.first().map_or_else(|| self.index.ident.span(), Column::span)
            }
            (None, Source::With(_)) => self.index.ident.span(),
        }
    }

    /// The type of the index keys.
    pub(crate) fn kind(&self) -> TokenStream {
        if let Some(kind) = &self.index.kind {
            return quote!(#kind);
        }
        match &self.index.source {
            Source::Columns(columns) => match columns.as_slice() {
                [one] => self.kind_of(one),
                several => {
                    let kinds = several.iter().map(|column| self.kind_of(column));
                    quote!((#(#kinds,)*))
                }
            },
            Source::Each(column) => {
                let kind = self.kind_of(column);
                quote_spanned! {column.span()=>
                    <#kind as ::core::iter::IntoIterator>::Item
                }
            }
            Source::With(_) => unreachable!("a function without a type was refused"),
        }
    }

    /// The type of a column, as the value tells it.
    fn kind_of(&self, column: &Column) -> TokenStream {
        let known = self.known(column);
        quote_spanned!(column.span()=> #known::Type)
    }

    fn known(&self, column: &Column) -> TokenStream {
        let (library, kind) = (self.input.library(), self.table.as_field(self.input.library()));
        let number = match column.0.first() {
            Some(Member::Named(name)) => number(&name.to_string()),
            _ => 0,
        };
        quote_spanned!(column.span()=> <#kind::Value as #library::Column<#number>>)
    }

    /// A reference to a column of `value`.
    fn column(&self, column: &Column) -> TokenStream {
        if self.index.kind.is_none() {
            let known = self.known(column);
            return quote_spanned!(column.span()=> #known::column(value));
        }
        let members = &column.0;
        quote_spanned!(column.span()=> &value.#(#members).*)
    }

    /// The function that calls `each` with every index key of an entry.
    pub(crate) fn function(&self) -> TokenStream {
        let (name, by, kind) =
            (keys(self.index), self.kind(), self.table.as_field(self.input.library()));
        let body = match &self.index.source {
            Source::Columns(columns) => {
                let columns = columns.iter().map(|column| {
                    let reference = self.column(column);
                    quote_spanned!(column.span()=> ::core::clone::Clone::clone(#reference))
                });
                if columns.len() == 1 {
                    quote!(each(#(#columns)*);)
                } else {
                    quote!(each((#(#columns,)*));)
                }
            }
            Source::Each(column) => {
                let reference = self.column(column);
                quote_spanned! {column.span()=>
                    ::core::iter::Iterator::for_each(
                        ::core::iter::IntoIterator::into_iter(#reference),
                        |by| each(::core::clone::Clone::clone(by)),
                    );
                }
            }
            // A call, and not a function pointer, so that the function may take `&str` for `&String`.
            Source::With(function) => quote_spanned! {function.span()=>
                let by: ::core::option::Option<#by> = #function(key, value);
                if let ::core::option::Option::Some(by) = by {
                    each(by);
                }
            },
        };
        quote! {
            fn #name(key: &#kind::Key, value: &#kind::Value, each: &mut dyn ::core::ops::FnMut(#by)) {
                let _ = (key, value);
                #body
            }
        }
    }
}
