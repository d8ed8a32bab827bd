//! The chores of this workspace as a library, so that they are tested like the rest.

pub mod tidy;
