//! The names of a struct or a variant, told once for all the values that have them.

use forebay_store::{Error, Result};

use super::leb;

/// The most fields of a layout.
const FIELDS_MAX: usize = 1024;

/// The most bytes of a name.
const NAME_MAX: usize = 1024;

/// What a layout is the layout of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayoutKind {
    /// A struct with named fields.
    Struct,
    /// A variant without contents.
    Unit,
    /// A variant with one value.
    Newtype,
    /// A variant with some values in a row.
    Tuple,
    /// A variant with named fields.
    Fields,
}

/// The names of a struct or a variant, and how many values follow its tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    pub(super) kind: LayoutKind,
    pub(super) name: Box<str>,
    pub(super) variant: Box<str>,
    pub(super) fields: Box<[Box<str>]>,
    pub(super) arity: usize,
}

impl Layout {
    /// A layout with these names; `arity` counts where nothing is named.
    pub(super) fn new(
        kind: LayoutKind,
        (name, variant): (&str, &str),
        fields: &[&str],
        arity: usize,
    ) -> Self {
        let fields = fields.iter().map(|field| Box::from(*field)).collect();
        Self { kind, name: name.into(), variant: variant.into(), fields, arity }
    }

    /// What it is the layout of.
    pub fn kind(&self) -> LayoutKind {
        self.kind
    }

    /// The name of the struct or the enum.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of the variant; nothing for a struct.
    pub fn variant(&self) -> &str {
        &self.variant
    }

    /// The names of the fields, in the order of their values.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| &**field)
    }

    /// Whether a dictionary may have it.
    pub(super) fn is_bounded(&self) -> bool {
        let mut names = self.fields.iter().chain([&self.name, &self.variant]);
        self.arity <= FIELDS_MAX && names.all(|name| name.len() <= NAME_MAX)
    }

    /// Appends it as the entry of this number.
    pub(super) fn write(&self, number: usize, out: &mut Vec<u8>) {
        leb::write(number as u64, out);
        out.push(self.kind.code());
        write_name(&self.name, out);
        if self.kind != LayoutKind::Struct {
            write_name(&self.variant, out);
        }
        if matches!(self.kind, LayoutKind::Struct | LayoutKind::Fields | LayoutKind::Tuple) {
            leb::write(self.arity as u64, out);
        }
        for field in &self.fields {
            write_name(field, out);
        }
    }

    /// Takes an entry and its number from the front of `rest`.
    pub(super) fn read(rest: &mut &[u8]) -> Result<(u64, Self)> {
        read_entry(rest).ok_or_else(|| Error::corrupt("a layout of a dictionary is damaged"))
    }
}

impl LayoutKind {
    const ALL: [Self; 5] = [Self::Struct, Self::Unit, Self::Newtype, Self::Tuple, Self::Fields];

    fn code(self) -> u8 {
        match self {
            Self::Struct => 0,
            Self::Unit => 1,
            Self::Newtype => 2,
            Self::Tuple => 3,
            Self::Fields => 4,
        }
    }
}

fn write_name(name: &str, out: &mut Vec<u8>) {
    leb::write(name.len() as u64, out);
    out.extend_from_slice(name.as_bytes());
}

fn read_entry(rest: &mut &[u8]) -> Option<(u64, Layout)> {
    let number = leb::read(rest)?;
    let (code, tail) = rest.split_first()?;
    *rest = tail;
    let kind = *LayoutKind::ALL.get(usize::from(*code))?;
    let name = read_name(rest)?;
    let variant = if kind == LayoutKind::Struct { Box::default() } else { read_name(rest)? };
    let arity = match kind {
        LayoutKind::Unit => 0,
        LayoutKind::Newtype => 1,
        _ => bounded(rest, FIELDS_MAX)?,
    };
    let named = matches!(kind, LayoutKind::Struct | LayoutKind::Fields);
    let fields =
        (0..if named { arity } else { 0 }).map(|_| read_name(rest)).collect::<Option<_>>()?;
    Some((number, Layout { kind, name, variant, fields, arity }))
}

fn read_name(rest: &mut &[u8]) -> Option<Box<str>> {
    let length = bounded(rest, NAME_MAX)?;
    let (name, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    std::str::from_utf8(name).ok().map(Box::from)
}

fn bounded(rest: &mut &[u8], most: usize) -> Option<usize> {
    leb::read(rest).and_then(|length| usize::try_from(length).ok()).filter(|length| *length <= most)
}
