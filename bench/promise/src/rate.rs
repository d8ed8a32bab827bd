//! How many puts a second are stored, through and behind: from the first put until the store has the last.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use forebay_cache::{ByteSize, Cache, Settings};
use forebay_measure::{clock, mixed};
use forebay_store::{Error, ErrorKind, Result};

use crate::store::{Sky, SlowStore, Value, value};

/// What a call of the store takes.
const CALL: Duration = Duration::from_millis(1);

/// How a put is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Through,
    Behind,
}

impl Way {
    pub(crate) const ALL: [Self; 2] = [Self::Through, Self::Behind];

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Through => "through",
            Self::Behind => "behind",
        }
    }
}

/// What one sample found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    /// Puts a second.
    pub(crate) rate: f64,
    /// Puts in a call of the store.
    pub(crate) batch: f64,
}

/// Puts keys that are all different, from so many threads: through for so long, behind so many.
pub(crate) fn sample(way: Way, writers: u64, length: Duration, puts: u64) -> Result<Sample> {
    let sky = Sky::new(CALL);
    let builder = Cache::builder(SlowStore(sky.clone())).capacity(ByteSize::mib(1024));
    let cache = match way {
        Way::Through => builder.write_through(Settings::default()),
        Way::Behind => builder.write_behind(Settings::default()),
    };
    let cache = cache.open().wait()?;
    let begun = clock::now();
    let is_over = AtomicBool::new(false);
    let put = |writer: u64| match way {
        Way::Through => put_until(&cache, writer, &is_over),
        Way::Behind => put_many(&cache, writer, puts / writers),
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..writers).map(|writer| scope.spawn(move || put(writer))).collect();
        if way == Way::Through {
            clock::pause_for(length);
            is_over.store(true, Ordering::Relaxed);
        }
        threads.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|_| Err(panicked())))
    })?;
    cache.flush().wait()?;
    let took = begun.elapsed();
    let (stored, calls) = sky.done();
    let _ = cache.close(Duration::from_secs(10)).wait()?;
    Ok(Sample { rate: float(stored) / took.as_secs_f64(), batch: float(stored) / float(calls) })
}

fn panicked() -> Error {
    Error::new(ErrorKind::Aborted, "a writer has panicked")
}

fn key(writer: u64, number: u64) -> u64 {
    mixed(writer << 40 | number)
}

fn put_until(cache: &Cache<u64, Value>, writer: u64, is_over: &AtomicBool) -> Result<()> {
    let keys = (0..).map(|number| key(writer, number));
    for key in keys.take_while(|_| !is_over.load(Ordering::Relaxed)) {
        cache.put(key, value()).wait()?;
    }
    Ok(())
}

fn put_many(cache: &Cache<u64, Value>, writer: u64, puts: u64) -> Result<()> {
    (0..puts).try_for_each(|number| cache.put(key(writer, number), value()).wait().map(drop))
}

#[expect(clippy::cast_precision_loss, reason = "a count of puts is exact enough as a float")]
fn float(number: u64) -> f64 {
    number as f64
}
