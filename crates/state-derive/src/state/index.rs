//! What `#[index(..)]` says on a table.

use proc_macro2::Span;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Error, Ident, Member, Path, Result, Token, Type, parenthesized, token};

/// An index of a table.
pub(crate) struct Index {
    pub(crate) ident: Ident,
    /// The type of its keys, if it is said.
    pub(crate) kind: Option<Type>,
    pub(crate) source: Source,
    pub(crate) is_unique: bool,
}

/// Where the keys of an index come from.
pub(crate) enum Source {
    /// `= column` or `= (column, column)`: one a value.
    Columns(Vec<Column>),
    /// `in column`: as many a value as are in it.
    Each(Column),
    /// `with function`: what it makes of the key and the value, or none.
    With(Path),
}

/// A field of the value, or of a field of it.
pub(crate) struct Column(pub(crate) Vec<Member>);

impl Column {
    pub(crate) fn span(&self) -> Span {
        match self.0.first() {
            Some(Member::Named(name)) => name.span(),
            Some(Member::Unnamed(place)) => place.span,
            None => Span::call_site(),
        }
    }
}

impl Parse for Index {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let ident: Ident = input.parse()?;
        let kind = match input.parse::<Option<Token![:]>>()? {
            Some(_) => Some(input.parse()?),
            None => None,
        };
        let source = source(&ident, input)?;
        if kind.is_none() {
            needs_no_type(&ident, &source)?;
        }
        let mut is_unique = false;
        while input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            let setting: Ident = input.parse()?;
            if setting != "unique" {
                return Err(Error::new(setting.span(), "the only setting of an index is `unique`"));
            }
            is_unique = true;
        }
        if input.is_empty() {
            return Ok(Self { ident, kind, source, is_unique });
        }
        Err(input.error("an index ends here, or goes on with `, unique`"))
    }
}

impl Parse for Column {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let members = Punctuated::<Member, Token![.]>::parse_separated_nonempty(input)?;
        Ok(Self(members.into_iter().collect()))
    }
}

fn source(ident: &Ident, input: ParseStream<'_>) -> Result<Source> {
    if input.parse::<Option<Token![in]>>()?.is_some() {
        return input.parse().map(Source::Each);
    }
    if input.parse::<Option<Token![=]>>()?.is_some() {
        if !input.peek(token::Paren) {
            return Ok(Source::Columns(vec![input.parse()?]));
        }
        let columns;
        parenthesized!(columns in input);
        let columns = Punctuated::<_, Token![,]>::parse_terminated_with(&columns, Column::parse)?;
        return Ok(Source::Columns(columns.into_iter().collect()));
    }
    if input.parse::<Option<Ident>>()?.is_some_and(|word| word == "with") {
        return input.parse().map(Source::With);
    }
    let message = format!(
        "an index says what it is by: `{ident}: String = column`, `{ident}: (String, u16) = \
         (column, column)`, `{ident}: String in column` with several keys a value, or `{ident}: \
         String with function`"
    );
    Err(Error::new(ident.span(), message))
}

/// Without a type there are columns only, which the value knows the types of.
fn needs_no_type(ident: &Ident, source: &Source) -> Result<()> {
    let (columns, example) = match source {
        Source::Columns(columns) => (columns.as_slice(), "= .."),
        Source::Each(column) => (std::slice::from_ref(column), "in .."),
        Source::With(function) => {
            let message = format!("say the type of the keys: `{ident}: String with ..`");
            return Err(Error::new_spanned(function, message));
        }
    };
    match columns.iter().find(|column| !matches!(column.0.as_slice(), [Member::Named(_)])) {
        None => Ok(()),
        Some(deep) => {
            let message = format!("say the type of the keys: `{ident}: String {example}`");
            Err(Error::new(deep.span(), message))
        }
    }
}
