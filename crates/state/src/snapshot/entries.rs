//! The entries of a block: each key without the beginning that it shares with the one before.

use forebay_store::Result;

use super::block::Block;
use super::damage::Place;
use crate::value::leb;

/// The most bytes of a key: those of a table's, and a table's number before them in the quarantine.
const LONGEST_KEY: usize = crate::key::KEY_MAX + 2;

/// Appends the beginning of an entry: all of it but the value.
pub(super) fn put_key(previous: &[u8], key: &[u8], value_len: usize, out: &mut Vec<u8>) {
    let shared = previous.iter().zip(key).take_while(|(a, b)| a == b).count();
    leb::write(shared as u64, out);
    leb::write((key.len() - shared) as u64, out);
    out.extend_from_slice(&key[shared..]);
    leb::write(value_len as u64, out);
}

/// Goes through the entries of a block, and checks them: that they are in order, are as many as the
/// block says, and are all that it holds.
///
/// ```
/// # use forebay_state::snapshot::{Head, Reader, Writer, Compression};
/// # let mut writer = Writer::new(Vec::new(), &Head::default(), Compression::None)?;
/// # writer.table(1)?;
/// # writer.entry(b"a", b"\x21")?;
/// # let (bytes, _) = writer.finish()?;
/// # let mut reader = Reader::open(bytes.as_slice())?;
/// let block = reader.next()?.expect("the state has an entry");
/// let mut walk = block.walk();
/// while let Some((key, value)) = walk.next()? {
///     println!("{key:02x?}: {value:02x?}");
/// }
/// # Ok::<(), forebay_store::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Walk<'b> {
    place: Place,
    rest: &'b [u8],
    left: u32,
    key: Vec<u8>,
    /// Whether `key` is one: before the first entry it is not.
    began: bool,
}

impl<'b> Walk<'b> {
    pub(super) fn new(block: &'b Block) -> Self {
        let Block { place, count, bytes, .. } = block;
        Self { place: *place, rest: bytes, left: *count, key: Vec::new(), began: false }
    }

    /// The key and the value of the next entry; `None` after the last one, if all is well.
    ///
    /// # Errors
    ///
    /// `Corrupt` if these are no entries in order. Do not go on then.
    // It lends what the next call changes, so it is no `Iterator`.
    #[expect(clippy::should_implement_trait, reason = "it lends the key")]
    pub fn next(&mut self) -> Result<Option<(&[u8], &'b [u8])>> {
        let Some(left) = self.left.checked_sub(1) else {
            return if self.rest.is_empty() {
                Ok(None)
            } else {
                Err(self.place.damaged("there are bytes behind its entries"))
            };
        };
        self.left = left;
        let value = self.step().map_err(|what| self.place.damaged(what))?;
        Ok(Some((&self.key, value)))
    }

    /// The key of the last entry that was read.
    pub fn key(&self) -> &[u8] {
        &self.key
    }

    fn step(&mut self) -> std::result::Result<&'b [u8], &'static str> {
        const BROKEN: &str = "an entry goes beyond its end";
        let shared = self.length().filter(|shared| *shared <= self.key.len()).ok_or(BROKEN)?;
        let rest = self.length().and_then(|length| self.take(length)).ok_or(BROKEN)?;
        if shared + rest.len() > LONGEST_KEY {
            return Err("a key is longer than a key may be");
        }
        if self.began && *rest <= self.key[shared..] {
            return Err("its keys are not in order");
        }
        self.began = true;
        self.key.truncate(shared);
        self.key.extend_from_slice(rest);
        self.length().and_then(|length| self.take(length)).ok_or(BROKEN)
    }

    fn length(&mut self) -> Option<usize> {
        leb::read(&mut self.rest).and_then(|length| usize::try_from(length).ok())
    }

    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }
}
