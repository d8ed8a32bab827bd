//! What users of other pools are used to.

mod anywhere;
mod sharing;
