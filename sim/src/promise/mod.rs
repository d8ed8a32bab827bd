//! A promise about time, and a store whose speed changes under it.

mod keeping;
mod ledger;
mod plan;
mod stepped;
mod tale;

pub use keeping::keep;
pub use plan::{PromisePlan, Spell};
pub use tale::PromiseTale;
