//! Long work as numbered steps, each with a log, a limit and a line that says how it went.

mod child;
mod elapsed;
mod process_tree;
mod run;
mod step;

pub use elapsed::Elapsed;
pub use run::Plan;
pub use step::Step;
