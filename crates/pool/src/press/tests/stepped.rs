//! A pool without handles whose jobs run when the test says so.

use std::sync::Arc;

use forebay_store::seam::Spawn;
use forebay_store::seam::manual::ManualClock;

use super::rig::{World, world_on};
pub(super) use crate::lanes::tests::rig::Stepped;

pub(super) fn stepped(memory: u64) -> (World, Arc<Stepped>) {
    let spawn = Arc::new(Stepped::default());
    let jobs: Arc<dyn Spawn> = Arc::clone(&spawn) as _;
    (world_on(memory, ManualClock::new(), jobs), spawn)
}
