//! What the bytes of a key are made of.

use std::fmt;

/// What the bytes of a key are made of, as a text such as `(u64,text)`.
///
/// Tables whose keys are of one shape read each other's keys. It is a constant of the type, kept in
/// the catalog as text, and says nothing about names: a newtype has the shape of what it wraps.
///
/// ```
/// use forebay_state::key::{Key, Shape};
///
/// let shape = <(u64, Option<Box<str>>) as Key>::SHAPE;
/// assert_eq!(shape.to_string(), "(u64,option(text))");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// A kind without parts, by its name.
    Named {
        /// Of letters and digits.
        name: &'static str,
    },
    /// A kind made of another one.
    Of {
        /// What is made of it, of letters and digits.
        name: &'static str,
        /// The other one.
        of: &'static Self,
    },
    /// So many of one kind.
    Array {
        /// The kind of the elements.
        of: &'static Self,
        /// How many there are.
        count: usize,
    },
    /// One after the other.
    Tuple {
        /// The components; not one alone, which is its own shape.
        parts: &'static [Self],
    },
    /// One of several, and which.
    Choice {
        /// The variants in their order.
        variants: &'static [Self],
    },
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named { name } => f.write_str(name),
            Self::Of { name, of } => write!(f, "{name}({of})"),
            Self::Array { of, count } => write!(f, "[{of};{count}]"),
            Self::Tuple { parts } => list(f, ('(', ',', ')'), parts),
            Self::Choice { variants } => list(f, ('{', '|', '}'), variants),
        }
    }
}

fn list(
    f: &mut fmt::Formatter<'_>,
    (open, between, close): (char, char, char),
    shapes: &[Shape],
) -> fmt::Result {
    write!(f, "{open}")?;
    for (at, shape) in shapes.iter().enumerate() {
        if at > 0 {
            write!(f, "{between}")?;
        }
        write!(f, "{shape}")?;
    }
    write!(f, "{close}")
}
