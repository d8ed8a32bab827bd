//! Writing: one queue, one file, and two roles that whoever waits may take.
//!
//! Frames are appended to a queue in memory and get their numbers there. Whoever waits for a rung
//! does the work, if nobody does it yet: the *write role* takes the whole queue, gives each frame
//! its place and hands all to the operating system in one call; the *sync role* does the same and then
//! makes it durable. So all who wait share one write and one sync, and no timer holds anybody up. A
//! role is only ever free, or held by running code; or the sync role is left to its heir, the first who
//! waits for the sync after the one that runs, and who is being woken.
//!
//! | state of a record | where it is | who moves it on |
//! |---|---|---|
//! | queued (`Memory`) | `Tail::queue` | the write role |
//! | written (`Journaled`) | the file, and `Tail::unsynced` | the sync role moves it to `Tail::syncing` |
//! | being synced | the file, and `Tail::syncing` | the sync role, at the end of the sync |
//! | synced (`Synced`) | the file | retirement |
//!
//! What is written and not synced stays in memory, because after a failure it is written again to a
//! new segment (G11).

mod background;
mod bell;
mod cursor;
mod exposure;
mod fail_over;
mod files;
mod flight;
mod identity_file;
mod leader;
mod next;
mod patience;
mod room;
mod segments;
mod shelf;
mod shelves;
mod sync_role;
mod tail;
mod waiting;
mod write_role;

pub(crate) use files::{Files, Takeover, draw};
pub use leader::Leader;
pub(crate) use tail::Writer;
