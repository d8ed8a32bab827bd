//! A promise, and how it is checked.

use std::sync::Arc;

use crate::medium::Medium;
use crate::medium::conformance::stop::Found;

/// A promise, and how it is checked.
pub(in super::super) struct Claim {
    pub(in super::super) name: &'static str,
    pub(in super::super) check: fn(&Arc<dyn Medium>) -> Found,
}
