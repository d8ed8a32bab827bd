//! The fields of a struct, or of one variant of an enum, as components of a key.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Fields, Ident, Member, Path, Result, Type};

use crate::place::refuse_settings;

/// The components of a key in their order.
pub(crate) struct Components<'i> {
    library: &'i Path,
    /// What the fields belong to: `Self`, or `Self::Variant`.
    of: TokenStream,
    fields: Vec<Component<'i>>,
}

struct Component<'i> {
    member: Member,
    kind: &'i Type,
    /// What it is called while it is encoded.
    name: Ident,
}

impl<'i> Components<'i> {
    pub(crate) fn new(library: &'i Path, of: TokenStream, fields: &'i Fields) -> Result<Self> {
        for field in fields {
            refuse_settings(&field.attrs)?;
        }
        let fields = fields.members().zip(fields).enumerate().map(|(at, (member, field))| {
            Component { member, kind: &field.ty, name: format_ident!("field_{at}") }
        });
        Ok(Self { library, of, fields: fields.collect() })
    }

    pub(crate) fn library(&self) -> &'i Path {
        self.library
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    pub(crate) fn kinds(&self) -> impl DoubleEndedIterator<Item = &'i Type> {
        self.fields.iter().map(|field| field.kind)
    }

    /// That of a tuple, but one alone has its own.
    pub(crate) fn shape(&self) -> TokenStream {
        let library = self.library;
        let shapes: Vec<_> = self
            .kinds()
            .map(|kind| quote_spanned!(kind.span()=> <#kind as #library::key::Key>::SHAPE))
            .collect();
        match shapes.as_slice() {
            [one] => one.clone(),
            parts => quote!(#library::key::Shape::Tuple { parts: &[#(#parts),*] }),
        }
    }

    /// A pattern that gives each field its name.
    pub(crate) fn pattern(&self) -> TokenStream {
        let of = &self.of;
        let fields =
            self.fields.iter().map(|Component { member, name, .. }| quote!(#member: #name));
        quote!(#of { #(#fields),* })
    }

    /// Statements that append all fields to `out`.
    pub(crate) fn encode(&self) -> TokenStream {
        let library = self.library;
        self.placed()
            .map(|(Component { name, kind, .. }, place)| {
                quote_spanned!(kind.span()=> #library::key::Key::encode(#name, #place, out);)
            })
            .collect()
    }

    /// An expression that reads all fields from `bytes`.
    pub(crate) fn decode(&self) -> TokenStream {
        let (library, of) = (self.library, &self.of);
        let fields = self.placed().map(|(Component { member, kind, .. }, place)| {
            quote_spanned!(kind.span()=>
                #member: <#kind as #library::key::Key>::decode(bytes, #place)?)
        });
        quote!(#of { #(#fields),* })
    }

    /// Each component and its place: only the last one is where the key itself is.
    fn placed(&self) -> impl Iterator<Item = (&Component<'i>, TokenStream)> {
        let library = self.library;
        self.fields.iter().enumerate().map(move |(at, field)| {
            let is_last = at + 1 == self.fields.len();
            let place = if is_last { quote!(place) } else { quote!(#library::key::Place::Inner) };
            (field, place)
        })
    }
}
