//! The code that tells the types of the fields of a value to the derive of a state.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Error, Fields, Path, Result, parse_quote};

use crate::faults::Faults;
use crate::place::as_made;

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let library = library(&input.attrs)?;
    let message = "`Columns` is derived for a struct whose fields have names";
    let Data::Struct(data) = &input.data else {
        return Err(Error::new(input.ident.span(), message));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(Error::new(input.ident.span(), message));
    };
    let (parameters, arguments, bounds) = input.generics.split_for_impl();
    let ident = &input.ident;
    let mut faults = Faults::default();
    let mut columns = Vec::new();
    for field in &fields.named {
        let is_skipped = faults.note(is_skipped(&field.attrs)).unwrap_or_default();
        let (Some(name), kind, false) = (&field.ident, &field.ty, is_skipped) else { continue };
        let column = number(&name.to_string());
        columns.push(quote_spanned! {kind.span()=>
            #[automatically_derived]
            impl #parameters #library::Column<#column> for #ident #arguments #bounds {
                type Type = #kind;

                fn column(&self) -> &#kind {
                    &self.#name
                }
            }
        });
    }
    faults.or(quote!(#(#columns)*))
}

/// The number of a name: 64 bits that no two fields of one struct share.
pub(crate) fn number(name: &str) -> u64 {
    let name = name.trim_start_matches("r#");
    // FNV-1a.
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn library(attributes: &[Attribute]) -> Result<Path> {
    let mut library = parse_quote!(::forebay_state);
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("column")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("crate") {
                return Err(meta.error("the only setting is `crate = path`"));
            }
            library = as_made(meta.value()?.parse()?);
            Ok(())
        })?;
    }
    Ok(library)
}

fn is_skipped(attributes: &[Attribute]) -> Result<bool> {
    let mut is_skipped = false;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("column")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("skip") {
                return Err(meta.error("the only setting of a field is `skip`"));
            }
            is_skipped = true;
            Ok(())
        })?;
    }
    Ok(is_skipped)
}
