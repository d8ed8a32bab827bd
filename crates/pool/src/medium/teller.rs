//! Tells who watches what happens in a medium.

use std::sync::Arc;

use forebay_store::sync::Mutex;

use crate::event::{Event, Watcher};
use crate::slot::foreign;

/// Tells who watches what happens in a medium. A medium is there before its pool is, so what happens
/// before anybody watches is kept, up to a bound.
#[derive(Debug, Default)]
pub(super) struct Teller(Mutex<Desk>);

#[derive(Debug, Default)]
struct Desk {
    watcher: Option<Arc<dyn Watcher>>,
    early: Vec<Event>,
}

impl Teller {
    /// What comes after so many that nobody has heard is not kept.
    const EARLY_MAX: usize = 64;

    /// Call it without any lock.
    pub(super) fn tell(&self, event: Event) {
        let watcher = {
            let mut desk = self.0.lock();
            match &desk.watcher {
                Some(watcher) => Arc::clone(watcher),
                None if desk.early.len() < Self::EARLY_MAX => return desk.early.push(event),
                None => return,
            }
        };
        let _ = foreign::run("a watcher", || watcher.on(&event));
    }

    /// Who hears it from now on, and what was kept at once.
    pub(super) fn watched_by(&self, watcher: &Arc<dyn Watcher>) {
        let (early, before) = {
            let mut desk = self.0.lock();
            (std::mem::take(&mut desk.early), desk.watcher.replace(Arc::clone(watcher)))
        };
        drop(before);
        for event in early {
            let _ = foreign::run("a watcher", || watcher.on(&event));
        }
    }
}
