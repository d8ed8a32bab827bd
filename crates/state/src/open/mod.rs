//! From what is on disk to a state: whose it is, and what the journal says.

mod block;
mod check;
mod home;
mod identity;
mod inspect;
mod lost;
mod mode;
mod opening;
mod parts;
mod recover;
mod remains;
mod replay;
mod report;
mod tenant;
mod verify;

pub use home::Home;
pub use inspect::{Inspected, SnapshotFacts, inspect};
pub use lost::{Losses, Lost};
pub use mode::Mode;
pub(crate) use opening::open;
pub use replay::Replay;
pub use report::OpenReport;
pub use tenant::{StateReading, StateTenant};
pub use verify::{Verdict, Verified, Verifying, verify};
