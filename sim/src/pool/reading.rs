//! What callers read.

use std::rc::Rc;
use std::time::Duration;

use forebay_pool::{ErrorKind, Hint};

use super::client::{Client, Held};
use super::scene::Counted;
use super::shelf::Entry;

/// The last handle may be dropped while somebody waits who has none.
const GONE: &[ErrorKind] = &[ErrorKind::Invalid];

impl Client {
    pub(crate) fn some(&self) -> Option<Entry> {
        self.scene.shelf.borrow().some(&self.dice)
    }

    pub(crate) async fn get(&mut self) {
        let Some(entry) = self.some() else { return };
        let (id, scene) = (entry.id, Rc::clone(&self.scene));
        let since = scene.book.borrow_mut().since(id);
        let get = entry.handle.get();
        // The one who waits need not have a handle.
        let is_alone = self.dice.chance(300) && !scene.ways.archive;
        let extra = if is_alone { GONE } else { &[] };
        let entry = Some(entry).filter(|_| !is_alone);
        match self.attempt(get).await {
            Some(Ok(guard)) => {
                scene.saw("get", id, since, &guard);
                let content = guard.content();
                self.hold(Held::Guard(guard, content));
            }
            Some(Err(error)) => scene.explain(&format!("get {id:?}"), &error, extra),
            None => {}
        }
        drop(entry);
    }

    /// Looks without waiting.
    pub(crate) fn glance(&mut self) {
        let Some(entry) = self.some() else { return };
        let scene = Rc::clone(&self.scene);
        let since = scene.book.borrow_mut().since(entry.id);
        let guard = match self.dice.below(2) {
            0 => entry.handle.try_get(),
            _ => match entry.handle.get_timeout(Duration::ZERO) {
                Ok(guard) => guard,
                Err(error) => return scene.explain("get in no time", &error, &[]),
            },
        };
        if let Some(guard) = guard {
            scene.saw("glance", entry.id, since, &guard);
            let content = guard.content();
            self.hold(Held::Guard(guard, content));
        }
    }

    pub(crate) async fn pin(&mut self) {
        let Some(entry) = self.some() else { return };
        match self.attempt(entry.handle.pin()).await {
            Some(Ok(pin)) => {
                if !entry.handle.is_resident() && !self.scene.book.borrow_mut().is_lent(entry.id) {
                    self.scene.violate(format!("{:?} is pinned, and away", entry.id));
                }
                self.hold(Held::Pin { _pin: pin });
            }
            Some(Err(error)) => self.scene.explain("pin", &error, &[]),
            None => {}
        }
    }

    fn several(&self) -> Vec<Entry> {
        (0..=self.dice.below(5)).filter_map(|_| self.some()).collect()
    }

    pub(crate) async fn get_many(&mut self) {
        let entries = self.several();
        let scene = Rc::clone(&self.scene);
        let since: Vec<_> =
            entries.iter().map(|entry| scene.book.borrow_mut().since(entry.id)).collect();
        let handles: Vec<_> = entries.iter().map(|entry| entry.handle.clone()).collect();
        match self.attempt(scene.pool.get_many(&handles)).await {
            Some(Ok(guards)) => {
                if guards.len() != handles.len() {
                    scene.violate("get_many: not as many as were asked for");
                }
                for ((entry, since), guard) in entries.iter().zip(since).zip(&guards) {
                    scene.saw("get_many", entry.id, since, guard);
                }
                if let Some(guard) = guards.into_iter().next() {
                    let content = guard.content();
                    self.hold(Held::Guard(guard, content));
                }
            }
            // They may be too large together.
            Some(Err(error)) => scene.explain("get_many", &error, &[ErrorKind::Refused]),
            None => {}
        }
    }

