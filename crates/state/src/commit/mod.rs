//! From a closure to what readers see: the turn, the twin trees, the front.

mod desk;
mod front;
mod grave;
mod root;
mod turn;
mod view;

pub(crate) use desk::Desk;
pub(crate) use front::Front;
pub use grave::Grave;
pub(crate) use root::Root;
pub(crate) use turn::Turn;
pub use view::View;
