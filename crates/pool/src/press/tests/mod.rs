//! What the presser promises.

mod ahead;
mod evicting;
mod rig;
#[cfg(shuttle)]
mod schedules;
mod stepped;
mod stuck;
mod trouble;
mod turns;
