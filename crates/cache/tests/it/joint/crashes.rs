//! It ends at every step: an order is in the ledger if and only if its messages are in the cache.

use std::collections::BTreeMap;

use forebay_journal::disk::simulated::Ending;
use forebay_store::seam::Random;
use forebay_store::seam::manual::SeededRandom;
use forebay_store::{Durability, ErrorKind, Result};

use super::rig::{Life, World};
use crate::rig::SECOND;

struct Run {
    world: World,
    dice: SeededRandom,
    /// The keys of each order that was tried, and whether it has to be there.
    orders: BTreeMap<u64, (Vec<String>, bool)>,
    ending: Ending,
    place: String,
}

impl Run {
    fn new(seed: u64, end: Option<u64>, ending: Ending) -> Self {
        let world = World::new(seed);
        match (end, ending) {
            (Some(step), Ending::PowerCut) => world.disk.cut_after(step),
            (Some(step), Ending::Kill) => world.disk.kill_after(step),
            (None, _) => {}
        }
        let place = format!("seed {seed}, ended by {ending:?} at {end:?}");
        Self { world, dice: SeededRandom::new(seed), orders: BTreeMap::new(), ending, place }
    }

    fn below(&self, end: u64) -> u64 {
        self.dice.next_u64() % end
    }

    fn open(&mut self) -> Result<Life> {
        let life = self.world.open_as(forebay_cache::Settings::default(), |builder| builder)?;
        for (order, (keys, has_to_be)) in &self.orders {
            let place = &self.place;
            let is_noted = life.noted.contains(&format!("order {order}"));
            assert!(is_noted || !has_to_be, "{place}: G1: order {order} is gone");
            for key in keys {
                let found = life.peek(key).or_else(|| self.world.store.get(key));
                assert_eq!(
                    found.is_some(),
                    is_noted,
                    "{place}: {key} of order {order}, {is_noted}"
                );
            }
        }
        // What was not there now is not to come back.
        self.orders.retain(|order, (_, has_to_be)| {
            *has_to_be = true;
            life.noted.contains(&format!("order {order}"))
        });
        life.script.come_back();
        Ok(life)
    }

    fn work(&mut self, life: &Life, steps: u64, first: u64) -> Result<()> {
        for step in 0..steps {
            match self.below(6) {
                0..=3 => self.order(life, first + step)?,
                4 => drop(life.cache.flush()),
                _ => life.clock.advance(SECOND / 8),
            }
        }
        Ok(())
    }

    fn order(&mut self, life: &Life, order: u64) -> Result<()> {
        let keys: Vec<_> =
            (0..=self.below(4)).map(|part| format!("message {part} of {order}")).collect();
        let borrowed: Vec<_> = keys.iter().map(String::as_str).collect();
        let value = vec![1; usize::try_from(self.below(6000)).unwrap()];
        let mut joint = life.joint(&borrowed, &value);
        let mut frame = life.frame(&format!("order {order}"), &mut joint);
        let mut appended = life.append(&mut frame, &mut joint);
        if appended.as_ref().is_err_and(|error| error.kind() == ErrorKind::Busy) {
            life.ledger.make_room(frame.length())?;
            appended = life.append(&mut frame, &mut joint);
        }
        let number = appended?;
        self.orders.insert(order, (keys, false));
        let rung = [Durability::Journaled, Durability::Synced][usize::from(self.below(2) == 1)];
        life.ledger.wait(number, rung)?;
        if rung == Durability::Synced || self.ending == Ending::Kill {
            self.orders.get_mut(&order).unwrap().1 = true;
        }
        Ok(())
    }

    fn live(&mut self) -> Result<()> {
        for turn in 0..2 {
            let life = self.open()?;
            let worked = self.work(&life, 14, turn * 100);
            if worked.is_ok() {
                self.world.kill(life);
            }
            worked?;
        }
        Ok(())
    }
}

fn end_everywhere(seed: u64, ending: Ending) {
    let mut whole = Run::new(seed, None, ending);
    whole.live().unwrap();
    let steps = whole.world.disk.steps();
    assert!(steps > 40 && whole.orders.len() > 5, "{steps}, {}", whole.orders.len());
    for step in 0..=steps {
        let mut run = Run::new(seed, Some(step), ending);
        let lived = run.live();
        let disk = run.world.disk.clone();
        assert!(lived.is_ok() || disk.ending().is_some(), "{}: {lived:?}", run.place);
        match ending {
            Ending::PowerCut => disk.power_cut(),
            Ending::Kill => disk.kill(),
        }
        let life = run.open().unwrap();
        run.work(&life, 3, 900).unwrap();
        run.world.kill(life);
        run.open().unwrap();
    }
}

#[test]
fn an_order_and_its_messages_are_both_there_or_neither_after_a_power_cut_at_every_step() {
    end_everywhere(1, Ending::PowerCut);
}

#[test]
fn an_order_and_its_messages_are_both_there_or_neither_after_a_kill_at_every_step() {
    end_everywhere(2, Ending::Kill);
}
