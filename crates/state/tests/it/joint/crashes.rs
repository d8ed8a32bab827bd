//! It ends at every step: an order is in the shop if and only if its mail is with the cache or its store.

use std::collections::BTreeMap;

use forebay_cache::Settings;
use forebay_journal::disk::simulated::Ending;
use forebay_store::seam::Random;
use forebay_store::seam::manual::SeededRandom;
use forebay_store::{Durability, ErrorKind, Result};

use super::rig::{Life, Order, SECOND, World, key};

/// An order that was tried.
struct Tried {
    /// It was acknowledged at a rung that survives what comes.
    has_to_be: bool,
    /// It has a mail.
    has_mail: bool,
}

struct Run {
    world: World,
    dice: SeededRandom,
    tried: BTreeMap<u64, Tried>,
    ending: Ending,
    place: String,
}

impl Run {
    fn new(seed: u64, end: Option<u64>, ending: Ending) -> Self {
        let mut world = World::new(seed);
        world.snapshots.transactions = Some(5);
        match (end, ending) {
            (Some(step), Ending::PowerCut) => world.disk.cut_after(step),
            (Some(step), Ending::Kill) => world.disk.kill_after(step),
            (None, _) => {}
        }
        let place = format!("seed {seed}, ended by {ending:?} at {end:?}");
        Self { world, dice: SeededRandom::new(seed), tried: BTreeMap::new(), ending, place }
    }

    fn below(&self, end: u64) -> u64 {
        self.dice.next_u64() % end
    }

    fn open(&mut self) -> Result<Life> {
        let life = self.world.open_as(Settings::default())?;
        let (view, place) = (life.shop.read(), &self.place);
        let mut last = None;
        for (number, tried) in &self.tried {
            let is_there = view.orders.get(number).is_some();
            assert!(is_there || !tried.has_to_be, "{place}: G1: order {number} is gone");
            let key = key(*number);
            let mail = life.mail.peek(&key).or_else(|| self.world.store.get(&key));
            assert_eq!(mail.is_some(), is_there && tried.has_mail, "{place}: mail of {number}");
            if is_there {
                last = Some(*number);
            }
        }
        // They are there in the order in which they were accepted, and all of one is there.
        let newest = view.stock.get("newest").copied();
        assert_eq!(newest, last, "{place}: what every order overwrites is of the last one");
        if let Some(last) = last {
            let gone =
                self.tried.range(..last).find(|(number, _)| view.orders.get(number).is_none());
            assert!(
                gone.is_none(),
                "{place}: {:?} is gone, and {last} is there",
                gone.map(|of| of.0)
            );
        }
        // What was not there now is not to come back.
        self.tried.retain(|number, tried| {
            tried.has_to_be = true;
            view.orders.get(number).is_some()
        });
        if self.below(2) == 0 {
            life.script.come_back();
        }
        Ok(life)
    }

    fn work(&mut self, life: &Life, steps: u64, first: u64) -> Result<()> {
        for step in 0..steps {
            match self.below(8) {
                0..=4 => self.order(life, first + step)?,
                5 => drop(life.mail.flush()),
                6 => drop(life.shop.snapshot()),
                _ => life.clock.advance(SECOND / 8),
            }
        }
        Ok(())
    }

    fn order(&mut self, life: &Life, number: u64) -> Result<()> {
        let has_mail = self.below(4) > 0;
        let (what, text) = (self.below(3000), self.below(3000));
        let rung = [Durability::Memory, Durability::Journaled, Durability::Synced]
            [usize::try_from(self.below(3)).unwrap()];
        let order = Order { what: "k".repeat(usize::try_from(what).unwrap()) };
        let ticket = life.shop.submit(rung, |tx| {
            tx.orders.put(number, order)?;
            tx.stock.put("newest".into(), number)?;
            if has_mail {
                tx.enlist(&life.mail)?.put(key(number), vec![1; usize::try_from(text).unwrap()])?;
            }
            Ok(())
        });
        let receipt = match ticket {
            Err(error) if error.kind() == ErrorKind::Busy => return Ok(()),
            ticket => ticket?.receipt,
        };
        self.tried.insert(number, Tried { has_to_be: false, has_mail });
        if self.below(4) == 0 {
            // Nobody waits for it.
            return Ok(());
        }
        receipt.shown().wait()?;
        let survives = match self.ending {
            Ending::PowerCut => rung == Durability::Synced,
            Ending::Kill => rung >= Durability::Journaled,
        };
        if survives {
            // And with it all before it.
            self.tried.values_mut().for_each(|tried| tried.has_to_be = true);
        }
        Ok(())
    }

    fn live(&mut self) -> Result<()> {
        for turn in 0..3 {
            let life = self.open()?;
            let worked = self.work(&life, 12, turn * 100);
            if worked.is_ok() {
                match self.ending {
                    Ending::Kill => self.world.kill(life),
                    Ending::PowerCut => self.world.power_cut(life),
                }
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
    assert!(steps > 60 && whole.tried.len() > 5, "{steps}, {}", whole.tried.len());
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
        if ending == Ending::Kill {
            run.open().unwrap();
        }
    }
}

#[test]
fn an_order_and_its_mail_are_both_there_or_neither_after_a_power_cut_at_every_step() {
    end_everywhere(1, Ending::PowerCut);
}

#[test]
fn an_order_and_its_mail_are_both_there_or_neither_after_a_kill_at_every_step() {
    end_everywhere(2, Ending::Kill);
}
