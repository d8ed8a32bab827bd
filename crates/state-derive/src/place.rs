//! Where the made code finds the library.

use proc_macro2::Span;
use syn::{Attribute, Error, Path, Result, parse_quote};

/// What `#[key(crate = path)]` says, or `::forebay_state`.
pub(crate) fn library(attributes: &[Attribute]) -> Result<Path> {
    let mut found = None;
    for attribute in attributes.iter().filter(|attribute| is_ours(attribute)) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("crate") {
                return Err(meta.error("the only setting is `crate = path`"));
            }
            if found.is_some() {
                return Err(meta.error("`crate` is said twice"));
            }
            found = Some(as_made(meta.value()?.parse()?));
            Ok(())
        })?;
    }
    Ok(found.unwrap_or_else(|| parse_quote!(::forebay_state)))
}

/// The same path as one that the derive made, so that lints about paths leave it alone.
pub(crate) fn as_made(path: Path) -> Path {
    at(path, Span::call_site())
}

/// The same path, as if it were written there.
pub(crate) fn at(mut path: Path, place: Span) -> Path {
    for segment in &mut path.segments {
        segment.ident.set_span(place);
    }
    if let Some(colons) = &mut path.leading_colon {
        colons.spans = [place; 2];
    }
    path
}

/// Refuses settings on a field or a variant, where there are none.
pub(crate) fn refuse_settings(attributes: &[Attribute]) -> Result<()> {
    match attributes.iter().find(|attribute| is_ours(attribute)) {
        Some(attribute) => Err(Error::new_spanned(attribute, "`key` stands on the type only")),
        None => Ok(()),
    }
}

fn is_ours(attribute: &Attribute) -> bool {
    attribute.path().is_ident("key")
}
