//! Reads the directories of etchdb 0.3 to 0.6, so that their users can move.
//!
//! [`Import`] does it. What is read, byte by byte, is in `docs/format/etchdb.md`.

mod check;
mod collection;
mod damage;
mod fill;
mod import;
mod key;
mod lock;
mod log;
mod msgpack;
mod operation;
mod plan;
mod progress;
mod quarantine;
mod report;
mod route;
mod shape;
mod snapshot;
mod source;
mod stored;
mod target;
mod teller;
mod varint;
mod window;

pub use collection::Collection;
pub use damage::{Cause, Damage};
pub use import::Import;
pub use key::EtchKey;
pub use progress::{Phase, Progress};
pub use quarantine::{Quarantined, Reason};
pub use report::{CollectionReport, LogReport, Refusal, Report, SnapshotReport};
pub use stored::{Encoding, Stored};
pub use target::Target;
