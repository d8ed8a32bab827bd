//! The indexes: as readers and as transactions see them, and what keeps them.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;

use super::index::Index;
use super::input::Input;
use super::of::{Of, keys};
use super::quiet::quiet;
use super::table::Table;
use super::tx;
use crate::place::at;

/// Users may read some indexes only, or none.
const UNREAD: &[&str] = &["dead_code", "clippy::struct_field_names"];

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
    let quiet = quiet(&["dead_code", "trivial_bounds"]);
    let checks = all(input).map(|of| {
        let (by, library) = (of.kind(), at(input.library().clone(), of.span()));
        quote_spanned! {of.span()=>
            const _: () = {
                #quiet
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
    let quiet = quiet(UNREAD);
    let fields: Vec<_> = all(input).map(|of| of.index.ident.clone()).collect();
    let declared = all(input).map(|of| {
        let ((docs, visibility, field), kind) = (of.declared(), of.of("Index", None));
        quote!(#[doc = #docs] #visibility #field: #kind)
    });
    quote! {
        #[doc = #docs]
        #quiet
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
    let quiet = quiet(UNREAD);
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
        #quiet
        #visibility struct #name<'a> { #(#declared,)* }

        #[automatically_derived]
        impl ::core::fmt::Debug for #name<'_> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(#text).finish_non_exhaustive()
            }
        }

        impl #tx<'_> {
            /// The indexes, with what this transaction has changed so far.
            #quiet
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
    let quiet = quiet(&[
        "non_camel_case_types",
        "missing_debug_implementations",
        "clippy::struct_field_names",
    ]);
    let fields = table.indexes.iter().map(|index| {
        let kind = Of { input, table, index }.of("IndexHands", Some("'t"));
        let field = &index.ident;
        quote!(#field: #kind)
    });
    quote! {
        #[doc(hidden)]
        #quiet
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
