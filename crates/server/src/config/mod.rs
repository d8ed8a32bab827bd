//! What an operator can set, from four places: flag, environment, file, default, in this order.
//!
//! There is one table of settings. Flags, names in the environment, keys of the file, the help
//! text and `docs/configuration.md` all come from it.

mod check;
mod document;
mod error;
mod file;
mod origin;
mod resolve;
mod rung;
mod secret;
mod setting;
mod table;
mod units;
mod values;

pub use document::document;
pub use error::ConfigError;
pub use origin::Origin;
pub use resolve::{Resolved, Sources};
pub(crate) use rung::{RUNGS, rung, way};
pub use secret::Secret;
pub use setting::{Kind, Setting};
pub use table::{CONFIG_ENVIRONMENT, ENVIRONMENT_PREFIX, GROUPS, Group, settings};
pub(crate) use units::{parse_duration, parse_size};
pub use values::{Config, JournalPlace, StoreAddress, WhenFull, WriteMode};
