//! The derive itself: what is read, checked, and written one after the other.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Result};

use super::input::Input;
use super::{catalog, indexes, parts, tables, tx};

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let input = Input::read(input)?;
    let (tx, indexes, keys) =
        (tx::write(&input), indexes::write(&input), indexes::write_keys(&input));
    let checks = indexes::checks(&input);
    let (catalog, parts, tables) =
        (catalog::write(&input), parts::write(&input), tables::write(&input));
    Ok(quote! {
        #checks
        #tx
        #indexes
        const _: () = {
            #catalog
            #parts
            #keys
            #tables
        };
    })
}
