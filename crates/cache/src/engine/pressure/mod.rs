//! Room among the dirty: how much there is, who waits for some, and in which order.

mod budget;
mod grade;
mod line;
mod permit;
mod purse;
mod room;
mod waiters;

pub(crate) use budget::{Budget, Room};
pub(crate) use line::Account;
pub(super) use line::{Spot, Sweep};
pub(super) use permit::Permit;
pub(crate) use room::Asker;
pub(super) use room::Landing;
