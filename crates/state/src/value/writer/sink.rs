//! Where the bytes go, with the tags, lengths and layouts that stand before everything else.

use crate::value::dictionary::Dictionary;
use crate::value::fault::Fault;
use crate::value::layout::LayoutKind;
use crate::value::memo::TypeName;
use crate::value::{leb, short, tag};

/// How deep a value may be.
const DEPTH_MAX: u32 = 128;

/// Writes one value at the end of `out`.
#[derive(Debug)]
pub(in crate::value) struct Writer<'w> {
    pub(super) out: &'w mut Vec<u8>,
    pub(super) dictionary: &'w mut Dictionary,
    depth: u32,
}

impl<'w> Writer<'w> {
    pub(in crate::value) fn new(dictionary: &'w mut Dictionary, out: &'w mut Vec<u8>) -> Self {
        Self { out, dictionary, depth: 0 }
    }

    /// Something that has something inside begins.
    #[inline]
    pub(super) fn enter(&mut self) -> Result<(), Fault> {
        if self.depth == DEPTH_MAX {
            return Err(Fault::said("it is more than 128 deep"));
        }
        self.depth += 1;
        Ok(())
    }

    /// And ends.
    #[inline]
    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    #[inline]
    pub(super) fn number(&mut self, number: u64) {
        self.tagged(tag::NEAR_NUMBER, tag::NUMBER, number);
    }

    /// The number -1 - `below`.
    pub(super) fn negative(&mut self, below: u64) {
        self.counted(tag::NEGATIVE, below);
    }

    #[inline]
    pub(super) fn text(&mut self, text: &str) {
        let bytes = text.as_bytes();
        if let Some(tag) = tag::near(tag::NEAR_TEXT, bytes.len() as u64) {
            short::append([tag], bytes, self.out);
        } else {
            self.counted(tag::TEXT, bytes.len() as u64);
            self.out.extend_from_slice(bytes);
        }
    }

    #[inline]
    pub(super) fn layout(&mut self, number: u64) {
        self.tagged(tag::NEAR_LAYOUT, tag::LAYOUT, number);
    }

    /// A tag and the count or length after it.
    #[inline]
    pub(super) fn counted(&mut self, tag: u8, count: u64) {
        self.out.push(tag);
        leb::write(count, self.out);
    }

    #[inline]
    fn tagged(&mut self, near: u8, far: u8, number: u64) {
        match tag::near(near, number) {
            Some(tag) => self.out.push(tag),
            None => self.counted(far, number),
        }
    }

    /// What stands before the contents of a variant without named fields.
    pub(super) fn variant(&mut self, kind: LayoutKind, of: TypeName, arity: usize) {
        if let Some(number) = self.dictionary.variant(kind, of, arity) {
            self.layout(number);
        } else if kind == LayoutKind::Unit {
            self.text(of.variant);
        } else {
            self.counted(tag::MAP, 1);
            self.text(of.variant);
            if kind == LayoutKind::Tuple {
                self.counted(tag::LIST, arity as u64);
            }
        }
    }
}
