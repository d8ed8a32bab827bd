//! What a cache tells of itself: counts, modes, events, spans.

mod audit;
mod counters;
mod explain;
mod modes;
pub(super) mod tally;
mod teller;
pub(super) mod traced;

pub(super) use counters::Counters;
pub(super) use modes::Modes;
pub(super) use tally::Tally;
pub(crate) use teller::Listener;
pub(super) use teller::Teller;
pub(crate) use traced::Span;
