//! Reading: what memory has, and what the store is asked for.

mod get_many;
mod load_breaker;
mod loads;
mod lookup;
mod read;
mod refresh;
mod scan;
mod spot;
mod warm;
mod window;

pub(super) use loads::Loads;
pub(crate) use spot::{OwnSpot, Spot};
