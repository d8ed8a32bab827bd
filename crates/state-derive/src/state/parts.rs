//! What a state keeps for each table besides the table: its unshown changes, and those of one
//! transaction.

use proc_macro2::TokenStream;
use quote::quote;

use super::input::Input;

/// `Overlay` and `Changes`, which nobody names.
pub(crate) fn write(input: &Input<'_>) -> TokenStream {
    let library = input.library();
    let overlays = input.tables.iter().map(|table| {
        let (ident, kind) = (table.ident, table.kind);
        quote!(#ident: <#kind as #library::TableField>::Overlay)
    });
    let changes = input.tables.iter().map(|table| {
        let (ident, kind) = (table.ident, table.kind);
        quote!(#ident: <#kind as #library::TableField>::Changes)
    });
    quote! {
        #[derive(::core::default::Default)]
        pub struct __Overlay {
            #(#overlays,)*
        }

        pub struct __Changes {
            #(#changes,)*
        }
    }
}
