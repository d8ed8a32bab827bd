//! What a slot tells the order, and hears from it.

use std::sync::Arc;

use crate::slot::Stored;

/// A slot's place in the order, for as long as the slot lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Ticket {
    pub(crate) index: u32,
    pub(crate) generation: u32,
}

/// What has become of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    /// It is in memory, and weighs so much. If it is there already it only has another weight now.
    Here(Entrance, u64),
    /// It is not.
    Away,
    /// There is no such slot any more.
    Gone,
}

/// How an object came into memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entrance {
    New,
    Loaded,
    /// It goes first.
    Once,
}

/// Who is to leave next.
pub(crate) enum Next {
    One(Arc<dyn Stored>),
    /// Many steps were made without finding anybody: call again.
    More,
    Nothing,
}
