//! Watching the run: ten looks a second.

use std::io::Write;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use forebay_cache::{ByteSize, Cache, Event, Settings};
use forebay_measure::{clock, memory};
use forebay_store::{Error, Result};

use super::script::{Script, Spell};
use super::writers::{MODEST, Scene};
use crate::store::{Sky, SlowStore};
use crate::times::Times;

/// How far apart the looks are.
const APART: Duration = Duration::from_millis(100);

/// Memory, and what of it may be unstored: in a second the store takes five thousand writes at its slowest, so
/// this is what it takes in three.
pub(crate) const CAPACITY: ByteSize = ByteSize::mib(64);
pub(crate) const DIRTY: ByteSize = ByteSize::mib(3);

/// What a look sees.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    pub(crate) at: Duration,
    pub(crate) spell: Spell,
    /// Of the oldest unstored write.
    pub(crate) age: Duration,
    pub(crate) dirty_entries: u64,
    pub(crate) dirty_bytes: u64,
    pub(crate) resident_bytes: u64,
    /// What the process has, as the system counts it.
    pub(crate) rss: u64,
    /// Batches with the store, and writers who wait for room.
    pub(crate) in_flight: u64,
    pub(crate) waiting: u64,
    /// Writes that the store has taken since the last look.
    pub(crate) stored: u64,
    /// How long each put since the last look took: of the modest ones, and of the noisy one.
    pub(crate) puts: [Times; 2],
}

/// What the cache has told, and when.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) at: Duration,
    pub(crate) event: Event,
}

/// A whole run.
#[derive(Debug)]
pub(crate) struct Swing {
    pub(crate) script: Script,
    pub(crate) looks: Vec<Look>,
    pub(crate) told: Vec<Told>,
    /// What the process had before it.
    pub(crate) rss_before: u64,
}

impl Swing {
    /// What may be unstored, and resident.
    pub(crate) const BOUNDS: (ByteSize, ByteSize) = (DIRTY, CAPACITY);
}

/// Plays the script.
pub(crate) fn swing(script: Script, progress: &mut dyn Write) -> Result<Swing> {
    let rss_before = memory::resident().unwrap_or_default();
    let sky = Sky::new(Script::FAST);
    let told: Arc<Mutex<Vec<(Instant, Event)>>> = Arc::default();
    let hears = Arc::clone(&told);
    let settings = Settings { dirty_bytes_max: Some(DIRTY), ..Settings::default() };
    let cache = Cache::builder(SlowStore(sky.clone()))
        .capacity(CAPACITY)
        .weigher(|_, value: &crate::store::Value| value.len() + 16)
        .write_behind(settings)
        .max_staleness(script.promised)
        .listen(move |event| {
            let now = clock::now();
            hears.lock().unwrap_or_else(PoisonError::into_inner).push((now, event.clone()));
        })
        .open()
        .wait()?;
    let scene = Scene::new(cache);
    let begun = clock::now();
    let looks = thread::scope(|scope| {
        for who in 0..MODEST {
            let scene = &scene;
            scope.spawn(move || scene.be_modest(who));
        }
        scope.spawn(|| scene.be_noisy());
        let looks = watch(&script, &scene, &sky, begun, progress);
        scene.end();
        // Nobody waits for room of a store that is away: the script ends with one that is there.
        looks
    })?;
    let _ = scene.cache.close(Duration::from_secs(10)).wait()?;
    let told = std::mem::take(&mut *told.lock().unwrap_or_else(PoisonError::into_inner));
    let told = told.into_iter();
    let told = told.map(|(at, event)| Told { at: at.duration_since(begun), event }).collect();
    Ok(Swing { script, looks, told, rss_before })
}

fn watch(
    script: &Script,
    scene: &Scene,
    sky: &Sky,
    begun: Instant,
    progress: &mut dyn Write,
) -> Result<Vec<Look>> {
    let mut looks: Vec<Look> = Vec::new();
    let (mut stored, mut next) = (0, Duration::ZERO);
    while let Some(spell) = script.at(begun.elapsed()) {
        sky.turn(script.latency(spell.weather));
        scene.is_loud.store(spell.is_loud, Ordering::Relaxed);
        next += APART;
        if let Some(left) = next.checked_sub(begun.elapsed()) {
            clock::pause_for(left);
        }
        let (now, before) = (sky.done().0, stored);
        stored = now;
        let look = look(scene, begun, spell, now - before);
        if looks.len().is_multiple_of(50) {
            let Look { at, age, dirty_entries, .. } = &look;
            writeln!(
                progress,
                "{:>4.0} s: the store is {:?}, {dirty_entries} unstored, the oldest for {age:.1?}",
                at.as_secs_f64(),
                spell.weather
            )
            .map_err(|error| Error::unavailable("say how it goes").with_source(error))?;
        }
        looks.push(look);
    }
    Ok(looks)
}

fn look(scene: &Scene, begun: Instant, spell: Spell, stored: u64) -> Look {
    let stats = scene.cache.stats();
    Look {
        at: begun.elapsed(),
        spell,
        age: stats.oldest_dirty_age.unwrap_or_default(),
        dirty_entries: stats.dirty_entries,
        dirty_bytes: stats.dirty_bytes,
        resident_bytes: stats.resident_bytes,
        rss: memory::resident().unwrap_or_default(),
        in_flight: stats.in_flight,
        waiting: stats.waiting_writers,
        stored,
        puts: scene.look(),
    }
}
