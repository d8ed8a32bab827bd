//! Watching: what transactions have changed, in their order, as they are shown.

mod batch;
mod behind;
mod history;
mod ring;
#[expect(clippy::module_inception, reason = "the watch itself, beside what it looks at")]
mod watch;
mod watching;

pub use batch::{Batch, Change};
pub use behind::FellBehind;
pub(crate) use history::Recorder;
pub use watch::Watch;
pub use watching::Watching;
