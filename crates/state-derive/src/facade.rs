//! The derives as the crate `forebay` exports them: made code finds the library there.

use proc_macro2::{Ident, Span, TokenTree};
use syn::{Attribute, DeriveInput, Meta, parse_quote};

/// The same, with the facade as the library unless the attribute `name` says another one.
pub(crate) fn of_forebay(mut input: DeriveInput, name: &str) -> DeriveInput {
    let is_said = |attribute: &Attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident(name) => {
            let mut tokens = list.tokens.clone().into_iter();
            tokens.any(|token| matches!(token, TokenTree::Ident(ident) if ident == "crate"))
        }
        _ => false,
    };
    if !input.attrs.iter().any(is_said) {
        let name = Ident::new(name, Span::call_site());
        input.attrs.push(parse_quote!(#[#name(crate = ::forebay::state)]));
    }
    input
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;

    use super::*;

    fn told(input: DeriveInput) -> String {
        let attributes = of_forebay(input, "state").attrs;
        attributes.iter().map(|it| it.meta.to_token_stream().to_string().replace(' ', "")).collect()
    }

    #[test]
    fn the_library_is_the_facade_unless_another_is_said() {
        assert_eq!(
            told(parse_quote!(
                struct Shop {}
            )),
            "state(crate=::forebay::state)"
        );
        let named = told(parse_quote!(
            #[state(name = "crate")]
            struct Shop {}
        ));
        assert_eq!(named, "state(name=\"crate\")state(crate=::forebay::state)");
        let other = told(parse_quote!(
            #[state(name = "s", crate = mine)]
            struct Shop {}
        ));
        assert_eq!(other, "state(name=\"s\",crate=mine)");
    }
}
