//! What the order promises of loads that are known to hurt caches.

use std::collections::HashMap;

use super::policy::{Order, Victim};
use crate::table::entry::Print;
use crate::table::roster::Roster;

/// A shard's clean part alone: who is asked for and not there comes in, and who goes first makes room.
struct Memory {
    order: Order,
    entries: Roster<u64, ()>,
    places: HashMap<u64, u32>,
    weight: u64,
    capacity: u64,
}

impl Memory {
    fn new(capacity: u64) -> Self {
        let (order, entries) = (Order::new(), Roster::new());
        Self { order, entries, places: HashMap::new(), weight: 0, capacity }
    }

    /// Whether it was there.
    fn ask(&mut self, key: u64, weight: u32) -> bool {
        if let Some(at) = self.places.get(&key) {
            self.entries[*at].touch();
            return true;
        }
        let hash = (key + 1).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        let at = self.entries.insert(key, Print::of(hash ^ hash >> 32)).unwrap();
        self.entries[at].set_weight(weight);
        self.places.insert(key, at);
        self.weight += u64::from(weight);
        self.order.enter(&mut self.entries, at);
        while self.weight > self.capacity {
            self.evict();
        }
        false
    }

    fn evict(&mut self) {
        let at = self.victim();
        self.order.took(&self.entries, at);
        self.order.leave(&mut self.entries, at);
        let entry = self.entries.remove(at).unwrap();
        self.places.remove(&entry.key);
        self.weight -= u64::from(entry.weight());
    }

    fn victim(&mut self) -> u32 {
        let Victim::Is(at) = self.order.victim(&mut self.entries) else {
            panic!("somebody is clean")
        };
        at
    }

    /// How many of these were there.
    fn hits(&mut self, keys: impl IntoIterator<Item = u64>) -> usize {
        keys.into_iter().filter(|key| self.ask(*key, 1)).count()
    }
}

#[test]
fn a_loop_longer_than_memory_keeps_a_part_of_it() {
    let mut memory = Memory::new(1000);
    for _ in 0..20 {
        memory.hits(0..1500);
    }
    let hits = memory.hits(0..1500);
    assert!(hits > 800, "{hits} of 1500 were there");
}

#[test]
fn a_loop_longer_than_memory_is_kept_from_its_third_round_on() {
    let mut memory = Memory::new(1000);
    memory.hits(0..1500);
    memory.hits(0..1500);
    let hits = memory.hits(0..1500);
    assert!(hits > 800, "{hits} of 1500 were there");
}

#[test]
fn a_scan_leaves_the_working_set() {
    let mut memory = Memory::new(1000);
    for _ in 0..10 {
        memory.hits(0..800);
    }
    memory.hits(10_000..30_000);
    let left = memory.hits(0..800);
    assert!(left > 700, "{left} of 800 were left");
}

#[test]
fn a_change_of_the_load_is_followed() {
    let mut memory = Memory::new(1000);
    for _ in 0..50 {
        memory.hits(0..900);
    }
    // Ten capacities of another load.
    for _ in 0..12 {
        memory.hits(5000..5900);
    }
    let hits = memory.hits(5000..5900);
    assert!(hits > 850, "{hits} of 900 were there");
}

#[test]
fn a_change_is_followed_after_a_loop() {
    let mut memory = Memory::new(1000);
    for _ in 0..50 {
        memory.hits(0..1500);
    }
    for _ in 0..12 {
        memory.hits(5000..5900);
    }
    let hits = memory.hits(5000..5900);
    assert!(hits > 850, "{hits} of 900 were there");
}

#[test]
fn a_load_of_keys_that_are_back_soon_is_kept_again_after_a_scan() {
    let (mut memory, mut new) = (Memory::new(1000), 0);
    // So many new keys, of which each so many-th is asked for again when so many others have come.
    let mut load = |many: u64, each: u64, behind: u64| {
        let mut hits = 0;
        for key in new..new + many {
            memory.ask(key, 1);
            if key >= behind && (key - behind).is_multiple_of(each) {
                hits += usize::from(memory.ask(key - behind, 1));
            }
        }
        new += many;
        hits
    };
    let before = load(20_000, 5, 50);
    assert!(before > 3900, "{before} of 4000 were there");
    load(6000, 33, 3);
    let after = [(); 3].map(|()| load(10_000, 5, 50));
    assert!(after.iter().all(|hits| *hits > 1900), "{after:?} of 2000 each were there");
}

#[test]
fn a_heavy_newcomer_does_not_empty_a_shard() {
    let mut memory = Memory::new(1000);
    for _ in 0..10 {
        memory.hits(0..800);
    }
    assert!(!memory.ask(77_777, 900));
    assert!(memory.places.len() > 700, "{} are left", memory.places.len());
}

#[test]
fn a_victim_is_found_in_a_bounded_number_of_steps() {
    let mut memory = Memory::new(5000);
    for _ in 0..5 {
        memory.hits(0..5000);
    }
    // All have uses left; the head goes although it has been used.
    let head = memory.victim();
    assert!(memory.entries[head].uses() > 0);
}

// G5
#[test]
fn what_is_fresh_leaves_in_bounded_steps_and_the_clean_one_behind_it_goes() {
    let mut memory = Memory::new(5000);
    memory.hits(0..200);
    let small: Vec<u32> = memory.order.lists()[0].walk(&memory.entries).collect();
    for at in &small[..199] {
        memory.entries[*at].note_fresh();
    }
    for left in [135, 70, 5] {
        assert_eq!(memory.order.victim(&mut memory.entries), Victim::IsBehind);
        assert_eq!(memory.order.len(), left);
    }
    assert_eq!(memory.victim(), small[199]);
    memory.entries[small[199]].note_fresh();
    assert_eq!(memory.order.victim(&mut memory.entries), Victim::Nobody);
}

#[test]
fn one_that_is_fresh_leaves_behind_as_many_that_were_used_as_have_another_round() {
    let mut memory = Memory::new(5000);
    memory.hits(0..5000);
    memory.hits(0..64);
    let small: Vec<u32> = memory.order.lists()[0].walk(&memory.entries).collect();
    memory.entries[small[64]].note_fresh();
    let before = memory.order.len();
    assert_eq!(memory.order.victim(&mut memory.entries), Victim::IsBehind);
    assert_eq!(memory.order.len(), before - 1, "whoever asks again has come further");
    assert_eq!(memory.victim(), small[65]);
}
