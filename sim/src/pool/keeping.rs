//! What callers do with the archive.

use std::future::Future;
use std::ops::ControlFlow;
use std::rc::Rc;
use std::time::Duration;

use forebay_pool::{Archive, ErrorKind, Handle};
use forebay_store::Result;

use super::client::Client;
use super::past::{Listing, Sure};
use super::shelf::Entry;
use super::stage::Stage;
use super::thing::{Content, Thing};

/// A future that hands in its job as one that may wait for others.
struct Errand<F>(F);

impl<F: Future + Unpin> Future for Errand<F> {
    type Output = F::Output;

    fn poll(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<F::Output> {
        Stage::errand(|| std::pin::Pin::new(&mut self.0).poll(context))
    }
}

const NAMES: [&str; 4] = ["first", "second", "third", "fourth"];

impl Client {
    /// One operation on the archive at a time: two that both may wait would do so for ever on one thread.
    pub(crate) async fn keep(&mut self) {
        let scene = Rc::clone(&self.scene);
        let Some(archive) = scene.archive.clone() else { return };
        if scene.counts.is_in_archive.replace(true) {
            return;
        }
        match self.dice.below(16) {
            0..4 => self.keep_one(&archive).await,
            4..8 => self.commit(&archive).await,
            8..11 => self.open(&archive).await,
            11 => self.delete(&archive).await,
            12 => self.delete_snapshot(&archive).await,
            13 | 14 => self.collect(&archive).await,
            _ => self.verify(&archive).await,
        }
        scene.counts.is_in_archive.set(false);
    }

    /// Waits for it; who goes away waits until it is over, and does not know how it has ended.
    async fn errand<T>(&self, what: &str, op: forebay_store::Op<T>) -> Option<T> {
        let answer: Option<Result<T>> = self.attempt(Errand(op)).await;
        match answer {
            Some(Ok(answer)) => return Some(answer),
            Some(Err(error)) => {
                let extra = [ErrorKind::Refused];
                let extra = if self.scene.ways.stubborn { &extra[..] } else { &[] };
                self.scene.explain(what, &error, extra);
            }
            None => {}
        }
        while self.scene.stage.has_errands() {
            self.sleep(Duration::from_millis(4)).await;
        }
        None
    }

    /// Some object of which it is known what it has in it, and its key.
    fn some_known(&self) -> Option<(Entry, Content)> {
        let entry = self.some()?;
        let content = self.scene.book.borrow_mut().known(entry.id)?;
        Some((entry, content))
    }

    async fn keep_one(&mut self, archive: &Archive) {
        let Some((entry, content)) = self.some_known() else { return };
        let (scene, key) = (Rc::clone(&self.scene), entry.handle.key());
        scene.note(format!("keep {:?}, {content:?}, as {key}", entry.id));
        scene.past.borrow_mut().keep(key, content, Sure::Perhaps);
        if let Some(kept) = self.errand("keep", archive.keep(&entry.handle)).await {
            scene.note(format!("{kept} is kept"));
            if kept != key || !scene.book.borrow_mut().has_key(key, content) {
                scene.violate(format!("{key} was to be kept, and {kept} is"));
            }
            scene.past.borrow_mut().keep(kept, content, Sure::Yes);
        }
    }

    async fn commit(&mut self, archive: &Archive) {
        let scene = Rc::clone(&self.scene);
        let known: Vec<_> = (0..self.dice.below(5)).filter_map(|_| self.some_known()).collect();
        let named: Vec<_> = NAMES.iter().zip(&known).collect();
        let listing: Listing =
            named.iter().map(|(name, (_, content))| ((**name).to_owned(), *content)).collect();
        for (entry, content) in &known {
            scene.past.borrow_mut().offer(entry.handle.key(), *content);
        }
        let name = *self.dice.pick(&NAMES[..3]);
        scene.note(format!("commit {name}: {listing:?}"));
        scene.past.borrow_mut().commit(name, Some(listing.clone()), Sure::Perhaps);
        let items = named.iter().map(|(name, (entry, _))| (**name, &entry.handle));
        if let Some(report) = self.errand("commit", archive.commit(name, items)).await {
            scene.note(format!("{name} is committed: {report:?}"));
            if report.objects != listing.len() as u64 {
                scene.violate(format!("{name} was to have {} objects", listing.len()));
            }
            scene.past.borrow_mut().commit(name, Some(listing), Sure::Yes);
        }
    }

