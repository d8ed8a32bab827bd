//! The write-ahead log of Forebay: what was acknowledged at a rung is there after that rung's fault.
//!
//! It knows no runtime and starts no thread of its own. Read in this order: [`Journal`], [`Frame`],
//! [`mod@format`], [`disk`].

mod begin;
mod copy;
pub mod disk;
mod failure;
pub mod format;
mod frame;
mod inspect;
mod journal;
mod loss_bound;
mod reading;
mod recovery;
mod settings;
mod tenant;
mod writer;

pub use begin::begin;
pub use copy::{Copied, LeftOut, copy};
pub use failure::JournalFailure;
pub use frame::{Frame, Mark};
pub use inspect::{
    Inspection, Owner, SegmentFacts, SegmentState, Verdict, Verified, inspect, owner, read_only,
    verify,
};
pub use journal::{Journal, Position};
pub use loss_bound::{Loss, LossBound};
pub use reading::read;
pub use recovery::{Damage, Recovery};
pub use settings::Settings;
#[doc(hidden)]
pub use tenant::News;
pub use tenant::{
    Announced, Channel, Enlist, Others, Partner, Reading, Register, Registered, Resident,
    SHARED_LABEL, SharedJournal, SharedRecord, Tenant, Tenants, append_together, encode_together,
};
#[doc(hidden)]
pub use writer::Leader;
