//! The order of keys from one block to the next.

use forebay_store::Result;

use super::block::Block;

/// Sees that the blocks of a table go on where the one before ended.
///
/// [`Walk`](super::Walk) sees to the order within a block. Blocks may be walked anywhere and in any
/// order; then [`follow`](Self::follow) is told of them in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct Order {
    /// The table of the last block; none before the first.
    table: Option<u16>,
    /// Its last key.
    last: Vec<u8>,
}

impl Order {
    /// No block was read yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Calls `each` with every key and value of the next block.
    ///
    /// # Errors
    ///
    /// `Corrupt` if they are not in order; what `each` says.
    pub fn walk<'b>(
        &mut self,
        block: &'b Block,
        mut each: impl FnMut(&[u8], &'b [u8]) -> Result<()>,
    ) -> Result<()> {
        let mut walk = block.walk();
        let mut first = true;
        while let Some((key, value)) = walk.next()? {
            if std::mem::take(&mut first) {
                self.check(block, key)?;
            }
            each(key, value)?;
        }
        self.end(block, walk.key());
        Ok(())
    }

    /// The keys of the next block go from `first` to `last`.
    ///
    /// # Errors
    ///
    /// `Corrupt` if `first` is not behind all keys of the table so far.
    pub fn follow(&mut self, block: &Block, first: &[u8], last: &[u8]) -> Result<()> {
        self.check(block, first)?;
        self.end(block, last);
        Ok(())
    }

    fn check(&self, block: &Block, first: &[u8]) -> Result<()> {
        if self.table == Some(block.table) && *first <= *self.last {
            return Err(block.place.damaged("its keys are not behind those of the block before"));
        }
        Ok(())
    }

    fn end(&mut self, block: &Block, last: &[u8]) {
        self.table = Some(block.table);
        self.last.clear();
        self.last.extend_from_slice(last);
    }
}
