//! The table that holds the entries: one shard is a plain structure without locks, threads or I/O.
//!
//! Every method of [`Shard`] takes an entry from one state of `docs/entry-states.md` to another
//! and ends in [`Shard::settle`], which alone decides on which list the entry is and whether it
//! may go. What must happen outside the lock (answers, drops, room given back) is collected in
//! [`Effects`].

mod accept;
mod ages;
mod audit;
mod barrier;
mod complete;
mod content;
mod effects;
mod entry;
mod errand;
mod evict;
mod fill;
mod forward;
mod fresh;
mod gone;
mod grouped;
mod joint;
mod list;
mod load;
mod lookup;
mod marks;
mod order;
mod over;
mod pick;
mod quarantine;
mod queue;
mod quiet;
mod refresh;
mod resident;
mod roster;
mod run;
mod shard;
mod tick;
mod ties;
mod times;
mod turn;
mod wait;
mod weight;
mod work;

pub(crate) use accept::{Accept, Accepted, Expect, ReadOnly, Rejected, Unready, closed};
pub(crate) use ages::Head;
pub(crate) use complete::Absence;
pub(crate) use effects::{Effects, copied_key};
pub(crate) use entry::{Held, Print};
pub(crate) use errand::Errand;
pub(crate) use fill::{Cut, Ended, Joined, Keep, Read};
pub(crate) use forward::Walk;
pub(crate) use gone::{FEW, Gone, is_large};
pub(crate) use grouped::Readiness;
pub(crate) use joint::Part;
pub(crate) use load::{Hand, Load};
pub(crate) use lookup::{Heir, Joining, Looked};
pub(crate) use order::Victim;
pub(crate) use over::{AtHome, Over, Put};
pub(crate) use pick::{Picked, Unsendable, edit_of};
pub(crate) use queue::Barred;
pub(crate) use refresh::Postponed;
pub(crate) use roster::Roster;
pub(crate) use run::Run;
pub(crate) use shard::Shard;
pub(crate) use tick::Asked;
pub(crate) use times::{ROW_BYTES, Times, Used};
pub(crate) use turn::{Basis, TurnId};
pub(crate) use wait::never_stored;
pub(crate) use work::{Company, WORK_BYTES, Work};
