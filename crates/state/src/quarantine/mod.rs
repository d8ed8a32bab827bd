//! Quarantine: values that the tables of today cannot take, kept as they were stored.
//!
//! It is a part of the root, so every view, snapshot and copy has it. It grows only while a state is
//! opened; from then on its values leave it one by one, each with a transaction of the journal.

#[cfg(test)]
mod tests;

mod cause;
mod form;
mod held;
mod keys;
mod leaving;
#[expect(clippy::module_inception, reason = "the quarantine itself, beside its parts")]
mod quarantine;
mod retry;

pub use cause::Cause;
pub use held::Quarantined;
pub use keys::QuarantinedKeys;
pub use quarantine::{Quarantine, QuarantineEntries};
pub use retry::Retried;

pub(crate) use held::Held;
pub(crate) use leaving::Leaving;
pub(crate) use quarantine::{Place, QUARANTINE};
pub(crate) use retry::Retrying;
