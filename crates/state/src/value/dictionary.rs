//! The layouts that the values of one journal or one snapshot refer to.

use std::sync::Arc;

use forebay_store::{Error, Result};

use super::layout::{Layout, LayoutKind};
use super::memo::{Memo, TypeName};

/// The most layouts of a dictionary.
const LAYOUTS_MAX: usize = 4096;

/// The most layouts of one struct or variant: optional fields can make as many as there are values.
pub(super) const LAYOUTS_OF_ONE_MAX: usize = 64;

/// The layouts that values refer to by number, in the order in which they were first used.
///
/// Writing a value may add layouts. A program that keeps the values must keep these too: those from
/// [`len`](Dictionary::len) before a value was written to `len` after it stand before the value. The dictionary is
/// bounded; what does not fit is written without a layout.
#[derive(Debug, Default)]
pub struct Dictionary {
    layouts: Vec<Arc<Layout>>,
    /// Where in the program a layout came from: so that nothing is compared while writing.
    pub(super) memo: Memo,
}

/// It knows the same layouts, and writes the same; where they came from it learns anew.
impl Clone for Dictionary {
    fn clone(&self) -> Self {
        Self { layouts: self.layouts.clone(), memo: Memo::default() }
    }
}

impl Dictionary {
    /// A dictionary without layouts.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many layouts there are; the next one gets this number.
    pub fn len(&self) -> usize {
        self.layouts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.layouts.is_empty()
    }

    /// All layouts, in the order of their numbers.
    pub fn layouts(&self) -> impl Iterator<Item = &Layout> {
        self.layouts.iter().map(|layout| &**layout)
    }

    /// Appends the entries from number `first` on.
    pub fn write_entries(&self, first: usize, out: &mut Vec<u8>) {
        for (number, layout) in self.layouts.iter().enumerate().skip(first) {
            layout.write(number, out);
        }
    }

    /// Appends the entry with this number, which must be there.
    pub(crate) fn write_entry(&self, number: usize, out: &mut Vec<u8>) {
        self.layouts[number].write(number, out);
    }

    /// Learns the entries that [`write_entries`](Self::write_entries) wrote; known ones may come again.
    ///
    /// An entry that contradicts another one, or that skips a number, is damage.
    pub fn read_entries(&mut self, mut entries: &[u8]) -> Result<()> {
        while !entries.is_empty() {
            let (number, layout) = Layout::read(&mut entries)?;
            let known = self.numbered(number);
            if let Some(known) = known {
                if **known != layout {
                    return Err(Error::corrupt(format!("two layouts have the number {number}")));
                }
            } else if number == self.layouts.len() as u64 && self.layouts.len() < LAYOUTS_MAX {
                self.layouts.push(Arc::new(layout));
            } else {
                return Err(Error::corrupt(format!("there is no place for layout {number}")));
            }
        }
        Ok(())
    }

    #[inline]
    pub(super) fn numbered(&self, number: u64) -> Option<&Arc<Layout>> {
        self.layouts.get(usize::try_from(number).ok()?)
    }

    /// The number of a variant without named fields, or `None` if it is written without a layout.
    pub(super) fn variant(&mut self, kind: LayoutKind, of: TypeName, arity: usize) -> Option<u64> {
        if let Some(known) = self.memo.guess(kind, of, arity) {
            return self.memo.number(known);
        }
        self.learn(kind, of, &[], arity)
    }

    /// The number of a layout that the memo does not know.
    #[cold]
    pub(super) fn learn(
        &mut self,
        kind: LayoutKind,
        of: TypeName,
        fields: &[&'static str],
        arity: usize,
    ) -> Option<u64> {
        if self.memo.is_crowded(of) {
            return None;
        }
        let layout = Layout::new(kind, (of.name, of.variant), fields, arity);
        let number = self.intern(layout).map(|number| number as u64);
        self.memo.remember(kind, of, fields, arity, number);
        number
    }

    /// The number of a layout, if there is room for it.
    pub(super) fn intern(&mut self, layout: Layout) -> Option<usize> {
        if let Some(known) = self.layouts.iter().position(|known| **known == layout) {
            return Some(known);
        }
        let is_same = |known: &&Arc<Layout>| {
            known.kind == layout.kind
                && known.name == layout.name
                && known.variant == layout.variant
        };
        let crowded = self.layouts.iter().filter(is_same).count() >= LAYOUTS_OF_ONE_MAX;
        if crowded || self.layouts.len() >= LAYOUTS_MAX || !layout.is_bounded() {
            return None;
        }
        self.layouts.push(Arc::new(layout));
        Some(self.layouts.len() - 1)
    }
}
