//! What an entry holds, and what is noted beside it in the room that its tag leaves.

use super::entry::{Held, ListId};
use super::marks::Marks;

/// A [`Held`] with notes in each variant: next to a value that is a word long, its tag has seven bytes to spare,
/// which notes outside of it would take anew.
#[derive(Debug)]
pub(super) enum Content<V> {
    Nothing { weight: u32, marks: Marks, list: ListId, stretch: u8 },
    Absent { weight: u32, marks: Marks, list: ListId, stretch: u8 },
    Tombstone { weight: u32, marks: Marks, list: ListId, stretch: u8 },
    Value { weight: u32, marks: Marks, list: ListId, stretch: u8, value: V },
}

/// A note, whatever is held: `&` of it, or `&mut`, as the content is borrowed.
macro_rules! note {
    ($content:expr, $note:ident) => {
        match $content {
            $crate::table::content::Content::Nothing { $note, .. }
            | $crate::table::content::Content::Absent { $note, .. }
            | $crate::table::content::Content::Tombstone { $note, .. }
            | $crate::table::content::Content::Value { $note, .. } => $note,
        }
    };
}

pub(super) use note;

impl<V> Content<V> {
    pub(super) const fn new() -> Self {
        Self::Nothing { weight: 0, marks: Marks::new(), list: ListId::None, stretch: 0 }
    }

    /// What holds this, and weighs so much.
    #[inline]
    pub(super) fn of(held: Held<V>, weight: u32) -> Self {
        let (marks, list, stretch) = (Marks::new(), ListId::None, 0);
        match held {
            Held::Nothing => Self::Nothing { weight, marks, list, stretch },
            Held::Absent => Self::Absent { weight, marks, list, stretch },
            Held::Tombstone => Self::Tombstone { weight, marks, list, stretch },
            Held::Value(value) => Self::Value { weight, marks, list, stretch, value },
        }
    }

    #[inline]
    pub(super) fn held(&self) -> Held<&V> {
        match self {
            Self::Nothing { .. } => Held::Nothing,
            Self::Absent { .. } => Held::Absent,
            Self::Tombstone { .. } => Held::Tombstone,
            Self::Value { value, .. } => Held::Value(value),
        }
    }

    pub(super) fn into_held(self) -> Held<V> {
        match self {
            Self::Nothing { .. } => Held::Nothing,
            Self::Absent { .. } => Held::Absent,
            Self::Tombstone { .. } => Held::Tombstone,
            Self::Value { value, .. } => Held::Value(value),
        }
    }

    /// As [`swap`](Self::swap), where a value nearly always takes the place of another.
    #[inline]
    pub(super) fn swap_value(&mut self, held: &mut Held<V>) {
        if let (Self::Value { value, .. }, Held::Value(new)) = (&mut *self, &mut *held) {
            return std::mem::swap(value, new);
        }
        self.swap_late(held);
    }

    #[inline(never)]
    fn swap_late(&mut self, held: &mut Held<V>) {
        self.swap(held);
    }

    /// Holds this from now on; what it held is in `held` afterwards. The notes stay.
    #[inline]
    pub(super) fn swap(&mut self, held: &mut Held<V>) {
        if let (Self::Value { value, .. }, Held::Value(new)) = (&mut *self, &mut *held) {
            return std::mem::swap(value, new);
        }
        let old = std::mem::replace(self, Self::new());
        let new = std::mem::replace(held, Held::Nothing);
        let weight = *note!(&old, weight);
        let (list, stretch) = (*note!(&old, list), *note!(&old, stretch));
        let marks = note!(&old, marks).copy();
        *self = match new {
            Held::Nothing => Self::Nothing { weight, marks, list, stretch },
            Held::Absent => Self::Absent { weight, marks, list, stretch },
            Held::Tombstone => Self::Tombstone { weight, marks, list, stretch },
            Held::Value(value) => Self::Value { weight, marks, list, stretch, value },
        };
        *held = old.into_held();
    }
}
