//! What callers put in, and when it leaves memory.

use std::rc::Rc;
use std::time::Duration;

use forebay_pool::{ByteSize, ErrorKind};

use super::client::{Client, Held};
use super::scene::Counted;

/// What the codec may say, and what is said of a value that is larger than a budget that has changed.
const REFUSED: &[ErrorKind] = &[ErrorKind::Refused];

impl Client {
    fn refusals(&self) -> &'static [ErrorKind] {
        let ways = &self.scene.ways;
        if ways.stubborn || ways.resizes { REFUSED } else { &[] }
    }

    pub(crate) async fn insert(&mut self) {
        let scene = Rc::clone(&self.scene);
        let thing = scene.thing(&self.dice);
        let content = thing.content();
        let offered = Counted::of(&scene.counts.offered);
        match self.attempt(scene.pool.insert(thing)).await {
            Some(Ok(handle)) => scene.shelve_new(handle, content, &self.dice),
            Some(Err(rejected)) => {
                if rejected.given_back.content() != content || !rejected.given_back.is_whole() {
                    scene.violate(format!("insert gives another value back than {content:?}"));
                }
                scene.explain("insert", &rejected.error, self.refusals());
            }
            None => {}
        }
        drop(offered);
    }

    pub(crate) fn try_insert(&mut self) {
        let scene = Rc::clone(&self.scene);
        let thing = scene.thing(&self.dice);
        let content = thing.content();
        match scene.pool.try_insert(thing) {
            Ok(handle) => scene.shelve_new(handle, content, &self.dice),
            Err(rejected) => scene.explain("try_insert", &rejected.error, self.refusals()),
        }
    }

    /// Takes room, or puts something into some.
    pub(crate) async fn reserve(&mut self) {
        let scene = Rc::clone(&self.scene);
        if let Some(mut room) = self.room().filter(|_| self.dice.chance(700)) {
            let content = scene.content(&self.dice, scene.ways.longest);
            let thing = super::thing::Thing::new(content);
            if self.dice.chance(200) {
                let half = ByteSize::bytes(room.size().as_bytes() / 2);
                drop(room.split(half));
            }
            match scene.pool.insert_into(room, thing) {
                Ok(handle) => scene.shelve_new(handle, content, &self.dice),
                Err(rejected) => {
                    // It may be heavier than the room.
                    scene.explain("insert_into", &rejected.error, &[ErrorKind::Busy]);
                }
            }
            return;
        }
        let bytes = ByteSize::bytes(self.dice.below(scene.ways.longest + 100));
        match self.attempt(scene.pool.reserve(bytes)).await {
            Some(Ok(room)) if room.size() == bytes => self.hold(Held::Room(room)),
            Some(Ok(room)) => scene.violate(format!("{bytes} were asked for, not {}", room.size())),
            Some(Err(error)) => scene.explain("reserve", &error, self.refusals()),
            None => {}
        }
    }

    pub(crate) async fn resize(&mut self) {
        let scene = Rc::clone(&self.scene);
        if !scene.ways.resizes {
            return;
        }
        let memory = scene.ways.memory / 4 * (2 + self.dice.below(4));
        scene.note(format!("a budget of {memory}"));
        match self.attempt(scene.pool.set_memory(ByteSize::bytes(memory))).await {
            Some(Ok(())) | None => {}
            Some(Err(error)) => {
                scene.explain("set_memory", &error, &[ErrorKind::Busy, ErrorKind::Invalid]);
            }
        }
    }

    pub(crate) async fn evict(&mut self) {
        let Some(entry) = self.some() else { return };
        match self.attempt(entry.handle.evict()).await {
            Some(Ok(_)) | None => {}
            Some(Err(error)) => self.scene.explain("evict", &error, self.refusals()),
        }
    }

    pub(crate) async fn write_now(&mut self) {
        let Some(entry) = self.some() else { return };
        let scene = Rc::clone(&self.scene);
        let before = scene.book.borrow_mut().known(entry.id);
        match self.attempt(entry.handle.write_now()).await {
            Some(Ok(())) => {
                let after = scene.book.borrow_mut().known(entry.id);
                let is_same = before.is_some() && before == after;
                let is_kept = !scene.counts.is_closed.get() && !scene.ways.archive;
                if is_same && is_kept && !entry.handle.is_saved() {
                    scene.violate(format!("{:?} was written, and has no blob", entry.id));
                }
            }
            Some(Err(error)) => scene.explain("write_now", &error, self.refusals()),
            None => {}
        }
    }

    pub(crate) async fn flush(&mut self) {
        match self.attempt(self.scene.pool.flush()).await {
            Some(Ok(())) | None => {}
            // An object may go meanwhile.
            Some(Err(error)) => {
                let extra = [ErrorKind::Refused, ErrorKind::Invalid];
                let extra = if self.scene.ways.stubborn { &extra[..] } else { &extra[1..] };
                self.scene.explain("flush", &error, extra);
            }
        }
    }

    pub(crate) async fn close(&mut self) {
        let scene = Rc::clone(&self.scene);
        if !scene.ways.closes || !self.dice.chance(200) {
            return;
        }
        scene.note("the pool is closed");
        let was_closed = scene.counts.is_closed.replace(true);
        match self.attempt(scene.pool.close(Duration::from_millis(self.dice.below(100)))).await {
            Some(Ok(report)) => scene.note(format!("{report}")),
            Some(Err(error)) if was_closed => scene.explain("close again", &error, &[]),
            Some(Err(error)) => scene.violate(format!("close: {error:?}")),
            None => {}
        }
    }
}
