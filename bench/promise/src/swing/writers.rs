//! Who writes: fifteen who are modest, and one who is noisy.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use forebay_cache::{Cache, Receipt};
use forebay_measure::{clock, mixed};
use forebay_store::Op;

use crate::store::{Value, value};
use crate::times::Times;

/// How many modest writers there are, and how far apart the puts of one are.
pub(crate) const MODEST: u64 = 15;
pub(crate) const APART: Duration = Duration::from_millis(10);

/// How many puts the noisy one begins in a millisecond, and how many he leaves unanswered at most.
pub(crate) const AT_ONCE: u64 = 30;
pub(crate) const UNANSWERED: usize = 4096;

/// Keys of each modest writer, and of the noisy one: so many that hardly any put takes the place of another.
const MODEST_KEYS: u64 = 50_000;
const NOISY_KEYS: u64 = 5_000_000;

/// The cache, and what its writers are told and tell.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) cache: Cache<u64, Value>,
    pub(crate) is_loud: AtomicBool,
    is_over: AtomicBool,
    /// How long each put since the last look took.
    modest: Mutex<Times>,
    noisy: Mutex<Times>,
}

impl Scene {
    pub(crate) fn new(cache: Cache<u64, Value>) -> Self {
        Self {
            cache,
            is_loud: AtomicBool::new(false),
            is_over: AtomicBool::new(false),
            modest: Mutex::default(),
            noisy: Mutex::default(),
        }
    }

    /// What the modest ones and the noisy one have noted since the last look.
    pub(crate) fn look(&self) -> [Times; 2] {
        [&self.modest, &self.noisy]
            .map(|noted| std::mem::take(&mut *noted.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Everybody stops.
    pub(crate) fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    /// One put in ten milliseconds, each awaited. Who was held up begins late, and it counts from when he
    /// should have begun.
    pub(crate) fn be_modest(&self, who: u64) {
        let account = self.cache.account();
        let mut turn = clock::now() + APART / 15 * u32::try_from(who).unwrap_or_default();
        for number in 0.. {
            if let Some(left) = turn.checked_duration_since(clock::now()) {
                clock::pause_for(left);
            }
            if self.is_over() {
                return;
            }
            let now = clock::now();
            let begun = if now > turn + APART { turn } else { now };
            let key = mixed((who << 32) | (mixed(number) % MODEST_KEYS));
            if account.put(key, value()).wait().is_ok() {
                note(&self.modest, begun);
            }
            turn += APART;
        }
    }

    /// So many puts in each millisecond, without waiting for the answers, as long as not too many are missing.
    pub(crate) fn be_noisy(&self) {
        let account = self.cache.account();
        let mut unanswered: VecDeque<(Instant, Op<Receipt>)> = VecDeque::new();
        let mut number = 0;
        while !self.is_over() {
            while let Some((begun, op)) = unanswered.pop_front() {
                match op.try_take() {
                    Ok(Ok(_)) => note(&self.noisy, begun),
                    Ok(Err(_)) => {}
                    Err(op) => {
                        unanswered.push_front((begun, op));
                        break;
                    }
                }
            }
            if self.is_loud.load(Ordering::Relaxed) {
                for _ in 0..AT_ONCE {
                    if unanswered.len() == UNANSWERED {
                        break;
                    }
                    let key = mixed((1 << 63) | (mixed(number) % NOISY_KEYS));
                    unanswered.push_back((clock::now(), account.put(key, value())));
                    number += 1;
                }
            }
            clock::pause_for(Duration::from_millis(1));
        }
    }
}

fn note(noted: &Mutex<Times>, begun: Instant) {
    let took = u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX);
    noted.lock().unwrap_or_else(PoisonError::into_inner).add(took);
}
