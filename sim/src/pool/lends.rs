//! Values that are lent to be changed.

use std::rc::Rc;
use std::time::Duration;

use forebay_pool::{ErrorKind, GuardMut};

use super::book::{Change, Id};
use super::changing::part;
use super::client::Client;
use super::scene::{Counted, Scene};
use super::shelf::Entry;
use super::thing::{Content, Thing};

impl Client {
    pub(crate) fn take(&self) -> Option<Entry> {
        self.scene.shelf.borrow_mut().take(&self.dice)
    }

    /// What a value becomes; now and then nothing else.
    fn new_content(&self, before: Content) -> Option<Content> {
        let scene = Rc::clone(&self.scene);
        let is_any = scene.ways.grows || self.dice.chance(100);
        let longest = if scene.ways.grows { scene.ways.longest } else { before.length() };
        self.dice.chance(800).then(|| {
            if is_any {
                scene.content(&self.dice, longest)
            } else {
                scene.content_of(&self.dice, longest)
            }
        })
    }

    pub(crate) async fn get_mut(&mut self) {
        let Some(mut entry) = self.take() else { return };
        let (id, scene) = (entry.id, Rc::clone(&self.scene));
        let since = scene.book.borrow_mut().since(id);
        if self.dice.chance(200) {
            if let Some(mut guard) = entry.handle.try_get_mut() {
                scene.saw("try_get_mut", id, since, &guard);
                let next = self.new_content(guard.content());
                change(&scene, id, &mut guard, next);
                drop(guard);
                end(&scene, id, next);
            }
            return scene.shelve(entry, &self.dice);
        }
        let was_alone = (!entry.is_shared()).then(|| scene.shelf.borrow().found);
        let attempt = self.attempt(entry.handle.get_mut()).await;
        match attempt {
            Some(Ok(mut guard)) => {
                scene.saw("get_mut", id, since, &guard);
                scene.book.borrow_mut().lend(id, true);
                let lent = (Counted::of(&scene.counts.lent), Counted::of(&scene.counts.held));
                if self.dice.chance(300) {
                    self.sleep(Duration::from_millis(100)).await;
                }
                let next = self.new_content(guard.content());
                change(&scene, id, &mut guard, next);
                if self.dice.chance(200) {
                    self.sleep(Duration::from_millis(20)).await;
                }
                drop(guard);
                drop(lent);
                scene.book.borrow_mut().lend(id, false);
                end(&scene, id, next);
            }
            Some(Err(error)) => {
                scene.explain("get_mut", &error, &[ErrorKind::Refused, ErrorKind::Busy]);
                let is_alone = !entry.is_shared() && was_alone == Some(scene.shelf.borrow().found);
                let is_plain = scene.ways.faults == 0 && !scene.ways.archive;
                if is_alone && is_plain && error.kind() == ErrorKind::Refused {
                    scene.violate(format!("{id:?} has one handle, and is said to have others"));
                }
            }
            None => {}
        }
        scene.shelve(entry, &self.dice);
    }

    pub(crate) async fn make_mut(&mut self) {
        let Some(mut entry) = self.take() else { return };
        let (id, scene) = (entry.id, Rc::clone(&self.scene));
        let since = scene.book.borrow_mut().since(id);
        let before = entry.handle.downgrade();
        let offered = Counted::of(&scene.counts.offered);
        let attempt = self.attempt(entry.handle.make_mut()).await;
        match attempt {
            Some(Ok(mut guard)) => {
                scene.saw("make_mut", id, since, &guard);
                let (old, next) = (guard.content(), self.new_content(guard.content()));
                let lent = (Counted::of(&scene.counts.lent), Counted::of(&scene.counts.held));
                change(&scene, id, &mut guard, next);
                drop(guard);
                drop(lent);
                let is_same = before.upgrade().is_some_and(|same| same.ptr_eq(&entry.handle));
                if is_same {
                    end(&scene, id, next);
                } else {
                    part(&scene, &mut entry, next, old);
                }
            }
            // `clone` may find nobody to clone from.
            Some(Err(error)) => scene.explain("make_mut", &error, &[ErrorKind::Busy]),
            None => {}
        }
        drop(offered);
        scene.shelve(entry, &self.dice);
    }
}

/// Changes a value that is lent, unless it is to stay as it is.
fn change(scene: &Scene, id: Id, guard: &mut GuardMut<'_, Thing>, next: Option<Content>) {
    if let Some(content) = next {
        scene.note(format!("{id:?} is to become {content:?}"));
        scene.book.borrow_mut().begin_change(id, content);
        guard.turn_into(content);
    }
}

fn end(scene: &Scene, id: Id, next: Option<Content>) {
    if let Some(content) = next {
        scene.end_change(id, content, Change::Made);
    }
}
