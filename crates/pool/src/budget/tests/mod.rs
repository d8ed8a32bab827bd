//! What the ledger promises.

mod bound;
mod line;
mod model;
mod passing;
mod patience;
mod rig;
mod rooms;
#[cfg(shuttle)]
mod schedules;
