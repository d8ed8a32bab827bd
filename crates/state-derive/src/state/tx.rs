//! The hands of a transaction.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::indexes;
use super::input::Input;
use super::quiet::quiet;

/// What they are called.
pub(crate) fn name(input: &Input<'_>) -> Ident {
    format_ident!("{}Tx", input.ident)
}

/// A struct with one field a table, as visible as the tables are.
pub(crate) fn write(input: &Input<'_>) -> TokenStream {
    let (library, name, visibility) = (input.library(), name(input), input.visibility);
    let docs = format!("What a transaction has in hand of [`{}`]: one field a table.", input.ident);
    let fields = input.tables.iter().map(|table| {
        let (docs, visibility, ident, kind) =
            (&table.docs, table.visibility, table.ident, table.as_field(library));
        let hands = indexes::hands(input, table);
        let fallback = docs.is_empty().then(|| {
            let text = format!("The table `{}`.", table.name.0);
            quote!(#[doc = #text])
        });
        quote! {
            #fallback #(#docs)*
            #visibility #ident: #kind::Tx<'t, #hands>
        }
    });
    let (quiet, unused) = (quiet(&["clippy::struct_field_names"]), quiet(&["dead_code"]));
    let text = name.to_string();
    quote! {
        #[doc = #docs]
        #quiet
        #visibility struct #name<'t> {
            #(#fields,)*
            __context: &'t mut #library::TxContext,
        }

        #[automatically_derived]
        impl #name<'_> {
            /// Takes writes of another tenant of the state's journal into the transaction, a cache's for one:
            /// both happen, or neither. It gives what collects them, for one tenant the same each time.
            ///
            /// # Errors
            ///
            /// `Unsupported` if the state has no journal, or one of its own; `Invalid` if the other one is
            /// the tenant of another journal.
            #unused
            #visibility fn enlist<__E: #library::Enlist + ?::core::marker::Sized>(
                &mut self,
                other: &__E,
            ) -> #library::key::Result<&mut <__E as #library::Enlist>::Partner> {
                self.__context.enlist(other)
            }
        }

        #[automatically_derived]
        impl ::core::fmt::Debug for #name<'_> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(#text).finish_non_exhaustive()
            }
        }
    }
}
