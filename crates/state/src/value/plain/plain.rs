//! A value without its type: what the bytes say, and nothing more.

use forebay_store::{Error, Result};

/// A value without its type, for tools and for changes of shape.
///
/// ```
/// use forebay_state::value::{Dictionary, Drift, Plain, read_value, write_value};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize)]
/// struct Old { name: String, mail: String }
/// #[derive(Deserialize, PartialEq, Debug)]
/// struct New { name: String, email: String, #[serde(default)] age: Option<u8> }
///
/// let (mut dictionary, mut bytes) = (Dictionary::new(), Vec::new());
/// let old = Old { name: "Alice".into(), mail: "a@example.org".into() };
/// write_value(&old, &mut dictionary, &mut bytes)?;
///
/// let mut value = Plain::read(&bytes, &dictionary)?;
/// value.rename("mail", "email")?;
/// value.set("age", Plain::Number(31))?;
///
/// bytes.clear();
/// value.write(&mut dictionary, &mut bytes)?;
/// let new: New = read_value(&bytes, &dictionary, &mut Drift::new())?;
/// assert_eq!(new, New { name: "Alice".into(), email: "a@example.org".into(), age: Some(31) });
/// # Ok::<(), forebay_store::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Plain {
    /// Nothing: `None`, `()`, a unit struct.
    None,
    /// `false` or `true`.
    Bool(bool),
    /// A whole number from 0 up.
    Number(u128),
    /// A whole number below 0.
    Negative(i128),
    /// A number of single precision.
    Single(f32),
    /// A number of double precision.
    Double(f64),
    /// A character.
    Character(char),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A list of numbers from 0 to 255, as a `Vec<u8>` is for serde.
    Packed(Vec<u8>),
    /// `Some` of what is `None` or `Some` itself; any other `Some` is what is in it.
    Some(Box<Self>),
    /// A list, a tuple, a tuple struct.
    List(Vec<Self>),
    /// A map, in the order in which it was written.
    Map(Vec<(Self, Self)>),
    /// A struct with named fields.
    Struct {
        /// Its name.
        name: String,
        /// Its fields.
        fields: Fields,
    },
    /// A variant of an enum.
    Variant {
        /// The name of the enum.
        name: String,
        /// The name of the variant.
        variant: String,
        /// What is in it.
        content: Content,
    },
}

/// Named fields, in their order.
pub type Fields = Vec<(String, Plain)>;

/// What is in a variant.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Nothing.
    Unit,
    /// One value.
    Newtype(Box<Plain>),
    /// Some values in a row.
    Tuple(Vec<Plain>),
    /// Named fields.
    Fields(Fields),
}

impl Plain {
    /// The field `name` of a struct or a variant, or the value of this text in a map.
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Struct { fields, .. }
            | Self::Variant { content: Content::Fields(fields), .. } => {
                fields.iter().find(|(field, _)| field == name).map(|(_, value)| value)
            }
            Self::Map(pairs) => pairs.iter().find(|(key, _)| key.is(name)).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The field of this name, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Self> {
        match self {
            Self::Struct { fields, .. }
            | Self::Variant { content: Content::Fields(fields), .. } => {
                fields.iter_mut().find(|(field, _)| field == name).map(|(_, value)| value)
            }
            Self::Map(pairs) => {
                pairs.iter_mut().find(|(key, _)| key.is(name)).map(|(_, value)| value)
            }
            _ => None,
        }
    }

    /// Gives the field `name` this value; one that is not there yet comes last.
    ///
    /// # Errors
    ///
    /// `Invalid` if this is nothing that has named fields.
    pub fn set(&mut self, name: &str, value: Self) -> Result<()> {
        if let Some(place) = self.get_mut(name) {
            *place = value;
            return Ok(());
        }
        match self {
            Self::Struct { fields, .. }
            | Self::Variant { content: Content::Fields(fields), .. } => {
                fields.push((name.to_owned(), value));
            }
            Self::Map(pairs) => pairs.push((Self::Text(name.to_owned()), value)),
            _ => return Err(no_fields()),
        }
        Ok(())
    }

    /// Takes the field `name` out.
    pub fn remove(&mut self, name: &str) -> Option<Self> {
        match self {
            Self::Struct { fields, .. }
            | Self::Variant { content: Content::Fields(fields), .. } => {
                let at = fields.iter().position(|(field, _)| field == name)?;
                Some(fields.remove(at).1)
            }
            Self::Map(pairs) => {
                let at = pairs.iter().position(|(key, _)| key.is(name))?;
                Some(pairs.remove(at).1)
            }
            _ => None,
        }
    }

    /// Calls the field `from` `to`.
    ///
    /// # Errors
    ///
    /// `Invalid` if there is no field `from`, or one `to` already.
    pub fn rename(&mut self, from: &str, to: &str) -> Result<()> {
        if self.get(to).is_some() {
            return Err(Error::invalid(format!("there is a field `{to}` already")));
        }
        let name = match self {
            Self::Struct { fields, .. }
            | Self::Variant { content: Content::Fields(fields), .. } => {
                fields.iter_mut().map(|(name, _)| name).find(|name| *name == from)
            }
            Self::Map(pairs) => pairs.iter_mut().find_map(|(key, _)| match key {
                Self::Text(name) if name == from => Some(name),
                _ => None,
            }),
            _ => return Err(no_fields()),
        };
        match name {
            Some(name) => to.clone_into(name),
            None => return Err(Error::invalid(format!("there is no field `{from}`"))),
        }
        Ok(())
    }

    fn is(&self, text: &str) -> bool {
        matches!(self, Self::Text(own) if own == text)
    }
}

#[cold]
fn no_fields() -> Error {
    Error::invalid("a value without named fields")
}
