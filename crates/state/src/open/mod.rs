//! From what is on disk to a state: whose it is, and what the journal says.

#[cfg(test)]
mod tests;

mod applying;
mod batch;
mod batches;
mod block;
mod check;
mod filling;
mod found;
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
mod runs;
mod tenant;
mod verify;
mod wrong;

pub(crate) use found::Found;
pub use home::Home;
pub(crate) use home::LOCK;
pub(crate) use identity::{IDENTITY_FILES, Identity};
pub(crate) use inspect::no_state;
pub use inspect::{Inspected, SnapshotFacts, inspect};
pub use lost::{Losses, Lost};
pub use mode::Mode;
pub(crate) use opening::open;
pub use replay::Replay;
pub use report::OpenReport;
pub use tenant::{StateReading, StateTenant};
pub use verify::{TableFacts, Verdict, Verified, Verifying, verify};
pub(crate) use verify::{check_snapshot, read_through};
