//! What `#[state(..)]` says on the struct.

use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, LitStr, Path, Result, Token, parenthesized, parse_quote};

use super::table::id;
use crate::place::as_made;

/// The settings of a state.
pub(crate) struct Settings {
    pub(crate) library: Path,
    pub(crate) name: Option<String>,
    pub(crate) retired: Vec<u16>,
    pub(crate) after_load: Option<Path>,
    pub(crate) migrations: Option<Path>,
}

impl Settings {
    pub(crate) fn read(attributes: &[Attribute]) -> Result<Self> {
        let library = parse_quote!(::forebay_state);
        let (retired, after_load, migrations) = (Vec::new(), None, None);
        let mut settings = Self { library, name: None, retired, after_load, migrations };
        let mut said = Vec::new();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("state")) {
            attribute.parse_nested_meta(|meta| {
                once(&meta, &mut said)?;
                settings.take(&meta)
            })?;
        }
        Ok(settings)
    }

    fn take(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        if meta.path.is_ident("name") {
            self.name = Some(text(meta)?);
        } else if meta.path.is_ident("retired") {
            let ids;
            parenthesized!(ids in meta.input);
            let ids = Punctuated::<_, Token![,]>::parse_terminated_with(&ids, id)?;
            self.retired.extend(ids);
        } else if meta.path.is_ident("after_load") {
            self.after_load = Some(meta.value()?.parse()?);
        } else if meta.path.is_ident("migrations") {
            self.migrations = Some(meta.value()?.parse()?);
        } else if meta.path.is_ident("crate") {
            self.library = as_made(meta.value()?.parse()?);
        } else if meta.path.is_ident("skip") {
            return Err(meta.error("`skip` stands on a field that is not kept on disk"));
        } else {
            let message = "the settings of a state are `name`, `retired`, `after_load`, `migrations` \
                           and `crate`";
            return Err(meta.error(message));
        }
        Ok(())
    }
}

/// A text that says something.
pub(crate) fn text(meta: &ParseNestedMeta<'_>) -> Result<String> {
    let text: LitStr = meta.value()?.parse()?;
    if text.value().trim().is_empty() {
        return Err(syn::Error::new(text.span(), "a name has at least one letter"));
    }
    Ok(text.value())
}

/// Refuses what is said twice.
pub(crate) fn once(meta: &ParseNestedMeta<'_>, said: &mut Vec<Ident>) -> Result<()> {
    let Some(name) = meta.path.get_ident() else { return Ok(()) };
    if said.contains(name) {
        return Err(meta.error(format_args!("`{name}` is said twice")));
    }
    said.push(name.clone());
    Ok(())
}
