//! The implementation of the trait that a state runs on.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::input::Input;
use super::tx;

pub(crate) fn write(input: &Input<'_>) -> TokenStream {
    let (library, ident, tx) = (input.library(), input.ident, tx::name(input));
    let (empty, transaction, shown) = (empty(input), transaction(input), shown(input));
    let loaded = input.settings.after_load.as_ref().map(|rebuild| {
        quote_spanned! {rebuild.span()=>
            fn loaded(&mut self) {
                let rebuild: fn(&mut Self) = #rebuild;
                rebuild(self);
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
            type Indexes = ();

            #empty
            #loaded
            #transaction
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
    let fields: Vec<_> = input.tables.iter().map(|table| table.ident).collect();
    let kinds: Vec<_> = input.tables.iter().map(|table| table.as_field(library)).collect();
    quote! {
        fn begin<'t>(
            base: #library::Base<'t, Self>,
            accepted: &'t __Overlay,
            _context: &'t mut #library::TxContext,
        ) -> #tx<'t> {
            let tables = base.tables();
            #tx {
                #(#fields: #kinds::begin(&tables.#fields, &accepted.#fields),)*
                _end: (),
            }
        }

        fn finish(tx: #tx<'_>) -> __Changes {
            __Changes { #(#fields: #kinds::finish(tx.#fields),)* _end: () }
        }

        fn accept(overlay: &mut __Overlay, changes: &__Changes, revision: #library::Revision) {
            #(#kinds::accept(
                &mut overlay.#fields,
                &changes.#fields,
                revision,
            );)*
        }

        fn leave(overlay: &mut __Overlay, changes: &__Changes, revision: #library::Revision) {
            #(#kinds::leave(
                &mut overlay.#fields,
                &changes.#fields,
                revision,
            );)*
        }
    }
}

/// What is done with changes, and with the tables themselves.
fn shown(input: &Input<'_>) -> TokenStream {
    let library = input.library();
    let fields: Vec<_> = input.tables.iter().map(|table| table.ident).collect();
    let kinds: Vec<_> = input.tables.iter().map(|table| table.as_field(library)).collect();
    let saved: Vec<_> = input.tables.iter().map(|table| table.as_saved(library)).collect();
    let places = 0..fields.len();
    let places: Vec<_> = places.map(syn::Index::from).collect();
    quote! {
        fn apply(
            root: #library::Apply<'_, Self>,
            changes: &__Changes,
            grave: &mut #library::Grave,
        ) {
            #(#kinds::apply(
                &mut root.tables.#fields,
                &changes.#fields,
                grave,
            );)*
        }

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

        fn weight(changes: &__Changes) -> usize {
            let mut weight: usize = 0;
            #(weight = weight.saturating_add(
                #kinds::weight(&changes.#fields),
            );)*
            weight
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
