//! What every medium promises.

mod claim;
mod giving_back;
mod reading;
mod room;
mod writing;

pub(super) use claim::Claim;

/// All of it.
pub(super) const ALL: &[&[Claim]] =
    &[writing::CLAIMS, reading::CLAIMS, giving_back::CLAIMS, room::CLAIMS];
