//! Writes that are accepted together because they came together, among which is one whose code fails.

use std::cell::Cell;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use forebay_cache::{Cache, Settings, Write};
use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_store::fault::Scripted;
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Codec, Durability, Error, ErrorKind, MemoryStore, Postcard, Result};

use super::world::{Life, World};
use crate::rig::{HOUR, HeldRig, answered};

const BAD: &[u8] = b"bad";

/// A codec that cannot write one value, and throws away what it was given when it finds out.
struct Careless;

impl Codec<String> for Careless {
    fn name(&self) -> &'static str {
        "careless"
    }

    fn encode(&self, value: &String) -> Result<Vec<u8>> {
        Postcard.encode(value)
    }

    fn decode(&self, bytes: &[u8]) -> Result<String> {
        Postcard.decode(bytes)
    }
}

impl Codec<Vec<u8>> for Careless {
    fn name(&self) -> &'static str {
        "careless"
    }

    fn encode(&self, value: &Vec<u8>) -> Result<Vec<u8>> {
        Postcard.encode(value)
    }

    fn encode_into(&self, value: &Vec<u8>, bytes: &mut Vec<u8>) -> Result<()> {
        if value == BAD {
            bytes.clear();
            return Err(Error::refused("a bad value"));
        }
        bytes.extend_from_slice(&self.encode(value)?);
        Ok(())
    }

    fn decode(&self, bytes: &[u8]) -> Result<Vec<u8>> {
        Postcard.decode(bytes)
    }
}

/// A process with one shard, whose store does not answer.
fn careless(world: &World) -> Life {
    let clock = ManualClock::new();
    let (scripted, script) = Scripted::new(Arc::clone(&world.store));
    script.go_down();
    let builder = Cache::builder(scripted).seams(clock.seams(1)).shards(1);
    let directory = world.disk.directory("journal");
    let builder = builder.journal_in(directory, world.journal.clone(), Careless);
    let cache = answered(builder.write_behind(Settings::default()).open()).unwrap();
    Life { cache, script, clock }
}

#[test]
fn a_value_that_cannot_be_written_takes_no_other_out_of_the_journal() {
    for bad in 0..5_usize {
        let world = World::new();
        let life = careless(&world);
        let key = |n: usize| format!("key {n}");
        let value = |n: usize| if n == bad { BAD.to_vec() } else { vec![7; n * 9] };
        let values = (0..5).map(|n| (key(n), value(n)));
        let op = life.cache.put_many_with(values, Write::Behind(Durability::Synced));
        for (n, answer) in op.wait().unwrap().into_iter().enumerate() {
            let refused = answer.err().map(|error| error.kind());
            assert_eq!(refused, (n == bad).then_some(ErrorKind::Refused), "{n} of {bad}");
        }
        world.kill(life);
        let life = careless(&world);
        for n in 0..5 {
            assert_eq!(life.peek(&key(n)), (n != bad).then(|| value(n)), "{n} of {bad}");
        }
    }
}

thread_local! {
    /// Whether key 0 may not be compared now.
    static IS_ARMED: Cell<bool> = const { Cell::new(false) };
}

#[derive(Clone, Debug, Eq)]
struct Touchy(u64);

impl PartialEq for Touchy {
    fn eq(&self, other: &Self) -> bool {
        assert!(!IS_ARMED.get() || self.0 != 0, "it is touched");
        self.0 == other.0
    }
}

impl Hash for Touchy {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

struct Plain;

impl Codec<Touchy> for Plain {
    fn name(&self) -> &'static str {
        "plain"
    }

    fn encode(&self, value: &Touchy) -> Result<Vec<u8>> {
        Postcard.encode(&value.0)
    }

    fn decode(&self, bytes: &[u8]) -> Result<Touchy> {
        Postcard.decode(bytes).map(Touchy)
    }
}

impl Codec<u64> for Plain {
    fn name(&self) -> &'static str {
        "plain"
    }

    fn encode(&self, value: &u64) -> Result<Vec<u8>> {
        Postcard.encode(value)
    }

    fn decode(&self, bytes: &[u8]) -> Result<u64> {
        Postcard.decode(bytes)
    }
}

#[test]
fn a_key_that_panics_in_a_run_takes_no_room_with_it() {
    let world = World::new();
    let store = Arc::new(MemoryStore::<Touchy, u64>::new());
    let settings = Settings { flush_delay: HOUR, dirty_entries_max: 100, ..Settings::default() };
    let clock = ManualClock::new();
    let builder = Cache::builder(Arc::clone(&store)).seams(clock.seams(1)).shards(1);
    let disk = SimulatedDisk::new(1);
    let builder = builder.journal_in(disk.directory("journal"), world.journal, Plain);
    let cache = answered(builder.write_behind(settings).open()).unwrap();
    answered(cache.put(Touchy(0), 1)).unwrap();
    for round in 0..5 {
        let values = (0..8).map(|n| (Touchy(if n == 7 { 0 } else { round * 10 + n + 1 }), n));
        IS_ARMED.set(true);
        let put = cache.put_many(values);
        IS_ARMED.set(false);
        for (n, answer) in answered(put).unwrap().into_iter().enumerate() {
            let refused = answer.err().map(|error| error.kind());
            assert_eq!(refused, (n == 7).then_some(ErrorKind::Aborted), "{n}");
        }
    }
    answered(cache.flush()).unwrap();
    assert_eq!((cache.stats().dirty_bytes, cache.stats().dirty_entries), (0, 0));
    for n in 0..100 {
        assert!(cache.put(Touchy(1000 + n), n).is_ready(), "{n}: all room is there");
    }
}

#[test]
fn a_key_that_panics_when_its_room_has_come_takes_no_room_with_it() {
    let settings = Settings { dirty_entries_max: 1, ..Settings::default() };
    let rig = HeldRig::<Touchy>::open(|builder| builder.write_behind(settings));
    answered(rig.cache.put(Touchy(0), 1)).unwrap();
    rig.held.next_apply().pass();
    answered(rig.cache.put(Touchy(1), 1)).unwrap();
    let waiting = rig.cache.put(Touchy(0), 2);
    IS_ARMED.set(true);
    rig.held.next_apply().pass();
    IS_ARMED.set(false);
    assert_eq!(answered(waiting).unwrap_err().kind(), ErrorKind::Aborted);
    answered(rig.cache.put(Touchy(2), 1)).unwrap();
}

#[test]
fn a_key_that_panics_as_it_is_written_through_is_told_and_holds_nothing_up() {
    let rig = HeldRig::<Touchy>::through();
    let put = rig.cache.put(Touchy(0), 1);
    rig.held.next_apply().pass();
    answered(put).unwrap();
    IS_ARMED.set(true);
    let put = rig.cache.put(Touchy(0), 2);
    IS_ARMED.set(false);
    assert_eq!(answered(put).unwrap_err().kind(), ErrorKind::Aborted);
    let put = rig.cache.put(Touchy(0), 3);
    rig.held.next_apply().pass();
    answered(put).unwrap();
}
