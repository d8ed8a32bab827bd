//! Keys in quarantine.

use forebay_cache::Cache;
use forebay_store::ErrorKind;

use crate::value::{Name, Tagged};

/// A key in quarantine, with the kind of what the store said, and its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) key: Name,
    pub(crate) kind: ErrorKind,
    pub(crate) text: String,
}

impl Refusal {
    /// All of a cache.
    pub(crate) fn all(cache: &Cache<Name, Tagged>) -> Vec<Self> {
        let all = cache.quarantined().into_iter();
        all.map(|each| {
            let (kind, text) = (each.cause.kind(), each.cause.to_string());
            Self { key: each.key, kind, text }
        })
        .collect()
    }
}
