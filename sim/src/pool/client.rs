//! A caller: what it does next, what it holds, and how it waits or goes away.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use forebay_pool::{Guard, Pinned, Room};
use forebay_store::Op;
use forebay_store::seam::Clock;

use super::scene::{Counted, Scene};
use super::thing::{Content, Thing};
use super::ways::PoolQuirk;
use crate::dice::Dice;

/// A caller.
pub(crate) struct Client {
    pub(crate) scene: Rc<Scene>,
    pub(crate) dice: Dice,
    held: Vec<Holding>,
}

/// What a caller holds.
pub(crate) enum Held {
    Guard(Guard<Thing>, Content),
    Pin { _pin: Pinned<Thing> },
    Room(Room),
}

struct Holding {
    held: Option<Held>,
    scene: Rc<Scene>,
    #[expect(dead_code, reason = "it counts until it is dropped")]
    counted: Counted,
}

impl Client {
    pub(crate) fn new(scene: &Rc<Scene>, seed: u64) -> Self {
        Self { scene: Rc::clone(scene), dice: Dice::new(seed, 62), held: Vec::new() }
    }

    /// All that it does.
    pub(crate) async fn play(mut self, steps: u64) {
        for _ in 0..steps {
            self.step().await;
            if self.dice.chance(100) {
                self.sleep(Duration::from_millis(50)).await;
            }
            if self.dice.chance(200) {
                self.let_go();
            }
        }
    }

    async fn step(&mut self) {
        match self.dice.below(100) {
            0..15 => self.insert().await,
            15..18 => self.try_insert(),
            18..32 => self.get().await,
            32..36 => self.glance(),
            36..44 => self.get_mut().await,
            44..51 => self.make_mut().await,
            51..58 => self.replace().await,
            58..61 => self.take_out().await,
            61..65 => self.pin().await,
            65..68 => self.get_many().await,
            68..71 => self.scan().await,
            71..76 => self.evict().await,
            76..80 => self.write_now().await,
            80..82 => self.flush().await,
            82..86 => self.reserve().await,
            86..88 => self.resize().await,
            88..92 => self.share(),
            92 => self.close().await,
            93..96 => self.look_again(),
            _ => self.keep().await,
        }
    }

    /// Waits for it, or goes away in the middle.
    pub(crate) async fn attempt<F: Future + Unpin>(&self, future: F) -> Option<F::Output> {
        let goes = self.dice.chance(self.scene.ways.cancels);
        let limit = goes.then(|| self.dice.delay(Duration::from_millis(60)));
        self.attempt_for(future, limit).await
    }

    pub(crate) async fn attempt_for<F: Future + Unpin>(
        &self,
        mut future: F,
        limit: Option<Duration>,
    ) -> Option<F::Output> {
        let counts = &self.scene.counts;
        let _awaited = Counted::of(&counts.awaited);
        let mut alarm = limit.filter(|limit| !limit.is_zero()).map(|limit| self.alarm(limit));
        let result = poll_fn(|context| {
            if let Poll::Ready(answer) = Pin::new(&mut future).poll(context) {
                return Poll::Ready(Some(answer));
            }
            let rings = match &mut alarm {
                Some(alarm) => Pin::new(alarm).poll(context).is_ready(),
                None => limit.is_some(),
            };
            if rings { Poll::Ready(None) } else { Poll::Pending }
        })
        .await;
        counts.ended.set(counts.ended.get() + 1);
        self.scene.hearing.count(if result.is_some() { "answered" } else { "left alone" });
        if result.is_none() {
            counts.loose.set(counts.loose.get() + 1);
            self.scene.note("goes away");
        }
        result
    }

    fn alarm(&self, limit: Duration) -> Op<()> {
        let (done, alarm) = Op::pending();
        self.scene.stage.after(limit, Box::new(move || done.complete(Ok(()))));
        alarm
    }

    pub(crate) async fn sleep(&self, most: Duration) {
        let _ = self.alarm(self.dice.delay(most)).await;
    }

    /// Holds it for a while, or not.
    pub(crate) fn hold(&mut self, held: Held) {
        if self.dice.chance(500) {
            return;
        }
        let counted = Counted::of(&self.scene.counts.held);
        self.held.push(Holding { held: Some(held), scene: Rc::clone(&self.scene), counted });
        if self.held.len() > 3 {
            self.let_go();
        }
    }

    fn let_go(&mut self) {
        if !self.held.is_empty() {
            self.held.swap_remove(self.dice.index(self.held.len()));
        }
    }

    /// A room that it holds.
    pub(crate) fn room(&mut self) -> Option<Room> {
        let is_room = |holding: &Holding| matches!(holding.held, Some(Held::Room(_)));
        let at = self.held.iter().position(is_room)?;
        match self.held.swap_remove(at).held.take() {
            Some(Held::Room(room)) => Some(room),
            _ => None,
        }
    }
}

impl Drop for Holding {
    fn drop(&mut self) {
        let Some(Held::Guard(guard, content)) = &self.held else { return };
        if guard.content() != *content || !guard.is_whole() {
            self.scene.violate(format!("what is looked at has changed: {content:?}"));
        }
        if self.scene.ways.quirk == PoolQuirk::KeepsGuards && content.number() % 4 == 0 {
            std::mem::forget(guard.clone());
        }
    }
}
