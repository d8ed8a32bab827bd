//! It ends at every step, and each cache has what was acknowledged to its callers.

use std::collections::BTreeMap;

use forebay_cache::Write;
use forebay_journal::disk::simulated::Ending;
use forebay_store::seam::Random;
use forebay_store::seam::manual::SeededRandom;
use forebay_store::{Durability, Result};

use super::pair::{Life, Pair};
use crate::rig::SECOND;

const KEYS: [&str; 4] = ["a", "b", "c", "d"];

/// What a key may be by now: its newest value that must be there, or any that came after it.
#[derive(Debug, Default)]
struct Known {
    values: Vec<Option<Vec<u8>>>,
}

struct Run {
    pair: Pair,
    known: BTreeMap<(usize, &'static str), Known>,
    dice: SeededRandom,
    ending: Ending,
    made: u64,
    place: String,
}

impl Run {
    fn new(seed: u64, end: Option<u64>, ending: Ending) -> Self {
        let pair = Pair::new(seed);
        match (end, ending) {
            (Some(step), Ending::PowerCut) => pair.disk.cut_after(step),
            (Some(step), Ending::Kill) => pair.disk.kill_after(step),
            (None, _) => {}
        }
        let mut known = BTreeMap::new();
        for half in 0..2 {
            known.extend(KEYS.map(|key| ((half, key), Known { values: vec![None] })));
        }
        let place = format!("seed {seed}, ended by {ending:?} at {end:?}");
        Self { pair, known, dice: SeededRandom::new(seed), ending, made: 0, place }
    }

    fn below(&self, end: usize) -> usize {
        usize::try_from(self.dice.next_u64() % end as u64).unwrap()
    }

    fn open(&mut self) -> Result<Life> {
        let life = self.pair.open()?;
        for ((half, key), known) in &mut self.known {
            // Looked for in the store, too, which is down for the cache.
            let cached = life.halves[*half].cache.peek(&(*key).to_owned());
            let stored = self.pair.stores[*half].get(&(*key).to_owned());
            let found = cached.or(stored);
            let is_known = known.values.contains(&found);
            let place = &self.place;
            assert!(is_known, "{place}: {half} {key}: {found:?} of {:?}", known.values);
            known.values = vec![found];
        }
        life.halves.iter().for_each(|half| half.script.come_back());
        Ok(life)
    }

    fn work(&mut self, life: &Life, steps: usize) -> Result<()> {
        for _ in 0..steps {
            match self.below(8) {
                0..=5 => self.put(life)?,
                6 => drop(life.halves[self.below(2)].cache.flush()),
                _ => life.clock.advance(SECOND / 10),
            }
        }
        Ok(())
    }

    fn put(&mut self, life: &Life) -> Result<()> {
        let (half, key) = (self.below(2), KEYS[self.below(KEYS.len())]);
        self.made += 1;
        let mut value = self.made.to_le_bytes().to_vec();
        value.resize(8 + self.below(9000), 1);
        let rung = [Durability::Journaled, Durability::Synced][self.below(2)];
        let known = self.known.get_mut(&(half, key)).unwrap();
        known.values.push(Some(value.clone()));
        let put = life.halves[half].cache.put_with(key.to_owned(), value, Write::Behind(rung));
        if rung == Durability::Synced {
            put.wait()?;
        } else {
            let Ok(answer) = put.try_take() else { return Ok(()) };
            answer?;
        }
        if rung == Durability::Synced || self.ending == Ending::Kill {
            let last = known.values.pop();
            known.values = last.into_iter().collect();
        }
        Ok(())
    }

    fn live(&mut self) -> Result<()> {
        for _ in 0..2 {
            let life = self.open()?;
            let worked = self.work(&life, 24);
            if worked.is_ok() {
                self.pair.kill(life);
            }
            worked?;
        }
        Ok(())
    }

    fn end(&self) {
        match self.ending {
            Ending::PowerCut => self.pair.disk.power_cut(),
            Ending::Kill => self.pair.disk.kill(),
        }
    }
}

fn end_everywhere(seed: u64, ending: Ending) {
    let mut whole = Run::new(seed, None, ending);
    // Only the last process is ended in that way, so what a kill leaves is there.
    whole.ending = Ending::Kill;
    whole.live().unwrap();
    let steps = whole.pair.disk.steps();
    assert!(steps > 60, "{steps}");
    for step in 0..=steps {
        let mut run = Run::new(seed, Some(step), ending);
        let lived = run.live();
        assert!(lived.is_ok() || run.pair.disk.ending().is_some(), "{}: {lived:?}", run.place);
        run.end();
        let life = run.open().unwrap();
        run.work(&life, 4).unwrap();
        run.pair.disk.kill();
        drop(life);
    }
}

#[test]
fn what_was_synced_in_either_cache_survives_a_power_cut_at_every_step() {
    end_everywhere(1, Ending::PowerCut);
}

#[test]
fn what_was_written_in_either_cache_survives_a_kill_at_every_step() {
    end_everywhere(2, Ending::Kill);
}
