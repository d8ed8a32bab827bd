//! Seeded simulation of the whole: one seed is one run.
//!
//! A [`Scenario`] says what kind of run it is, a seed fixes everything else: [`run`] builds a
//! [`World`] with virtual time, a [`SimStore`] that is slow, down, refuses and forgets to answer,
//! and clients that write, read and vanish; all on one thread. Afterwards the history of each key
//! goes through the [`checker`], and every bound and report was compared with what is the case.
//! The guarantees are checked from outside: nothing here knows how the engine works.
//!
//! [`live`] is the same for a state: owners that end in the middle, against a model of what it has promised.
//! [`play`] is the same for a pool. [`keep`] is about one thing only: how long a cache that has promised something
//! leaves writes unstored while its store is fast, slow and away.

mod abandoned;
mod answers;
mod barred;
mod bounds;
pub mod checker;
mod client;
mod closing;
mod contract;
mod crash;
mod dates;
mod dice;
mod ending;
mod everything;
mod fuse;
mod hands;
mod history;
mod intent;
mod outsider;
mod pace;
mod pool;
mod promise;
mod read_only;
mod report;
mod run;
mod scenario;
mod session;
mod settle;
mod state;
mod store;
mod telling;
mod together;
mod trace;
mod value;
mod verdict;
mod world;

pub use crash::{Crashes, Cut, Tale, Wrong, crash};
pub use dates::Dates;
pub use dice::Dice;
pub use history::{Act, Event, History};
pub use pool::{PoolQuirk, PoolTale, PoolWays, Spill, play};
pub use promise::{PromisePlan, PromiseTale, Spell, keep};
pub use report::Report;
pub use run::run;
pub use scenario::{Bug, Scenario, Sickness, Ways};
pub use state::{Quirk, StateLives, StateTale, live};
pub use store::SimStore;
pub use trace::{Broken, Line, Trace, Violation};
pub use value::{Name, Tag, Tagged};
pub use world::World;
