//! Values that others take the place of, and that are taken out.

use std::rc::Rc;

use forebay_pool::ErrorKind;

use super::book::Change;
use super::client::Client;
use super::scene::{Counted, Scene};
use super::shelf::Entry;
use super::thing::Content;

impl Client {
    pub(crate) async fn replace(&mut self) {
        let Some(mut entry) = self.take() else { return };
        let (id, scene) = (entry.id, Rc::clone(&self.scene));
        let thing = scene.thing(&self.dice);
        let (content, before) = (thing.content(), entry.handle.downgrade());
        scene.note(format!("replace {id:?} by {content:?}"));
        scene.book.borrow_mut().begin_change(id, content);
        let offered = Counted::of(&scene.counts.offered);
        let attempt = self.attempt(entry.handle.replace(thing)).await;
        match attempt {
            Some(Ok(())) => {
                let is_same = before.upgrade().is_some_and(|same| same.ptr_eq(&entry.handle));
                if is_same {
                    scene.end_change(id, content, Change::Made);
                } else {
                    part(&scene, &mut entry, Some(content), content);
                }
            }
            Some(Err(error)) => {
                scene.end_change(id, content, Change::NotMade);
                let too_large: &[ErrorKind] =
                    if scene.ways.resizes { &[ErrorKind::Refused] } else { &[] };
                scene.explain("replace", &error, too_large);
            }
            None => scene.end_change(id, content, Change::Either),
        }
        drop(offered);
        scene.shelve(entry, &self.dice);
    }

    pub(crate) async fn take_out(&mut self) {
        let Some(entry) = self.take() else { return };
        let (id, scene) = (entry.id, Rc::clone(&self.scene));
        let since = scene.book.borrow_mut().since(id);
        let (handle, ticket) = entry.open();
        let offered = Counted::of(&scene.counts.offered);
        let attempt = self.attempt(handle.into_inner()).await;
        match attempt {
            Some(Ok(thing)) => scene.saw("into_inner", ticket.id, since, &thing),
            Some(Err(rejected)) => {
                let extra = [ErrorKind::Refused, ErrorKind::Busy];
                scene.explain("into_inner", &rejected.error, &extra);
                scene.shelve(ticket.with(rejected.given_back), &self.dice);
            }
            None => {}
        }
        drop(offered);
    }
}

/// The handle has got an object of its own.
pub(crate) fn part(scene: &Scene, entry: &mut Entry, next: Option<Content>, old: Content) {
    if let Some(content) = next {
        scene.end_change(entry.id, content, Change::NotMade);
    }
    let id = scene.book.borrow_mut().add(next.unwrap_or(old));
    scene.note(format!("{:?} parts as {id:?}", entry.id));
    entry.part(id);
}
