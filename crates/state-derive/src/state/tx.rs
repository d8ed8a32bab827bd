//! The hands of a transaction.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::indexes;
use super::input::Input;

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
    let text = name.to_string();
    quote! {
        #[doc = #docs]
        #[allow(clippy::struct_field_names)]
        #visibility struct #name<'t> {
            #(#fields,)*
            _end: (),
        }

        #[automatically_derived]
        impl ::core::fmt::Debug for #name<'_> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(#text).finish_non_exhaustive()
            }
        }
    }
}
