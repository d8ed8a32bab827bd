//! From a closure to what readers see: the turn, the twin trees, the front.

mod append;
mod close;
mod core;
mod cover;
mod desk;
mod door;
mod failure;
mod front;
mod grave;
mod line;
mod partners;
mod pin;
mod release;
mod root;
mod settle;
mod ticket;
mod turn;
mod unshown;
mod view;

pub use close::CloseReport;
pub(crate) use core::{Core, Log, check_rung};
pub(crate) use cover::Covered;
pub(crate) use desk::Desk;
pub use grave::Grave;
pub(crate) use partners::Partners;
pub(crate) use root::Root;
pub use ticket::{Receipt, Ticket};
pub use view::View;
