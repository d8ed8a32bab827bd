//! The indexes: as readers and as transactions see them, and what keeps them.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, Lifetime, Member, Visibility};

use super::index::{Column, Index, Source};
use super::input::Input;
use super::table::Table;
use super::tx;
use crate::columns::number;
use crate::place::at;

/// What an index needs to be known by.
struct Of<'i> {
    input: &'i Input<'i>,
    table: &'i Table<'i>,
    index: &'i Index,
}

fn all<'i>(input: &'i Input<'i>) -> impl Iterator<Item = Of<'i>> {
    input
        .tables
        .iter()
        .flat_map(move |table| table.indexes.iter().map(move |index| Of { input, table, index }))
}

/// What the indexes are called, or `()` if there is none.
pub(crate) fn name(input: &Input<'_>) -> TokenStream {
    if all(input).next().is_none() {
        return quote!(());
    }
    let name = format_ident!("{}Indexes", input.ident);
    quote!(#name)
}

/// What the hands in the indexes of a table are called, or `()` if it has none.
pub(crate) fn hands(input: &Input<'_>, table: &Table<'_>) -> TokenStream {
    if table.indexes.is_empty() {
        return quote!(());
    }
    let name = hands_name(input, table);
    quote!(#name<'t>)
}

pub(crate) fn hands_name(input: &Input<'_>, table: &Table<'_>) -> Ident {
    format_ident!("__{}Hands{}", input.ident, table.ident)
}

/// The name of the field with the overlay or the changes of an index.
pub(crate) fn part(index: &Index) -> Ident {
    format_ident!("__index_{}", index.ident)
}

/// The name of the function that makes index keys.
pub(crate) fn keys(index: &Index) -> Ident {
    format_ident!("__keys_{}", index.ident)
}

/// A type of the library for every index.
pub(crate) fn of<'i>(input: &'i Input<'i>, name: &str) -> impl Iterator<Item = TokenStream> {
    all(input).map(move |of| of.of(name, None))
}

/// The structs that stand beside the tables.
pub(crate) fn write(input: &Input<'_>) -> TokenStream {
    if all(input).next().is_none() {
        return TokenStream::new();
    }
    let (views, transactions) = (views(input), transactions(input));
    let hands = input.tables.iter().map(|table| table_hands(input, table));
    quote!(#views #transactions #(#hands)*)
}

/// What is compiled before all else, so that the first thing told of an index whose keys are none is
/// told at its place.
pub(crate) fn checks(input: &Input<'_>) -> TokenStream {
    let checks = all(input).map(|of| {
        let (by, library) = (of.kind(), at(input.library().clone(), of.span()));
        quote_spanned! {of.span()=>
            const _: () = {
                #[allow(dead_code, trivial_bounds)]
                fn are_keys() where #by: #library::key::Key {}
            };
        }
    });
    quote!(#(#checks)*)
}

/// The functions that make index keys, and how the hands use them.
pub(crate) fn write_keys(input: &Input<'_>) -> TokenStream {
    let functions = all(input).map(|of| of.function());
    let changes = input.tables.iter().map(|table| changed(input, table));
    quote!(#(#functions)* #(#changes)*)
}

/// What a view has.
fn views(input: &Input<'_>) -> TokenStream {
    let (visibility, name) = (input.visibility, name(input));
    let text = name.to_string();
    let docs = format!("The indexes over [`{}`].", input.ident);
    let fields: Vec<_> = all(input).map(|of| of.index.ident.clone()).collect();
    let declared = all(input).map(|of| {
        let ((docs, visibility, field), kind) = (of.declared(), of.of("Index", None));
        quote!(#[doc = #docs] #visibility #field: #kind)
    });
    quote! {
        #[doc = #docs]
        #[allow(dead_code, clippy::struct_field_names)]
        #visibility struct #name { #(#declared,)* }

        #[automatically_derived]
        impl ::core::clone::Clone for #name {
            fn clone(&self) -> Self {
                Self { #(#fields: ::core::clone::Clone::clone(&self.#fields),)* }
            }
        }

        #[automatically_derived]
        impl ::core::default::Default for #name {
            fn default() -> Self {
                Self { #(#fields: ::core::default::Default::default(),)* }
            }
        }

        #[automatically_derived]
        impl ::core::fmt::Debug for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(#text).finish_non_exhaustive()
            }
        }
    }
}

/// What a transaction has.
fn transactions(input: &Input<'_>) -> TokenStream {
    let (library, visibility, tx) = (input.library(), input.visibility, tx::name(input));
    let name = format_ident!("{}IndexesTx", input.ident);
    let text = name.to_string();
    let docs = format!("The indexes over [`{}`] as a transaction sees them.", input.ident);
    let declared = all(input).map(|of| {
        let ((docs, visibility, field), kind) = (of.declared(), of.of("IndexTx", Some("'a")));
        quote!(#[doc = #docs] #visibility #field: #kind)
    });
    let read = all(input).map(|of| {
        let (field, table, kind) = (&of.index.ident, of.table.ident, of.table.as_field(library));
        quote!(#field: #kind::indexes(&self.#table).#field.read())
    });
    quote! {
        #[doc = #docs]
        #[allow(dead_code, clippy::struct_field_names)]
        #visibility struct #name<'a> { #(#declared,)* }

        #[automatically_derived]
        impl ::core::fmt::Debug for #name<'_> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(#text).finish_non_exhaustive()
            }
        }

        impl #tx<'_> {
            /// The indexes, with what this transaction has changed so far.
            #[allow(dead_code)]
            #visibility fn indexes(&self) -> #name<'_> {
                #name { #(#read,)* }
            }
        }
    }
}

/// The hands of a transaction in the indexes of one table.
fn table_hands(input: &Input<'_>, table: &Table<'_>) -> TokenStream {
    if table.indexes.is_empty() {
        return TokenStream::new();
    }
    let (visibility, name) = (input.visibility, hands_name(input, table));
    let fields = table.indexes.iter().map(|index| {
        let kind = Of { input, table, index }.of("IndexHands", Some("'t"));
        let field = &index.ident;
        quote!(#field: #kind)
    });
    quote! {
        #[doc(hidden)]
        #[allow(
            non_camel_case_types,
            missing_debug_implementations,
            clippy::struct_field_names
        )]
        #visibility struct #name<'t> { #(#fields,)* }
    }
}

/// How they are told of a change.
fn changed(input: &Input<'_>, table: &Table<'_>) -> TokenStream {
    if table.indexes.is_empty() {
        return TokenStream::new();
    }
    let (library, name) = (input.library(), hands_name(input, table));
    let kind = table.as_field(library);
    let fields: Vec<_> = table.indexes.iter().map(|index| &index.ident).collect();
    let keys = table.indexes.iter().map(keys);
    let kept = quote!(::core::option::Option<&#library::Kept<#kind::Key, #kind::Value>>);
    quote! {
        #[automatically_derived]
        impl #library::Hands<#kind::Key, #kind::Value> for #name<'_> {
            const ANY: bool = true;

            fn changed(&mut self, old: #kept, new: #kept) {
                #(self.#fields.changed(old, new, #keys);)*
            }

            fn cleared(&mut self) {
                #(self.#fields.cleared();)*
            }
        }
    }
}

impl<'i> Of<'i> {
    /// Its documentation, visibility and name.
    fn declared(&self) -> (String, &'i Visibility, &'i Ident) {
        let docs = format!("The index `{}` of `{}`.", self.index.ident, self.table.name.0);
        (docs, self.table.visibility, &self.index.ident)
    }

    /// A type of the library with the types of this index, at the place of its keys, so that a fault
    /// of those is told there.
    fn of(&self, name: &str, lifetime: Option<&str>) -> TokenStream {
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
    fn span(&self) -> Span {
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
    fn kind(&self) -> TokenStream {
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
    fn function(&self) -> TokenStream {
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
