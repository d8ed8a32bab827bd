//! Lints that made code is let off.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Ident, Path};

/// An attribute that lets the next item off these lints. Made code does not know which of them it
/// would meet, so it cannot expect them.
pub(crate) fn quiet(lints: &[&str]) -> TokenStream {
    let allow = Ident::new("allow", Span::call_site());
    let lints = lints.iter().filter_map(|lint| syn::parse_str::<Path>(lint).ok());
    quote!(#[#allow(#(#lints),*)])
}
