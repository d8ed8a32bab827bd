//! The users of a journal: one alone, or several that share it.
//!
//! What uses a journal writes through a [`Channel`] and need not know whether it is alone.
//! [`SharedJournal`] opens one for several: a [`Tenant`] reads what is its own, in order, and gets a channel whose
//! records carry its tag. The house that they live in knows what each of them needs, and lets go of what
//! nobody does. [`Partner`]s write in one frame; a tenant whose writes can go into the transactions of another
//! one says so with [`Enlist`].

mod announcement;
mod channel;
mod enlist;
mod house;
mod partner;
mod register;
mod routing;
mod seat;
mod shared_journal;
#[expect(clippy::module_inception, reason = "the trait is what the module is about")]
mod tenant;
mod tenants;

pub use announcement::{Announced, SHARED_LABEL, SharedRecord};
pub use channel::{Channel, Others};
pub use enlist::Enlist;
pub use partner::{Partner, append_together, encode_together};
pub use register::{Register, Registered, Resident};
pub use shared_journal::SharedJournal;
pub use tenant::{Reading, Tenant};
#[doc(hidden)]
pub use tenants::News;
pub use tenants::Tenants;
