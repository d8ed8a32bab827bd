//! Transactions as wholes: after an ending all writes of one are there, or none (G1).

use forebay_store::Durability;

use super::opened::Base;
use crate::history::History;
use crate::value::{Name, Tag, short};

/// A transaction, which may have happened.
#[derive(Clone, Debug)]
pub(crate) struct Whole {
    pub(crate) keys: [Name; 2],
    /// What it makes of them.
    pub(crate) tags: [Tag; 2],
    /// When it began.
    pub(crate) begin: u64,
    /// The rung that somebody was told it had reached.
    pub(crate) rung: Option<Durability>,
}

/// The transactions of one life.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wholes(Vec<Whole>);

impl Wholes {
    pub(crate) fn add(&mut self, whole: Whole) {
        self.0.push(whole);
    }

    /// These are no wholes any more.
    pub(crate) fn forget(&mut self, which: impl Fn(&Whole) -> bool) {
        self.0.retain(|whole| !which(whole));
    }

    /// What must not be of `found`, which a life has left that did what `history` tells, and whose ending everything
    /// of rung `safe` survives: one that is there, and a key that is as it was before it.
    pub(crate) fn judge(
        &self,
        found: &Base,
        history: &History,
        safe: Durability,
    ) -> Vec<(Name, String)> {
        let mut broken = Vec::new();
        for whole in &self.0 {
            let writes = whole.keys.into_iter().zip(whole.tags);
            let is = |key, tag| found.get(&key) == Some(&Some(tag));
            let is_there =
                whole.rung >= Some(safe) || writes.clone().any(|(key, tag)| is(key, tag));
            for (key, tag) in writes.filter(|_| is_there) {
                let now = found.get(&key).copied().flatten();
                if now != Some(tag) && !history.may_write(key, now, whole.begin) {
                    let text = format!("of {whole:?} it has {} left, which is older", short(now));
                    broken.push((key, text));
                }
            }
        }
        broken
    }
}
