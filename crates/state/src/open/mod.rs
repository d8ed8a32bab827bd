//! From what is on disk to a state: whose it is, and what the journal says.

mod block;
mod home;
mod identity;
mod opening;
mod parts;
mod replay;
mod report;

pub use home::Home;
pub(crate) use opening::open;
pub use replay::Replay;
pub use report::OpenReport;
