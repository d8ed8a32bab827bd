//! Reading a journal from the beginning, and telling a torn tail from damage.

mod damage;
mod log;
mod report;
mod segment;
mod unproven;
mod window;
mod witness;

pub use damage::Damage;
pub(crate) use log::{Log, read_identity};
pub use report::Recovery;
pub(crate) use segment::fill;
pub(crate) use unproven::{Unproven, frames};
pub(crate) use window::Window;