    /// What was promised is there now.
    async fn open(&mut self, archive: &Archive) {
        let scene = Rc::clone(&self.scene);
        let (mut kept, named) = {
            let past = scene.past.borrow();
            (past.keys(), past.names())
        };
        kept.retain(|(_, _, sure)| *sure == Sure::Yes);
        if self.dice.chance(500) && !kept.is_empty() {
            let (key, content, _) = *self.dice.pick(&kept);
            if let Some(handle) = self.errand("open", archive.open(key)).await {
                self.shelve_opened(handle, content);
            }
        } else if !named.is_empty() {
            let (snapshot, name, content) = self.dice.pick(&named);
            if let Some(handle) = self.errand("open_in", archive.open_in(snapshot, name)).await {
                self.shelve_opened(handle, *content);
            }
        }
    }

    /// It may be an object that is there already.
    fn shelve_opened(&self, handle: Handle<Thing>, content: Content) {
        let scene = Rc::clone(&self.scene);
        let same = {
            let there = scene.shelf.borrow();
            there.entries.iter().find(|entry| entry.handle.ptr_eq(&handle)).cloned()
        };
        let Some(same) = same else { return scene.shelve_new(handle, content, &self.dice) };
        if !scene.book.borrow_mut().contents(same.id).contains(&content) {
            scene.violate(format!("{:?} was opened, and is not {content:?}", same.id));
        }
        scene.shelve(same, &self.dice);
    }

    async fn delete(&mut self, archive: &Archive) {
        let scene = Rc::clone(&self.scene);
        let kept = scene.past.borrow().keys();
        if kept.is_empty() {
            return;
        }
        let (key, ..) = *self.dice.pick(&kept);
        scene.note(format!("delete {key}"));
        scene.past.borrow_mut().delete(key, None);
        // It is sure that it was there, if it is, before it is not any more.
        let was_sure = kept.iter().any(|(other, _, sure)| *other == key && *sure == Sure::Yes);
        if let Some(found) = self.errand("delete", archive.delete(key)).await {
            scene.past.borrow_mut().delete(key, Some(found));
            if was_sure && !found {
                scene.violate(format!("{key} was kept, and is not there to be deleted"));
            }
        }
    }

    async fn delete_snapshot(&mut self, archive: &Archive) {
        let (scene, name) = (Rc::clone(&self.scene), *self.dice.pick(&NAMES[..3]));
        let was_sure = scene.past.borrow().has(name);
        scene.note(format!("delete snapshot {name}"));
        scene.past.borrow_mut().commit(name, None, Sure::Perhaps);
        if let Some(found) = self.errand("delete_snapshot", archive.delete_snapshot(name)).await {
            scene.past.borrow_mut().commit(name, None, Sure::Yes);
            if was_sure && !found {
                scene.violate(format!("{name} was committed, and is not there to be deleted"));
            }
        }
    }

    async fn collect(&mut self, archive: &Archive) {
        if let Some(report) = self.errand("gc", archive.gc()).await {
            self.scene.note(format!("{report:?}"));
        }
    }

    async fn verify(&mut self, archive: &Archive) {
        let verified = archive.verify(|_| ControlFlow::Continue(()));
        if let Some(verified) = self.errand("verify", verified).await
            && !verified.is_good()
            && self.scene.ways.disk_faults == 0
            && self.scene.disk.ending().is_none()
        {
            self.scene.violate(format!("{verified:?}"));
        }
    }
}
