//! Copies of a state: checkpoints, which are states, and JSON for other programs.
//!
//! [`State::checkpoint`](crate::State::checkpoint) makes a directory with a state of its own of a running
//! one, and [`State::checkpoint_to`](crate::State::checkpoint_to) writes one to a stream;
//! [`restore()`] and [`restore_from`] make states of them.
//!
//! ```
//! use forebay_state::{Home, State, Table, copy};
//!
//! #[derive(State, Clone)]
//! struct Shop {
//!     #[table(id = 1)]
//!     ages: Table<String, u32>,
//! }
//!
//! let shop = State::<Shop>::memory();
//! shop.write(|tx| tx.ages.put("alice".into(), 31))?;
//! let mut backup = Vec::new(); // or a file, or a socket
//! shop.checkpoint_to(&mut backup, |_| Ok(()))?;
//!
//! # let disk = forebay_journal::disk::simulated::SimulatedDisk::new(1);
//! # let home = Home::simulated(disk, "shop.state");
//! copy::restore_from(backup.as_slice(), home.clone(), |_| Ok(()))?; // home is "shop.state"
//! let shop = State::<Shop>::open(home)?;
//! assert_eq!(shop.read().ages.get("alice"), Some(&31));
//! # Ok::<(), forebay_store::Error>(())
//! ```
//!
//! [`Bare`] is a state that is read without its types, for tools, and [`purge_quarantine`] gives up what is in
//! quarantine without them.
//!
//! With the feature `json`, `export` writes a state as JSON, a line an entry, and `import` reads that.

mod bare;
#[cfg(feature = "json")]
mod bare_export;
#[cfg(feature = "json")]
mod bare_import;
mod checkpoint;
#[cfg(feature = "json")]
mod export;
#[cfg(feature = "json")]
mod import;
#[cfg(feature = "json")]
mod key_form;
#[cfg(feature = "json")]
mod lines;
mod purge;
#[cfg(feature = "json")]
mod reading;
mod report;
mod restore;
mod site;

pub use bare::Bare;
#[cfg(feature = "json")]
pub use export::export;
#[cfg(feature = "json")]
pub use import::import;
pub use purge::purge_quarantine;
pub use report::{CopyReport, Copying};
pub use restore::{restore, restore_from};
