//! What the stored values have that their types no longer do.

use std::collections::BTreeSet;
use std::ptr;
use std::sync::Arc;

use super::layout::Layout;

/// How many verdicts are kept of one layout: as many types, or dictionaries, as read it in turn.
const VERDICTS_MAX: usize = 8;

/// A stored field that the type that reads it does not have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gone {
    /// The struct or the enum, as it was called when the value was written.
    pub name: String,
    /// The variant; nothing for a struct.
    pub variant: String,
    /// The field.
    pub field: String,
}

/// The fields that were passed over while values of one table were read.
///
/// Each layout is looked at once for each type that reads it; after that it costs a comparison of two
/// addresses. So keep a `Drift` for many values, and one for each thread.
#[derive(Debug, Default)]
pub struct Drift {
    /// The verdicts on each layout, by its number.
    verdicts: Vec<Vec<Verdict>>,
    gone: BTreeSet<Gone>,
    /// A field was passed over since somebody has asked.
    has_passed: bool,
}

/// Which fields of a layout a type does not have.
pub(super) type Passed = Option<Arc<[bool]>>;

#[derive(Debug)]
struct Verdict {
    layout: Arc<Layout>,
    fields: &'static [&'static str],
    passed: Passed,
}

impl Drift {
    /// Nothing was read yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether no field was passed over.
    pub fn is_empty(&self) -> bool {
        self.gone.is_empty()
    }

    /// The fields that were passed over, in order, each once.
    pub fn gone(&self) -> impl Iterator<Item = &Gone> {
        self.gone.iter()
    }

    /// Whether a field was passed over since this was asked last.
    pub(crate) fn has_passed(&mut self) -> bool {
        std::mem::take(&mut self.has_passed)
    }

    /// Takes over what another one noticed.
    pub fn merge(&mut self, other: Self) {
        self.gone.extend(other.gone);
    }

    /// Which fields of a layout are not among those of the type that reads it.
    #[inline]
    pub(super) fn judge(
        &mut self,
        (number, layout): (usize, &Arc<Layout>),
        fields: &'static [&'static str],
    ) -> Passed {
        let verdicts = self.verdicts.get(number).map(Vec::as_slice).unwrap_or_default();
        let known = verdicts
            .iter()
            .find(|known| ptr::eq(known.fields, fields) && Arc::ptr_eq(&known.layout, layout));
        let passed = match known {
            Some(known) => known.passed.clone(),
            None => self.look(number, layout, fields),
        };
        self.has_passed |= passed.is_some();
        passed
    }

    #[cold]
    fn look(
        &mut self,
        number: usize,
        layout: &Arc<Layout>,
        fields: &'static [&'static str],
    ) -> Passed {
        let passed: Arc<[bool]> =
            layout.fields.iter().map(|field| !fields.contains(&&**field)).collect();
        for (field, _) in layout.fields.iter().zip(&*passed).filter(|(_, passed)| **passed) {
            self.gone.insert(Gone {
                name: layout.name.to_string(),
                variant: layout.variant.to_string(),
                field: field.to_string(),
            });
        }
        let passed = passed.contains(&true).then_some(passed);
        if self.verdicts.len() <= number {
            self.verdicts.resize_with(number + 1, Vec::new);
        }
        let verdicts = &mut self.verdicts[number];
        if verdicts.len() == VERDICTS_MAX {
            verdicts.remove(0);
        }
        verdicts.push(Verdict { layout: Arc::clone(layout), fields, passed: passed.clone() });
        passed
    }
}