    pub(crate) async fn scan(&mut self) {
        let (entries, scene) = (self.several(), Rc::clone(&self.scene));
        let handles = entries.iter().map(|entry| entry.handle.clone()).collect();
        let mut scan = scene.pool.scan(handles);
        let _held = Counted::of(&scene.counts.held);
        if self.dice.chance(500) {
            scan =
                scan.ahead(forebay_pool::ByteSize::bytes(self.dice.below(scene.ways.memory / 2)));
        }
        // What is read ahead was read before.
        let since: Vec<_> =
            entries.iter().map(|entry| scene.book.borrow_mut().since(entry.id)).collect();
        for (entry, since) in entries.iter().zip(since) {
            match self.attempt(scan.next()).await {
                Some(Ok(Some(guard))) => scene.saw("scan", entry.id, since, &guard),
                Some(Ok(None)) => scene.violate("a scan ends before its end"),
                Some(Err(error)) => scene.explain("scan", &error, &[]),
                None => {}
            }
            if self.dice.chance(100) {
                return;
            }
            self.sleep(Duration::from_millis(5)).await;
        }
        if let Some(Ok(Some(_))) = self.attempt(scan.next()).await {
            scene.violate("a scan goes on after its end");
        }
    }

    /// What needs no answer.
    pub(crate) fn look_again(&mut self) {
        let Some(entry) = self.some() else { return };
        let scene = Rc::clone(&self.scene);
        match self.dice.below(4) {
            0 => entry.handle.prefetch(),
            1 => entry.handle.hint(*self.dice.pick(&[Hint::Once, Hint::Normal])),
            2 => entry.handle.label(format!("{:?}", entry.id)),
            _ => {
                let key = entry.handle.key();
                let known = scene.book.borrow_mut().known(entry.id);
                if let Some(content) = known
                    && !scene.book.borrow_mut().has_key(key, content)
                {
                    scene.violate(format!("{:?} has the key of another content", entry.id));
                }
            }
        }
    }

    /// Handles are shared, dropped, and found again.
    pub(crate) fn share(&mut self) {
        let scene = Rc::clone(&self.scene);
        match self.dice.below(4) {
            0 => drop(scene.shelf.borrow_mut().take(&self.dice).map(|gone| vec![gone])),
            1 if !scene.ways.archive => {
                let mut there = scene.shelf.borrow_mut();
                if let Some(entry) = there.some(&self.dice) {
                    there.weaken(&entry);
                }
            }
            2 => self.find_again(),
            _ => {
                if let Some(entry) = self.some() {
                    scene.shelve(entry, &self.dice);
                }
            }
        }
    }

    fn find_again(&mut self) {
        let scene = Rc::clone(&self.scene);
        let found = scene.shelf.borrow_mut().strengthen(&self.dice);
        match found {
            Some(Ok(entry)) => scene.shelve(entry, &self.dice),
            Some(Err(id)) => {
                let has_handles = scene.shelf.borrow().entries.iter().any(|entry| entry.id == id);
                if has_handles {
                    scene.violate(format!("{id:?} has handles, and is not found again"));
                }
            }
            None => {}
        }
    }

    /// When nothing goes wrong any more, every object is there.
    pub(crate) async fn look_at_all(self) {
        let scene = Rc::clone(&self.scene);
        let entries = scene.shelf.borrow().entries.clone();
        for entry in &entries {
            self.look_at(entry).await;
        }
        if self.dice.chance(500) || scene.counts.is_closed.get() {
            return;
        }
        scene.counts.is_closed.set(true);
        match self.attempt_for(scene.pool.close(Duration::from_secs(1)), None).await {
            Some(Ok(report)) => scene.note(format!("{report}")),
            Some(Err(error)) => scene.violate(format!("close: {error:?}")),
            None => {}
        }
        for entry in &entries {
            self.look_at(entry).await;
        }
    }

    async fn look_at(&self, entry: &Entry) {
        /// A medium that has failed is left alone for half a minute at most.
        const TRIES: u32 = 40;
        let (id, scene) = (entry.id, Rc::clone(&self.scene));
        for _ in 0..TRIES {
            let since = scene.book.borrow_mut().since(id);
            let was_resident = entry.handle.is_resident();
            let error = match self.attempt_for(entry.handle.get(), None).await {
                Some(Ok(guard)) => return scene.saw("at last", id, since, &guard),
                Some(Err(error)) => error,
                None => return,
            };
            let may_be_closed = scene.counts.is_closed.get() && !was_resident;
            match error.kind() {
                ErrorKind::Closed if may_be_closed => return,
                ErrorKind::Busy => self.sleep(Duration::from_secs(2)).await,
                _ => return scene.violate(format!("{id:?} is lost: {error:?}")),
            }
        }
        if !scene.ways.stubborn {
            scene.violate(format!("{id:?} cannot be read, although nothing is wrong"));
        }
    }
}
