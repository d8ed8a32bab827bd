//! The derive of `State`: from a struct of tables to the code that a state runs it with.
//!
//! `input.rs` reads the struct, with `settings.rs`, `table.rs` and `index.rs` for its attributes, and `check.rs`
//! compares its parts. Each other file writes one part of the code.

mod catalog;
mod check;
mod index;
mod indexes;
mod input;
mod parts;
mod settings;
mod table;
mod tables;
#[cfg(test)]
mod tests;
mod tx;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Result};

use input::Input;

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
