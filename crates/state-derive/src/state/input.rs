//! The struct of tables as its author wrote it.

use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Field, Fields, Ident, Path, Result, Type, Visibility};

use super::check;
use super::settings::Settings;
use super::table::{Role, Table};
use crate::faults::Faults;

/// A struct of tables that nothing is wrong with.
pub(crate) struct Input<'i> {
    pub(crate) visibility: &'i Visibility,
    pub(crate) ident: &'i Ident,
    pub(crate) settings: Settings,
    pub(crate) tables: Vec<Table<'i>>,
    pub(crate) skipped: Vec<Skipped<'i>>,
}

/// A field that is not kept on disk.
pub(crate) struct Skipped<'i> {
    pub(crate) ident: &'i Ident,
    pub(crate) kind: &'i Type,
}

impl<'i> Input<'i> {
    pub(crate) fn read(input: &'i DeriveInput) -> Result<Self> {
        let fields = fields(input)?;
        let mut faults = Faults::default();
        if let Some(parameter) = input.generics.params.first() {
            let message = "a struct of tables has no parameters: what is on disk has one type";
            faults.add(Error::new_spanned(parameter, message));
        }
        let settings = faults.note(Settings::read(&input.attrs));
        let (mut tables, mut skipped) = (Vec::new(), Vec::new());
        for (ident, field) in fields {
            match faults.note(Role::read(ident, field)) {
                Some(Role::Table(table)) => tables.push(table),
                Some(Role::Skipped) => skipped.push(Skipped { ident, kind: &field.ty }),
                None => {}
            }
        }
        let retired = settings.as_ref().map_or(&[][..], |settings| &settings.retired);
        check::ids(&tables, retired, &mut faults);
        check::names(&tables, &mut faults);
        check::indexes(&tables, &mut faults);
        let settings = faults.or(settings)?.expect("settings that were not read are a fault");
        if tables.is_empty() {
            let message = "a state has at least one table: `#[table(id = 1)]` on a field";
            return Err(Error::new(input.ident.span(), message));
        }
        Ok(Self { visibility: &input.vis, ident: &input.ident, settings, tables, skipped })
    }

    /// Where the library is.
    pub(crate) fn library(&self) -> &Path {
        &self.settings.library
    }

    /// What the state is called on disk.
    pub(crate) fn name(&self) -> String {
        let given = self.settings.name.clone();
        given.unwrap_or_else(|| snake_case(&self.ident.to_string()))
    }
}

fn fields(input: &DeriveInput) -> Result<Vec<(&Ident, &Field)>> {
    let message = "`State` is derived for a struct of tables with names";
    let Data::Struct(data) = &input.data else {
        return Err(Error::new(input.ident.span(), message));
    };
    let Fields::Named(fields) = &data.fields else {
        let place = if data.fields.is_empty() { input.ident.span() } else { data.fields.span() };
        return Err(Error::new(place, message));
    };
    Ok(fields.named.iter().filter_map(|field| Some((field.ident.as_ref()?, field))).collect())
}

/// `ShopData` as `shop_data`.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.trim_start_matches("r#").chars() {
        if letter.is_uppercase() && !snake.is_empty() && !snake.ends_with('_') {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}
