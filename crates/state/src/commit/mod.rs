//! From a closure to what readers see: the turn, the twin trees, the front.

mod core;
mod desk;
mod front;
mod grave;
mod root;
mod settle;
mod ticket;
mod turn;
mod unshown;
mod view;

pub(crate) use core::{Core, Log};
pub(crate) use desk::Desk;
pub use grave::Grave;
pub(crate) use root::Root;
pub use ticket::{Receipt, Ticket};
pub use view::View;
