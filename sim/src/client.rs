//! Clients: each draws operations, waits for the answers, and at times vanishes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use forebay_cache::Lookup;
use forebay_store::sync::Mutex;

use crate::dice::Dice;
use crate::everything::{self, Filling};
use crate::history::{Act, Event};
use crate::intent::{Intent, Kind, Reply};
use crate::session::{Begun, Session};
use crate::trace::Broken;
use crate::value::Name;
use forebay_store::seam::Clock;

pub(crate) struct Client {
    pub(crate) who: usize,
    dice: Dice,
    left: usize,
    /// The operation that it waits for.
    waits: Option<Begun>,
    /// Operations whose answer it will look at some time.
    aside: Vec<Begun>,
    /// A key that it is to fill.
    fills: Option<Filling>,
    /// It will vanish from the operation that began then.
    vanishes: Option<u64>,
}

impl Client {
    pub(crate) fn new(who: usize, operations: usize, seed: u64) -> Self {
        let dice = Dice::new(seed, 100 + who as u64);
        Self {
            who,
            dice,
            left: operations,
            waits: None,
            aside: Vec::new(),
            fills: None,
            vanishes: None,
        }
    }

    /// Whether it has nothing left to do and waits for nothing.
    pub(crate) fn is_done(&self) -> bool {
        self.left == 0 && self.fills.is_none() && self.is_answered()
    }

    /// Whether it waits for nothing.
    pub(crate) fn is_answered(&self) -> bool {
        self.waits.is_none() && self.aside.is_empty()
    }

