//! What a state keeps for each table besides the table: its unshown changes, and those of one
//! transaction.

use proc_macro2::TokenStream;
use quote::quote;

use super::indexes::{self, part};
use super::input::Input;

/// `Overlay` and `Changes`, which nobody names. Their last field makes them sized whatever the types
/// of the others are, so that a fault of those is not told here once more.
pub(crate) fn write(input: &Input<'_>) -> TokenStream {
    let library = input.library();
    let fields: Vec<_> = input.tables.iter().map(|table| table.ident).collect();
    let kinds: Vec<_> = input.tables.iter().map(|table| table.as_field(library)).collect();
    let indexes = input.tables.iter().flat_map(|table| &table.indexes);
    let parts: Vec<_> = indexes.map(part).collect();
    let (shown, changed) = (indexes::of(input, "IndexOverlay"), indexes::of(input, "IndexChanges"));
    quote! {
        pub struct __Overlay {
            #(#fields: #kinds::Overlay,)*
            #(#parts: #shown,)*
            _end: (),
        }

        #[automatically_derived]
        impl ::core::default::Default for __Overlay {
            fn default() -> Self {
                Self {
                    #(#fields: ::core::default::Default::default(),)*
                    #(#parts: ::core::default::Default::default(),)*
                    _end: (),
                }
            }
        }

        pub struct __Changes {
            #(#fields: #kinds::Changes,)*
            #(#parts: #changed,)*
            _end: (),
        }
    }
}
