//! Processes that end in the middle, over one journal and one store.

mod canaries;
mod cuts;
mod everything;
mod failed_journals;
mod failing_disks;
mod full_journals;
mod meanwhile;
mod quarantined;
mod refusals;
mod rig;
mod room;
mod short_journals;
mod ways;
