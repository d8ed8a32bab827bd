//! What the presser promises.

mod ahead;
mod attempt;
mod evicting;
mod rig;
#[cfg(shuttle)]
mod schedules;
mod spare;
mod stepped;
mod stuck;
mod trouble;
mod turns;
