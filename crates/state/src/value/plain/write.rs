//! Writing a value without its type: the same bytes that its type would write.

use forebay_store::{Error, Result};

use super::plain::{Content, Fields, Plain};
use crate::value::dictionary::Dictionary;
use crate::value::layout::{Layout, LayoutKind};
use crate::value::{leb, tag};

/// How deep a value may be that is written.
const DEPTH_MAX: u32 = 128;

impl Plain {
    /// Appends it to `out`; layouts that the dictionary has not yet are added to it.
    ///
    /// # Errors
    ///
    /// `Refused` if it is more than 128 deep: then `out` is as it was.
    pub fn write(&self, dictionary: &mut Dictionary, out: &mut Vec<u8>) -> Result<()> {
        let start = out.len();
        let mut writer = Writer { dictionary, out, depth: 0 };
        let written = writer.value(self);
        if written.is_none() {
            out.truncate(start);
            return Err(Error::refused("a value cannot be written: it is more than 128 deep"));
        }
        Ok(())
    }
}

struct Writer<'a> {
    dictionary: &'a mut Dictionary,
    out: &'a mut Vec<u8>,
    depth: u32,
}

/// `None`: it is too deep.
type Done = Option<()>;

impl Writer<'_> {
    fn value(&mut self, value: &Plain) -> Done {
        match value {
            Plain::None => self.out.push(tag::NONE),
            Plain::Bool(is) => self.out.push(if *is { tag::TRUE } else { tag::FALSE }),
            Plain::Number(number) => match u64::try_from(*number) {
                Ok(number) => self.counted(tag::NUMBER, Some(tag::NEAR_NUMBER), number),
                Err(_) => self.fixed(tag::WIDE, &number.to_le_bytes()),
            },
            Plain::Negative(number) => match (u128::try_from(*number), u64::try_from(!*number)) {
                (Ok(number), _) => self.value(&Plain::Number(number))?,
                (_, Ok(below)) => self.counted(tag::NEGATIVE, None, below),
                _ => self.fixed(tag::WIDE_NEGATIVE, &number.to_le_bytes()),
            },
            Plain::Single(number) => self.fixed(tag::SINGLE, &number.to_le_bytes()),
            Plain::Double(number) => self.fixed(tag::DOUBLE, &number.to_le_bytes()),
            Plain::Character(one) => self.counted(tag::CHARACTER, None, u32::from(*one).into()),
            Plain::Text(text) => self.text(text),
            Plain::Bytes(bytes) => self.bytes(tag::BYTES, bytes),
            Plain::Packed(bytes) => self.bytes(tag::PACKED, bytes),
            _ => {
                self.depth += 1;
                if self.depth > DEPTH_MAX {
                    return None;
                }
                self.inside(value)?;
                self.depth -= 1;
            }
        }
        Some(())
    }

    fn inside(&mut self, value: &Plain) -> Done {
        match value {
            Plain::Some(inner) => {
                if matches!(**inner, Plain::None | Plain::Some(_)) {
                    self.out.push(tag::SOME);
                }
                self.value(inner)
            }
            Plain::List(list) => self.list(list),
            Plain::Map(pairs) => {
                self.counted(tag::MAP, None, pairs.len() as u64);
                pairs.iter().try_for_each(|(key, value)| {
                    self.value(key)?;
                    self.value(value)
                })
            }
            Plain::Struct { name, fields } => {
                let names: Vec<_> = fields.iter().map(|(name, _)| name.as_str()).collect();
                let layout = Layout::new(LayoutKind::Struct, (name, ""), &names, names.len());
                if self.layout(layout) { self.each(fields) } else { self.map(fields) }
            }
            Plain::Variant { name, variant, content } => self.variant((name, variant), content),
            _ => self.value(value),
        }
    }

    fn variant(&mut self, of: (&str, &str), content: &Content) -> Done {
        let layout = match content {
            Content::Unit => Layout::new(LayoutKind::Unit, of, &[], 0),
            Content::Newtype(_) => Layout::new(LayoutKind::Newtype, of, &[], 1),
            Content::Tuple(list) => Layout::new(LayoutKind::Tuple, of, &[], list.len()),
            Content::Fields(fields) => {
                let names: Vec<_> = fields.iter().map(|(name, _)| name.as_str()).collect();
                Layout::new(LayoutKind::Fields, of, &names, names.len())
            }
        };
        let has_layout = self.layout(layout);
        if !has_layout {
            // A variant without a layout is its name, or a map of one pair from its name.
            if !matches!(content, Content::Unit) {
                self.counted(tag::MAP, None, 1);
            }
            self.text(of.1);
        }
        match content {
            Content::Unit => Some(()),
            Content::Newtype(inner) => self.value(inner),
            Content::Tuple(list) if has_layout => {
                list.iter().try_for_each(|value| self.value(value))
            }
            Content::Tuple(list) => self.list(list),
            Content::Fields(fields) if has_layout => self.each(fields),
            Content::Fields(fields) => self.map(fields),
        }
    }

    /// Writes the tag of a layout, if the dictionary has room for it.
    fn layout(&mut self, layout: Layout) -> bool {
        let number = self.dictionary.intern(layout);
        if let Some(number) = number {
            self.counted(tag::LAYOUT, Some(tag::NEAR_LAYOUT), number as u64);
        }
        number.is_some()
    }

    fn each(&mut self, fields: &Fields) -> Done {
        fields.iter().try_for_each(|(_, value)| self.value(value))
    }

    fn map(&mut self, fields: &Fields) -> Done {
        self.counted(tag::MAP, None, fields.len() as u64);
        fields.iter().try_for_each(|(name, value)| {
            self.text(name);
            self.value(value)
        })
    }

    fn list(&mut self, list: &[Plain]) -> Done {
        self.counted(tag::LIST, None, list.len() as u64);
        list.iter().try_for_each(|value| self.value(value))
    }

    fn text(&mut self, text: &str) {
        self.counted(tag::TEXT, Some(tag::NEAR_TEXT), text.len() as u64);
        self.out.extend_from_slice(text.as_bytes());
    }

    fn bytes(&mut self, tag: u8, bytes: &[u8]) {
        self.counted(tag, None, bytes.len() as u64);
        self.out.extend_from_slice(bytes);
    }

    fn fixed(&mut self, tag: u8, bytes: &[u8]) {
        self.out.push(tag);
        self.out.extend_from_slice(bytes);
    }

    /// A tag and a number behind it, or in it if it is near enough.
    fn counted(&mut self, tag: u8, near: Option<u8>, number: u64) {
        if let Some(tag) = near.and_then(|near| tag::near(near, number)) {
            self.out.push(tag);
        } else {
            self.out.push(tag);
            leb::write(number, self.out);
        }
    }
}
