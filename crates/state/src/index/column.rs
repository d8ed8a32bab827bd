//! A field of a value, for indexes that do not say its type.

/// The field of a value whose name has this number. `#[derive(Columns)]` makes one for each field.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the type of this column of `{Self}` is not known",
    label = "not known",
    note = "say it, as in `#[index(by_name: String = name)]`, or derive `Columns` for `{Self}`",
    note = "if `Columns` is derived there is no such field, or it has `#[column(skip)]`"
)]
pub trait Column<const NAME: u64> {
    /// The type of the field.
    type Type;

    /// The field.
    fn column(&self) -> &Self::Type;
}
