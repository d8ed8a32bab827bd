//! The implementation of the trait that a state runs on.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned;

use super::indexes::{self, part};
use super::input::Input;
use super::of;
use super::table::Table;
use super::tx;

pub(crate) fn write(input: &Input<'_>) -> TokenStream {
    let (library, ident, tx) = (input.library(), input.ident, tx::name(input));
    let (indexes, index) = (indexes::name(input), index(input));
    let (empty, transaction) = (empty(input), transaction(input));
    let (applied, shown) = (applied(input), shown(input));
    let loaded = input.settings.after_load.as_ref().map(|rebuild| {
        quote_spanned! {rebuild.span()=>
            fn loaded(&mut self) {
                let rebuild: fn(&mut Self) = #rebuild;
                rebuild(self);
            }
        }
    });
    let migrations = input.settings.migrations.as_ref().map(|migrations| {
        quote_spanned! {migrations.span()=>
            fn migrations() -> #library::Migrations<Self> {
                #migrations()
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl #library::Tables for #ident {
            const CATALOG: #library::Catalog = __CATALOG;

            type Tx<'t> = #tx<'t>;
            type Overlay = __Overlay;
            type Changes = __Changes;
            type Indexes = #indexes;

            #empty
            #index
            #loaded
            #migrations
            #transaction
            #applied
            #shown
        }
    }
}

fn empty(input: &Input<'_>) -> TokenStream {
    let library = input.library();
    let tables = input.tables.iter().map(|table| {
        let (field, kind) = (table.ident, table.as_field(library));
        quote!(#field: #kind::empty(seed))
    });
    let skipped = input.skipped.iter().map(|skipped| {
        let (field, kind) = (skipped.ident, skipped.kind);
        quote_spanned!(kind.span()=> #field: <#kind as ::core::default::Default>::default())
    });
    quote! {
        fn empty(seed: u64) -> Self {
            Self { #(#tables,)* #(#skipped,)* }
        }
    }
}

/// From the beginning of a transaction until its changes are taken out of the overlay.
fn transaction(input: &Input<'_>) -> TokenStream {
    let (library, tx) = (input.library(), tx::name(input));
    let begun = input.tables.iter().zip(0_usize..).map(|(table, at)| begin(input, table, at));
    let finished = input.tables.iter().zip(0_usize..).map(|(table, at)| finish(input, table, at));
    let parts = parts(input);
    let fields: Vec<_> = input.tables.iter().map(|table| table.ident).collect();
    let kinds: Vec<_> = input.tables.iter().map(|table| table.as_field(library)).collect();
    quote! {
        fn begin<'t>(
            base: #library::Base<'t, Self>,
            accepted: &'t __Overlay,
            context: &'t mut #library::TxContext,
        ) -> #tx<'t> {
            let (tables, _indexes) = (base.tables(), base.indexes());
            #tx { #(#begun,)* __context: context }
        }

        fn finish(tx: #tx<'_>) -> #library::key::Result<__Changes> {
            #(#finished)*
            ::core::result::Result::Ok(__Changes { #(#fields,)* #(#parts,)* _end: () })
        }

        fn accept(overlay: &mut __Overlay, changes: &__Changes, revision: #library::Revision) {
            #(#kinds::accept(&mut overlay.#fields, &changes.#fields, revision);)*
            #(overlay.#parts.accept(&changes.#parts, revision);)*
        }

        fn leave(overlay: &mut __Overlay, changes: &__Changes, revision: #library::Revision) {
            #(#kinds::leave(&mut overlay.#fields, &changes.#fields, revision);)*
            #(overlay.#parts.leave(&changes.#parts, revision);)*
        }
    }
}

/// The hands in table number `at`.
fn begin(input: &Input<'_>, table: &Table<'_>, at: usize) -> TokenStream {
    let (library, field) = (input.library(), table.ident);
    let kind = table.as_field(library);
    let hands = if table.indexes.is_empty() {
        quote!(())
    } else {
        let name = indexes::hands_name(input, table);
        let indexes = table.indexes.iter().map(|index| {
            let (index, part) = (&index.ident, part(index));
            quote!(#index: #library::IndexHands::begin(&_indexes.#index, &accepted.#part))
        });
        quote!(#name { #(#indexes,)* })
    };
    let quarantined = quote!(base.quarantined(&__TABLES[#at]));
    quote!(#field: #kind::begin(&tables.#field, &accepted.#field, #hands, #quarantined))
}

/// The changes of table number `at` and of its indexes, each with its name.
fn finish(input: &Input<'_>, table: &Table<'_>, at: usize) -> TokenStream {
    let (kind, field) = (table.as_field(input.library()), table.ident);
    let indexes = table.indexes.iter().map(|index| {
        let (name, index, part) = (index.ident.to_string(), &index.ident, part(index));
        quote!(let #part = __hands.#index.finish(#name, &__TABLES[#at])?;)
    });
    quote! {
        let (#field, __hands) = #kind::finish(tx.#field)?;
        let _ = &__hands;
        #(#indexes)*
    }
}

fn parts(input: &Input<'_>) -> Vec<Ident> {
    input.tables.iter().flat_map(|table| &table.indexes).map(part).collect()
}

/// How changes come into the tables and their indexes.
fn applied(input: &Input<'_>) -> TokenStream {
    let library = input.library();
    let fields: Vec<_> = input.tables.iter().map(|table| table.ident).collect();
    let kinds: Vec<_> = input.tables.iter().map(|table| table.as_field(library)).collect();
    let indexes = input.tables.iter().flat_map(|table| &table.indexes).map(|index| &index.ident);
    let (indexes, parts): (Vec<_>, _) = (indexes.collect(), parts(input));
    quote! {
        fn apply(
            root: #library::Apply<'_, Self>,
            changes: &__Changes,
            grave: &mut #library::Grave,
        ) {
            #(#kinds::apply(&mut root.tables.#fields, &changes.#fields, grave);)*
            #(root.indexes.#indexes.apply(&changes.#parts, grave);)*
        }

        fn apply_last(
            root: #library::Apply<'_, Self>,
            changes: &mut __Changes,
            newer: ::core::option::Option<#library::Base<'_, Self>>,
            grave: &mut #library::Grave,
        ) {
            let newer = newer.as_ref();
            #(
                let __same = newer.map(|newer| &newer.tables().#fields);
                #kinds::apply_last(&mut root.tables.#fields, &mut changes.#fields, __same, grave);
            )*
            #(
                let __same = newer.map(|newer| &newer.indexes().#indexes);
                root.indexes.#indexes.apply_last(&mut changes.#parts, __same, grave);
            )*
        }
    }
}

/// What else is done with changes, and with the tables themselves.
fn shown(input: &Input<'_>) -> TokenStream {
    let (library, tx) = (input.library(), tx::name(input));
    let fields: Vec<_> = input.tables.iter().map(|table| table.ident).collect();
    let kinds: Vec<_> = input.tables.iter().map(|table| table.as_field(library)).collect();
    let parts = parts(input);
    let saved: Vec<_> = input.tables.iter().map(|table| table.as_saved(library)).collect();
    let places = 0..fields.len();
    let places: Vec<_> = places.map(syn::Index::from).collect();
    quote! {
        fn encode(
            changes: &__Changes,
            body: &mut #library::BodyWriter<'_>,
        ) -> #library::key::Result<()> {
            #(#saved::encode(&changes.#fields, &__TABLES[#places], body)?;)*
            ::core::result::Result::Ok(())
        }

        fn visit<__W: #library::TableVisitor>(
            &mut self,
            visitor: &mut __W,
        ) -> #library::key::Result<()> {
            #(#saved::visit(&mut self.#fields, &__TABLES[#places], visitor)?;)*
            ::core::result::Result::Ok(())
        }

        fn visit_tx<__W: #library::TxVisitor>(
            tx: &mut #tx<'_>,
            visitor: &mut __W,
        ) -> #library::key::Result<()> {
            #(#saved::visit_tx(&mut tx.#fields, &__TABLES[#places], visitor)?;)*
            ::core::result::Result::Ok(())
        }

        fn weight(changes: &__Changes) -> usize {
            let mut weight: usize = 0;
            #(weight = weight.saturating_add(
                #kinds::weight(&changes.#fields),
            );)*
            weight
        }

        fn emissions(changes: &__Changes) -> usize {
            let _ = changes;
            let emissions: usize = 0;
            #(let emissions = emissions.saturating_add(changes.#parts.weight());)*
            emissions
        }

        fn operations(changes: &__Changes) -> usize {
            let mut operations: usize = 0;
            #(operations = operations.saturating_add(
                #kinds::operations(&changes.#fields),
            );)*
            operations
        }

        fn entries(&self) -> usize {
            let mut entries: usize = 0;
            #(entries = entries.saturating_add(
                #kinds::entries(&self.#fields),
            );)*
            entries
        }
    }
}

/// Makes all indexes anew.
fn index(input: &Input<'_>) -> TokenStream {
    let (library, name) = (input.library(), indexes::name(input));
    let (mut made, mut checked) = (Vec::new(), Vec::new());
    for (table, at) in input.tables.iter().zip(0_usize..) {
        for index in &table.indexes {
            let (field, table, keys) = (&index.ident, table.ident, of::keys(index));
            let text = field.to_string();
            made.push(quote!(#field: #library::Index::of(&self.#table, #keys)));
            checked.push(quote!(made.#field.clashes(#text, &__TABLES[#at], _clashes);));
        }
    }
    let body = if made.is_empty() {
        quote!()
    } else {
        quote!(let made = #name { #(#made,)* }; #(#checked)* made)
    };
    quote! {
        fn index(&self, _clashes: &mut #library::Clashes) -> #name {
            #body
        }
    }
}
