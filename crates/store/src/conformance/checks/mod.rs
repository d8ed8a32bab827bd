//! The claims, by what they are about.

mod answers;
mod atomic;
mod concurrent;
mod conditions;
mod expiry;
mod keys;
mod loads;
mod scans;
mod values;
mod writes;

use super::subject::{Found, Subject};

/// A named claim about a store and how to check it.
pub(super) struct Claim {
    pub(super) name: &'static str,
    pub(super) check: fn(&Subject) -> Found,
}

/// Names each claim after the function that checks it.
macro_rules! claims {
    ($($check:ident),+ $(,)?) => {
        pub(super) const CLAIMS: &[super::Claim] =
            &[$(super::Claim { name: stringify!($check), check: $check }),+];
    };
}
use claims;

/// All of them; the simplest first, because a failure there explains the later ones.
pub(super) const ALL: &[&[Claim]] = &[
    answers::CLAIMS,
    loads::CLAIMS,
    writes::CLAIMS,
    keys::CLAIMS,
    values::CLAIMS,
    conditions::CLAIMS,
    atomic::CLAIMS,
    expiry::CLAIMS,
    scans::CLAIMS,
    concurrent::CLAIMS,
];
