//! The code that makes a type a key.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DataEnum, DeriveInput, Error, Path, Result, Type, parse_quote};

use crate::components::Components;
use crate::place::{library, refuse_settings};

/// The most variants: which one it is takes one byte.
const VARIANTS_MAX: usize = 256;

/// What the implementation consists of.
struct Body {
    tail: TokenStream,
    shape: TokenStream,
    encode: TokenStream,
    decode: TokenStream,
}

pub(crate) fn derive(input: &DeriveInput) -> Result<TokenStream> {
    let library = library(&input.attrs)?;
    let Body { tail, shape, encode, decode } = match &input.data {
        Data::Struct(data) => {
            of_struct(input, &Components::new(&library, quote!(Self), &data.fields)?)?
        }
        Data::Enum(data) => of_enum(input, &library, data)?,
        Data::Union(_) => return Err(Error::new_spanned(input, "a union cannot be a key")),
    };
    let mut generics = input.generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(parse_quote!(#library::key::Key));
    }
    let (parameters, arguments, bounds) = generics.split_for_impl();
    let name = &input.ident;
    Ok(quote! {
        #[automatically_derived]
        impl #parameters #library::key::Key for #name #arguments #bounds {
            type Tail = #tail;
            const SHAPE: #library::key::Shape = #shape;

            fn encode(&self, place: #library::key::Place, out: &mut #library::key::KeyBytes) {
                #encode
            }

            fn decode(
                bytes: &mut #library::key::KeyReader<'_>,
                place: #library::key::Place,
            ) -> #library::key::Result<Self> {
                #decode
            }
        }
    })
}

fn of_struct(input: &DeriveInput, components: &Components<'_>) -> Result<Body> {
    if components.is_empty() {
        return Err(Error::new_spanned(input, "a struct without fields is one key only"));
    }
    let (pattern, encode, decode) =
        (components.pattern(), components.encode(), components.decode());
    Ok(Body {
        tail: tail(components.library(), components.kinds()),
        shape: components.shape(),
        encode: quote!(let #pattern = self; #encode),
        decode: quote!(::core::result::Result::Ok(#decode)),
    })
}

fn of_enum(input: &DeriveInput, library: &Path, data: &DataEnum) -> Result<Body> {
    let variants = variants(input, library, data)?;
    let count = variants.len();
    let encode = (0_u8..=u8::MAX).zip(&variants).map(|(at, components)| {
        let (pattern, encode) = (components.pattern(), components.encode());
        quote!(#pattern => { out.push(#at); #encode })
    });
    let decode = (0_u8..=u8::MAX).zip(&variants).map(|(at, components)| {
        let decode = components.decode();
        quote!(#at => ::core::result::Result::Ok(#decode))
    });
    let shapes = variants.iter().map(Components::shape);
    Ok(Body {
        tail: tail(library, variants.iter().flat_map(Components::kinds)),
        shape: quote!(#library::key::Shape::Choice { variants: &[#(#shapes),*] }),
        encode: quote! {
            // Not all variants have fields.
            let _ = place;
            match self { #(#encode)* }
        },
        decode: quote! {
            let _ = place;
            let variants: usize = #count;
            match bytes.byte()? {
                #(#decode,)*
                other => ::core::result::Result::Err(#library::key::Error::corrupt(
                    ::std::format!("variant {other} of {variants} in a key"),
                )),
            }
        },
    })
}

fn variants<'i>(
    input: &DeriveInput,
    library: &'i Path,
    data: &'i DataEnum,
) -> Result<Vec<Components<'i>>> {
    if data.variants.is_empty() || data.variants.len() > VARIANTS_MAX {
        let message = format!("an enum that is a key has 1 to {VARIANTS_MAX} variants");
        return Err(Error::new_spanned(input, message));
    }
    let components = data.variants.iter().map(|variant| {
        refuse_settings(&variant.attrs)?;
        if let Some((_, number)) = &variant.discriminant {
            let message = "a key's variants are ordered by their places, but `Ord` goes by this";
            return Err(Error::new_spanned(number, message));
        }
        let name = &variant.ident;
        Components::new(library, quote!(Self::#name), &variant.fields)
    });
    components.collect()
}

/// The tail of all of them together.
fn tail<'i>(library: &Path, kinds: impl DoubleEndedIterator<Item = &'i Type>) -> TokenStream {
    kinds.rev().fold(quote!(()), |rest, kind| {
        quote_spanned! {kind.span()=>
            <<#kind as #library::key::Key>::Tail as #library::key::Tail>::And<#rest>
        }
    })
}
