//! The catalog of the tables, and the references to them.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;
use syn::spanned::Spanned;

use super::input::Input;
use super::quiet::quiet;
use super::table::Table;

/// Constants: what is known of each table, and the references of users to them.
pub(crate) fn write(input: &Input<'_>) -> TokenStream {
    let (library, ident, name) = (input.library(), input.ident, input.name());
    let infos = input.tables.iter().map(|table| info(input, table));
    let retired = &input.settings.retired;
    let references = input.tables.iter().map(|table| reference(input, table));
    quote! {
        const __TABLES: &[#library::TableInfo] = &[#(#infos),*];
        const __RETIRED: &[#library::TableId] = &[#(#library::TableId(#retired)),*];
        const __CATALOG: #library::Catalog = #library::Catalog::new(#name, __TABLES, __RETIRED);

        impl #ident {
            #(#references)*
        }
    }
}

fn info(input: &Input<'_>, table: &Table<'_>) -> TokenStream {
    let (library, version, (name, _)) = (input.library(), table.version, &table.name);
    let kind = table.as_field(library);
    let id = id(table);
    quote_spanned! {table.kind.span()=>
        #library::TableInfo {
            id: #library::TableId(#id),
            name: #name,
            kind: #kind::KIND,
            key: <#kind::Key as #library::key::Key>::SHAPE,
            version: #version,
        }
    }
}

fn reference(input: &Input<'_>, table: &Table<'_>) -> TokenStream {
    let (library, ident) = (input.library(), input.ident);
    let Table { ident: field, kind, visibility, .. } = table;
    let id = id(table);
    let constant = constant(field);
    let quiet = quiet(&["dead_code"]);
    let docs = format!("The table [`{}`](Self::{field}).", table.name.0);
    quote_spanned! {kind.span()=>
        #[doc = #docs]
        #quiet
        #visibility const #constant: #library::TableRef<#ident, #kind> = #library::TableRef::new(
            #library::TableId(#id),
            |tables| &tables.#field,
            |changes| &changes.#field,
        );
    }
}

/// `users` as `USERS`.
fn constant(field: &Ident) -> Ident {
    let name = field.to_string().trim_start_matches("r#").to_uppercase();
    format_ident!("{name}", span = field.span())
}

fn id(table: &Table<'_>) -> u16 {
    table.id.expect("a table without an id was refused").0
}