    /// What it waits for.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = &Begun> {
        self.waits.iter().chain(&self.aside)
    }

    /// It waits for the answer to what somebody else has begun.
    pub(crate) fn take_up(&mut self, begun: Begun) {
        self.aside.push(begun);
    }

    /// When it is to be woken next: a while after now.
    pub(crate) fn pause(&self) -> Duration {
        self.dice.delay(Duration::from_millis(60))
    }

    /// It is woken. `true`: it wants to be woken again.
    pub(crate) fn act(&mut self, session: &mut Session) -> bool {
        session.take_writes_again();
        if let Some(begun) = self.waits.take() {
            if self.vanishes != Some(begun.begin) {
                self.waits = Some(begun);
                return false;
            }
            session.vanish(&begun);
        }
        if let Some(filling) = self.fills.take() {
            filling.end(self.who, session, &self.dice);
            return true;
        }
        if self.left == 0 {
            return false;
        }
        self.left -= 1;
        let Some(intent) = self.intend(session) else { return true };
        let mut begun = session.begin(self.who, intent);
        if let Some(reply) = session.poll(&mut begun) {
            self.take_over(reply, session);
            return true;
        }
        let is_patient = matches!(
            begun.intent,
            Intent::Stored { .. } | Intent::Synced { .. } | Intent::Flush { .. }
        );
        if is_patient && self.dice.chance(700) {
            self.aside.push(begun);
            return true;
        }
        let vanishes = self.dice.chance(80);
        self.vanishes = vanishes.then_some(begun.begin);
        self.waits = Some(begun);
        vanishes
    }

    /// Looks for answers. `true`: it wants to be woken.
    pub(crate) fn poll(&mut self, session: &mut Session) -> bool {
        self.aside.retain_mut(|begun| session.poll(begun).is_none());
        let Some(begun) = &mut self.waits else { return false };
        let Some(reply) = session.poll(begun) else { return false };
        self.waits = None;
        if let Reply::Page(Ok(page)) = &reply
            && let Some(next) = page.next.clone()
        {
            let limit = 1 + self.dice.index(8);
            let begun = session.begin(self.who, Intent::Scan { cursor: Some(next), limit });
            self.waits = Some(begun);
            return false;
        }
        self.take_over(reply, session);
        true
    }

    /// If the answer is that it is to fill a key, it looks into the store, and fills it some time later.
    fn take_over(&mut self, reply: Reply, session: &Session) {
        if let Reply::Looked(Ok(Lookup::Vacant(filler))) = reply {
            self.fills = Some(Filling::of(filler, session));
        }
    }

    /// A key: often one of the first few.
    fn key(&self, session: &Session) -> Name {
        let keys = u64::from(session.scenario.keys);
        let key = if self.dice.chance(600) {
            self.dice.below(keys.min(3))
        } else {
            self.dice.below(keys)
        };
        Name::try_from(key).expect("it is below a u16")
    }

    /// A key, perhaps one that somebody else writes.
    fn any_key(&self, session: &Session) -> Name {
        let foreign = session.scenario.foreign_keys;
        if foreign > 0 && self.dice.chance(400) {
            session.scenario.keys + Name::try_from(self.dice.below(foreign.into())).unwrap_or(0)
        } else {
            self.key(session)
        }
    }

    fn intend(&self, session: &mut Session) -> Option<Intent> {
        let (key, value) = (self.key(session), session.value(&self.dice));
        let write = session.write(&self.dice);
        if session.scenario.everything && self.dice.chance(300) {
            let key = self.any_key(session);
            return everything::intend(session, key, &self.dice);
        }
        Some(match self.dice.below(100) {
            0..22 => Intent::Put { key, value, write },
            22..30 => Intent::Delete { key, write },
            30..50 => Intent::Get { key: self.any_key(session) },
            50..55 => Intent::GetMany {
                keys: (0..=self.dice.below(4)).map(|_| self.any_key(session)).collect(),
            },
            55..67 => {
                let kind = match self.dice.below(16) {
                    0..6 => Kind::Put,
                    6..9 => Kind::PutIfAbsent,
                    9..12 => Kind::DeleteIfPresent,
                    12..15 => Kind::Keep,
                    _ => Kind::Panic,
                };
                Intent::Modify { key, value, kind, write }
            }
            67..73 => Intent::Update { key, value, saw: Arc::new(Mutex::new(None)) },
            73..76 => Intent::Flush { acknowledged: session.newest() },
            76 => Intent::FlushOlder { age: self.dice.delay(Duration::from_millis(50)) },
            77 => Intent::FlushIfNeeded { threshold: self.dice.index(5) },
            78..84 => {
                let (key, receipt) =
                    session.receipts.get(self.dice.index(session.receipts.len()))?;
                let (key, receipt) = (*key, receipt.clone());
                if session.scenario.is_journaled() && self.dice.chance(500) {
                    return Some(Intent::Synced { key, receipt });
                }
                Intent::Stored { key, receipt }
            }
            84..88 if session.scenario.scans => {
                Intent::Scan { cursor: None, limit: 1 + self.dice.index(8) }
            }
            88 if session.scenario.scans => Intent::Count,
            89 if session.scenario.scans => Intent::Clear,
            _ => {
                if session.scenario.is_fragile {
                    let _ = catch_unwind(AssertUnwindSafe(|| self.glance(session)));
                } else {
                    self.glance(session);
                }
                return None;
            }
        })
    }

    /// Does one of the things that are answered at once.
    fn glance(&self, session: &mut Session) {
        let key = self.any_key(session);
        let cache = session.cache.clone();
        match self.dice.below(5) {
            0 => {
                let is_gone = cache.invalidate(&key);
                session.world.note(&[key], format!("{} invalidate {key}: {is_gone}", self.who));
                if is_gone && cache.is_resident(&key) {
                    session.world.violate(
                        Broken::Promise,
                        Some(key),
                        "there after an invalidation",
                    );
                }
            }
            1 | 2 => {
                let Some(value) = cache.peek(&key) else { return };
                let (begin, now) = (session.world.tick(), session.world.now());
                session.world.note(&[key], format!("{} peek {key}: #{}", self.who, value.tag));
                let event = Event {
                    act: Act::Read(Some(value.tag)),
                    begin,
                    end: Some(session.world.tick()),
                    begin_at: now,
                    end_at: now,
                    text: format!("{} peek {key}", self.who),
                };
                session.history.push(key, event);
            }
            3 if session.scenario.marks => self.take_its_word(session),
            _ => {
                let text = format!("{}", cache.explain(&key));
                session.world.note(&[key], format!("{} explain {key}: {text}", self.who));
                let _ = (cache.len(), cache.dirty_keys(), format!("{cache:?}"));
                for quarantined in cache.quarantined() {
                    if self.dice.chance(300) {
                        let key = quarantined.key;
                        session.unbar(key);
                        session.kept.retain(|kept| kept.key != key);
                        let text = format!("{} replay {key}: {}", self.who, cache.replay(&key));
                        session.world.note(&[key], text);
                    }
                }
            }
        }
    }
}

impl Client {
    /// Stores a dirty value past the cache and says so.
    fn take_its_word(&self, session: &mut Session) {
        let (key, cache) = (self.key(session), &session.cache);
        let (value, version) = (cache.peek(&key), cache.explain(&key).version);
        let Some(version) = version.filter(|_| value.is_some() || !session.scenario.expiry) else {
            // What is over is not seen, and so not known.
            return;
        };
        // What the store has on his word may outlive what the journal has of the others of a transaction.
        session.wholes.forget(|whole| value.is_some_and(|value| whole.tags.contains(&value.tag)));
        let before = session.store.overwrite(key, value, version);
        let is_marked = cache.mark_clean(&key);
        let text = format!("{} mark_clean {key} v{version}: {is_marked}", self.who);
        session.world.note(&[key], text);
        if is_marked {
            session.ledger.mark(key, version, session.world.tick());
        } else {
            session.store.restore(key, &before);
        }
    }
}

impl Session {
    /// The newest acknowledged version of each key.
    pub(crate) fn newest(&self) -> Vec<(Name, u64)> {
        self.acknowledged.iter().map(|(key, version)| (*key, *version)).collect()
    }
}
