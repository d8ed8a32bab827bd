//! The bytes of a value, taken from the front and trusted in nothing.

use std::sync::Arc;

use super::dictionary::Dictionary;
use super::fault::Fault;
use super::layout::Layout;
use super::{leb, tag};

/// How deep a value may be that is read: more than what is written, for types that became deeper.
const DEPTH_MAX: u32 = 256;

/// In a value of more bytes than this each text is checked by itself.
const TOGETHER_MAX: usize = 1 << 10;

const SHORT: &str = "it ends too early";

/// What is left of a value.
#[derive(Debug)]
pub(super) struct Bytes<'de, 'a> {
    rest: &'de [u8],
    /// The end of the value, from its first text on, if all of that is known to be UTF-8; else empty.
    known: &'de str,
    /// Each text is checked by itself, because something that is not UTF-8 is among them, or the value is long.
    is_mixed: bool,
    dictionary: &'a Dictionary,
    depth: u32,
}

/// A layout and its number.
pub(super) type Numbered<'a> = (usize, &'a Arc<Layout>);

impl<'de, 'a> Bytes<'de, 'a> {
    pub(super) fn new(bytes: &'de [u8], dictionary: &'a Dictionary) -> Self {
        let is_mixed = bytes.len() > TOGETHER_MAX;
        Self { rest: bytes, known: "", is_mixed, dictionary, depth: 0 }
    }

    /// How many bytes are left.
    #[inline]
    pub(super) fn left(&self) -> usize {
        self.rest.len()
    }

    /// Something that has something inside begins.
    #[inline]
    pub(super) fn enter(&mut self) -> Result<(), Fault> {
        if self.depth == DEPTH_MAX {
            return Err(Fault::damaged("it is more than 256 deep"));
        }
        self.depth += 1;
        Ok(())
    }

    /// And ends.
    #[inline]
    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// The next byte, which stays.
    #[inline]
    pub(super) fn peek(&self) -> Result<u8, Fault> {
        self.rest.first().copied().ok_or_else(|| Fault::damaged(SHORT))
    }

    /// The next byte.
    #[inline]
    pub(super) fn tag(&mut self) -> Result<u8, Fault> {
        let Some((tag, tail)) = self.rest.split_first() else { return Err(Fault::damaged(SHORT)) };
        self.rest = tail;
        Ok(*tag)
    }

    /// Passes over a byte that was peeked at.
    #[inline]
    pub(super) fn pass(&mut self) {
        self.rest = self.rest.get(1..).unwrap_or_default();
    }

    /// A number in groups of seven bits.
    #[inline]
    pub(super) fn leb(&mut self) -> Result<u64, Fault> {
        leb::read(&mut self.rest).ok_or_else(|| {
            Fault::damaged("a number is too long, not in its shortest form, or cut off")
        })
    }

    /// A length or count, of things that take at least `each` bytes.
    #[inline]
    pub(super) fn count(&mut self, each: usize) -> Result<usize, Fault> {
        let count = self.leb()?;
        let most = self.rest.len() / each;
        usize::try_from(count)
            .ok()
            .filter(|count| *count <= most)
            .ok_or_else(|| Fault::damaged("a length goes beyond the end"))
    }

