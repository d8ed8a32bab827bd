//! The disk: the real one and the simulated one behave alike, and the simulated one lies as it
//! says it does.

mod rig;

mod contract;
mod copies;
mod endings;
mod faults;
mod folders;
mod histories;
mod locks;
mod name_changes;
mod power_cuts;
mod room;
mod surveys;
mod syncs;
mod torn_and_shorn;
mod unnamed;