    #[inline]
    pub(super) fn take(&mut self, length: usize) -> Result<&'de [u8], Fault> {
        let Some((bytes, tail)) = self.rest.split_at_checked(length) else {
            return Err(Fault::damaged(SHORT));
        };
        self.rest = tail;
        Ok(bytes)
    }

    /// As many bytes as a number of fixed size has.
    pub(super) fn fixed<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let (bytes, tail) = self.rest.split_first_chunk().ok_or_else(|| Fault::damaged(SHORT))?;
        self.rest = tail;
        Ok(*bytes)
    }

    /// Bytes behind their length.
    pub(super) fn bytes(&mut self) -> Result<&'de [u8], Fault> {
        let length = self.count(1)?;
        self.take(length)
    }

    /// The text that a tag announces, if it announces one.
    #[inline]
    pub(super) fn text(&mut self, tag: u8) -> Result<Option<&'de str>, Fault> {
        let length = match tag {
            tag::NEAR_TEXT..=tag::LAST_NEAR_TEXT => usize::from(tag - tag::NEAR_TEXT),
            tag::TEXT => self.count(1)?,
            _ => return Ok(None),
        };
        if let Some(text) = self.known_text(length) {
            self.rest = self.rest.get(length..).unwrap_or_default();
            return Ok(Some(text));
        }
        match std::str::from_utf8(self.take(length)?) {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(Fault::damaged("a text is not UTF-8")),
        }
    }

    /// The text of the next `length` bytes, if all that is left of the value is UTF-8. What is between texts, their tags and
    /// numbers, most often is, too, and one long check costs less than several short ones.
    #[inline]
    fn known_text(&mut self, length: usize) -> Option<&'de str> {
        if self.is_mixed {
            return None;
        }
        if self.known.len() < self.rest.len() {
            let Ok(known) = std::str::from_utf8(self.rest) else {
                self.is_mixed = true;
                return None;
            };
            self.known = known;
        }
        // Both end where the value does.
        let begin = self.known.len() - self.rest.len();
        self.known.get(begin..begin.checked_add(length)?)
    }

    /// The number from zero up that a tag announces, if it announces one of up to 64 bits.
    #[inline]
    pub(super) fn number(&mut self, tag: u8) -> Result<Option<u64>, Fault> {
        match tag {
            tag::NEAR_NUMBER..=tag::LAST_NEAR_NUMBER => Ok(Some(u64::from(tag - tag::NEAR_NUMBER))),
            tag::NUMBER => self.leb().map(Some),
            _ => Ok(None),
        }
    }

    pub(super) fn character(&mut self) -> Result<char, Fault> {
        let code = u32::try_from(self.leb()?).ok();
        code.and_then(char::from_u32).ok_or_else(|| Fault::damaged("a character is none"))
    }

    /// The layout that a tag announces, if it announces one.
    #[inline]
    pub(super) fn layout(&mut self, tag: u8) -> Result<Option<Numbered<'a>>, Fault> {
        let number = match tag {
            tag::NEAR_LAYOUT..=tag::LAST_NEAR_LAYOUT => u64::from(tag - tag::NEAR_LAYOUT),
            tag::LAYOUT => self.leb()?,
            _ => return Ok(None),
        };
        let dictionary = self.dictionary;
        match dictionary.numbered(number) {
            Some(layout) => Ok(Some(((number & 0xFFFF) as usize, layout))),
            None => Err(Fault::damaged("its layout is not in the dictionary")),
        }
    }

    /// Whether the end of a list or map is next, which is then passed.
    pub(super) fn ends(&mut self) -> Result<bool, Fault> {
        let ends = self.peek()? == tag::END;
        if ends {
            self.pass();
        }
        Ok(ends)
    }

    /// Passes over a whole value, and sees that it is one.
    pub(super) fn skip(&mut self) -> Result<(), Fault> {
        let tag = self.tag()?;
        if self.text(tag)?.is_some() || self.number(tag)?.is_some() {
            return Ok(());
        }
        match tag {
            tag::NONE | tag::FALSE | tag::TRUE => Ok(()),
            tag::NEGATIVE => self.leb().map(drop),
            tag::WIDE | tag::WIDE_NEGATIVE => self.take(16).map(drop),
            tag::SINGLE => self.take(4).map(drop),
            tag::DOUBLE => self.take(8).map(drop),
            tag::CHARACTER => self.character().map(drop),
            tag::BYTES | tag::PACKED => self.bytes().map(drop),
            _ => self.skip_inside(tag),
        }
    }

    fn skip_inside(&mut self, tag: u8) -> Result<(), Fault> {
        self.enter()?;
        match tag {
            tag::SOME => self.skip()?,
            tag::LIST => (0..self.count(1)?).try_for_each(|_| self.skip())?,
            tag::MAP => (0..2 * self.count(2)?).try_for_each(|_| self.skip())?,
            tag::LIST_TO_END => {
                while !self.ends()? {
                    self.skip()?;
                }
            }
            tag::MAP_TO_END => {
                while !self.ends()? {
                    self.skip()?;
                    self.skip()?;
                }
            }
            _ => match self.layout(tag)? {
                Some((_, layout)) => (0..layout.arity).try_for_each(|_| self.skip())?,
                None => return Err(Fault::damaged("a tag means nothing")),
            },
        }
        self.leave();
        Ok(())
    }
}
