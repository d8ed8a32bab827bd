//! A cache with everything switched on: how it is built, and what clients do with that beside reading and
//! writing.

use std::sync::Arc;
use std::time::Duration;

use forebay_cache::{Builder, DrainReport, Filler, Lookup, Mode, Receipt, Stamp};
use forebay_store::seam::Clock;
use forebay_store::{ByteSize, Error, Outcome, Result};

use crate::dice::Dice;
use crate::history::{Act, Event};
use crate::intent::{Intent, Kind};
use crate::session::{Begun, Session};
use crate::together;
use crate::trace::Broken;
use crate::value::{Name, Tag, Tagged, short};
use crate::world::World;

/// A client's right to say what the store has of a key, and what he has found there.
pub(crate) struct Filling {
    filler: Filler<Name, Tagged>,
    found: Option<Tagged>,
}

/// Switches on whatever reads, tells and promises. The times, in half of the runs, are so short that a run sees their ends.
pub(crate) fn switch_on(
    builder: Builder<Name, Tagged>,
    world: &Arc<World>,
    dice: &Dice,
) -> Builder<Name, Tagged> {
    let millis = |from: u64, below: u64| Duration::from_millis(from + dice.below(below));
    let (told, merging) = (Arc::downgrade(world), Arc::downgrade(world));
    let live = |builder: Builder<Name, Tagged>| {
        builder
            .time_to_live(millis(150, 600))
            .time_to_live_jitter(30)
            .time_to_idle(millis(80, 600))
            .refresh_ahead(millis(0, 100))
            .stale_while_revalidate(millis(0, 200))
            .stale_if_error(millis(0, 2000))
    };
    // Without times a load by hand of which only its holder knows ends in another way.
    let builder = if dice.chance(500) { live(builder) } else { builder };
    builder
        .gather_misses(millis(0, 8))
        .max_staleness(millis(50, 1000))
        .merge_with(move |_, before: Option<&Tagged>, part| {
            if let Some(world) = merging.upgrade() {
                world.note_merge(part.tag, before.map(|before| before.tag));
            }
            *part
        })
        .listen(move |event| {
            if let Some(world) = told.upgrade() {
                world.note(&[], format!("   told: {event:?}"));
            }
        })
}

impl Filling {
    /// The client whose turn it is looks into the store.
    pub(crate) fn of(filler: Filler<Name, Tagged>, session: &Session) -> Self {
        let found = session.store.rows().get(filler.key()).copied();
        Self { filler, found }
    }

    /// He says what he has found, or forgets to.
    pub(crate) fn end(self, who: usize, session: &Session, dice: &Dice) {
        let (key, tag) = (*self.filler.key(), short(self.found.map(|found| found.tag)));
        if dice.chance(200) {
            session.world.note(&[key], format!("{who} forgets to fill {key}"));
            return drop(self.filler);
        }
        let is_held = match self.found {
            Some(found) => self.filler.fill(found),
            None => self.filler.fill_absent(),
        };
        session.world.note(&[key], format!("{who} fills {key}={tag}: {is_held}"));
    }
}

/// What a client does that has an answer.
pub(crate) fn intend(session: &mut Session, key: Name, dice: &Dice) -> Option<Intent> {
    // What somebody else writes is only read.
    let own = key % session.scenario.keys;
    Some(match dice.below(24) {
        0..5 => Intent::Lookup { key },
        5 => Intent::Warm { share: ByteSize::kib(1 + dice.below(8)) },
        6 => Intent::Drain {
            deadline: dice.delay(Duration::from_millis(500)),
            acknowledged: session.newest(),
        },
        7..9 => {
            let refused = session.cache.quarantine().list();
            let key = refused.get(dice.index(refused.len()))?.key;
            Intent::Edit { key, value: session.value(dice) }
        }
        9..11 => together::put_many(session, dice),
        11 => together::delete_many(session, dice),
        12..16 => together::transact(session, dice),
        16..18 => {
            let (value, write) = (session.value(dice), session.write(dice));
            Intent::Merge { key: own, value, write }
        }
        18 => Intent::Stamped { key },
        19..22 => conditional(session, own, dice),
        _ => {
            meddle(session, dice);
            return None;
        }
    })
}

/// Writes a key if it is as it is to be, which it is likely to be.
fn conditional(session: &mut Session, key: Name, dice: &Dice) -> Intent {
    let (value, write) = (session.value(dice), session.write(dice));
    let stamp = session.stamps.iter().rev().find(|stamp| stamp.0 == key);
    let kind = match (dice.below(4), session.cache.peek(&key), stamp) {
        (0 | 1, _, Some((_, stamp, saw, _))) => Kind::IfUnchanged(*stamp, *saw),
        (2, Some(expected), _) => Kind::IfEqual(expected),
        (_, Some(_), _) => Kind::IfPresent,
        _ => Kind::IfAbsent,
    };
    Intent::Modify { key, value, kind, write }
}

/// What has none.
fn meddle(session: &mut Session, dice: &Dice) {
    match dice.below(6) {
        0 => {
            let at_most = dice.delay(Duration::from_millis(800));
            session.world.note(&[], format!("pause for {at_most:?}"));
            session.cache.pause(at_most);
        }
        1 => {
            session.world.note(&[], "resume");
            session.cache.resume();
        }
        2 => {
            for (key, value) in session.cache.resident().take(4).collect::<Vec<_>>() {
                session.saw(key, value.tag, "walk");
            }
        }
        3 => {
            let count = session.cache.invalidate_all();
            session.world.note(&[], format!("invalidate all: {count}"));
        }
        4 => session.take_no_writes(dice.delay(Duration::from_millis(300))),
        _ => {
            let refused = session.cache.quarantine().list();
            match refused.get(dice.index(refused.len())) {
                Some(one) if one.waits() => session.let_go(one.key),
                Some(one) => session.give_up(one.key),
                None => {}
            }
        }
    }
}

impl Session {
    /// Somebody saw this of a key without asking for it.
    fn saw(&mut self, key: Name, tag: u64, how: &str) {
        let (begin, now) = (self.world.tick(), self.world.now());
        self.world.note(&[key], format!("{how} {key}: #{tag}"));
        let (act, end) = (Act::Read(Some(tag)), Some(self.world.tick()));
        let text = how.to_owned();
        self.history.push(key, Event { act, begin, end, begin_at: now, end_at: now, text });
    }

    /// What the store refused is given up: from now on the key is what the store has.
    fn give_up(&mut self, key: Name) {
        self.unbar(key);
        let is_given_up = self.cache.quarantine().drop(&key);
        let tag = self.store.rows().get(&key).map(|row| row.tag);
        self.world.note(&[key], format!("give up {key}, back to {}: {is_given_up}", short(tag)));
        if !is_given_up {
            return;
        }
        self.kept.retain(|kept| kept.key != key);
        let newest = self.acknowledged.get(&key).copied().unwrap_or(0);
        self.given_up.insert(key, newest);
        self.ledger.give_up(key, tag);
        self.wholes.forget(|whole| whole.keys.contains(&key));
        let (begin, now) = (self.world.tick(), self.world.now());
        let (act, end, text) = (Act::Write(tag), Some(self.world.tick()), "given up".to_owned());
        self.history.push(key, Event { act, begin, end, begin_at: now, end_at: now, text });
    }

    /// What was refused is given up, but something waits behind it, which goes to the store.
    fn let_go(&mut self, key: Name) {
        self.unbar(key);
        self.kept.retain(|kept| kept.key != key);
        let goes = self.cache.quarantine().drop(&key);
        self.world.note(&[key], format!("give up what {key} waits for: {goes}"));
    }

    /// What a merge that is done was: who merged tells what there was.
    pub(crate) fn merged(&self, begun: &Begun, tag: Tag) -> Act {
        self.world.merged(tag).unwrap_or_else(|| {
            self.violate(Broken::Promise, begun, "is done, and nobody has merged");
            Act::Write(Some(tag))
        })
    }

    pub(crate) fn settle_stamped(
        &mut self,
        begun: &Begun,
        result: &Result<(Option<Tagged>, Stamp)>,
    ) {
        let Intent::Stamped { key } = begun.intent else { return };
        match result {
            Ok((value, stamp)) => {
                let saw = value.map(|value| value.tag);
                let event = self.event(begun, Act::Read(saw), true);
                self.stamps.push((key, *stamp, saw, event.end.unwrap_or(event.begin)));
                self.history.push(key, event);
            }
            Err(error) => self.look_at_error(begun, error),
        }
    }

    /// Whether it was put because the key had a stamp, and so the value that it was stamped with: if that is not
    /// over. It may also have been over when it was stamped, and not be any more, because the date has jumped back: then
    /// it was written before that.
    pub(crate) fn is_put_unchanged(
        &self,
        begun: &Begun,
        kind: Kind,
        saw: Option<Tag>,
        receipt: Option<&Receipt>,
    ) -> bool {
        let Kind::IfUnchanged(stamp, stamped) = kind else { return false };
        if receipt.is_none() {
            return false;
        }
        let may_be_over = |tag| self.history.expiry(tag).is_some();
        let is_by_date = match (saw, stamped) {
            (None, Some(tag)) => may_be_over(tag),
            (Some(tag), None) => may_be_over(tag) && self.was_there(begun, stamp, tag),
            _ => false,
        };
        if saw != stamped && !is_by_date {
            let text = format!("put over {}, stamped was {}", short(saw), short(stamped));
            self.violate(Broken::Promise, begun, &text);
        }
        true
    }

    /// Whether this was written, or being written, when the key was stamped.
    fn was_there(&self, begun: &Begun, stamp: Stamp, tag: Tag) -> bool {
        let keys = begun.intent.keys();
        let stamped =
            self.stamps.iter().find(|known| keys.first() == Some(&known.0) && known.1 == stamp);
        stamped.is_some_and(|(key, .., end)| self.history.has_begun(*key, tag, *end))
    }

    /// Whether nobody may ask for this write any more.
    pub(crate) fn is_given_up(&self, key: Name, version: u64) -> bool {
        self.given_up.get(&key).is_some_and(|given_up| version <= *given_up)
    }

    pub(crate) fn settle_lookup(&mut self, begun: &Begun, result: &Result<Lookup<Name, Tagged>>) {
        let Intent::Lookup { key } = begun.intent else { return };
        let act = match result {
            Ok(Lookup::Found(value)) => Act::Read(Some(value.tag)),
            Ok(Lookup::Absent) => Act::Read(None),
            // He is sent to the store: what it has is the answer.
            Ok(Lookup::Vacant(_)) => Act::Look(self.store.rows().get(&key).map(|row| row.tag)),
            Err(error) => return self.look_at_error(begun, error),
        };
        let event = self.event(begun, act, true);
        self.history.push(key, event);
    }

    pub(crate) fn settle_edit(&mut self, begun: &Begun, result: &Result<Option<Receipt>>) {
        let Intent::Edit { key, value } = begun.intent else { return };
        match result {
            Ok(Some(receipt)) => {
                self.kept.retain(|kept| kept.key != key);
                let event = self.event(begun, Act::Write(Some(value.tag)), true);
                self.history.push(key, event);
                self.acknowledge(begun, key, Some(value.tag), receipt);
            }
            Ok(None) => {}
            Err(error) => self.edit_failed(begun, error),
        }
    }

    /// It was accepted when it was asked for, or not at all; nobody knows, if its rung was not reached.
    fn edit_failed(&mut self, begun: &Begun, error: &Error) {
        self.look_at_error(begun, error);
        let has_not_happened = matches!(Outcome::of_error(error), Outcome::Retry(_));
        if !has_not_happened || self.is_closed {
            self.perhaps(begun);
        }
    }

    pub(crate) fn settle_drain(&mut self, begun: &Begun, result: &Result<DrainReport>) {
        let Intent::Drain { deadline, acknowledged } = &begun.intent else { return };
        match result {
            // What is in quarantine is not left, and of no other key that is.
            Ok(report) if report.left == 0 => {
                for (key, version) in acknowledged {
                    self.must_be_stored(begun, *key, *version);
                }
            }
            Ok(report) => {
                let is_over = self.world.now() >= begun.begin_at.after(*deadline);
                // Then nothing more is stored, however much time there is.
                let is_failed = self.cache.mode() == Mode::JournalFailed;
                if !is_over && !is_failed && !self.is_closed {
                    let text = format!("has time, but leaves {}", report.left);
                    self.violate(Broken::Stored, begun, &text);
                }
            }
            Err(error) => self.look_at_error(begun, error),
        }
    }

    /// Somebody was told that all is stored up to this version.
    pub(crate) fn must_be_stored(&mut self, begun: &Begun, key: Name, version: u64) {
        let is_quarantined = self.cache.quarantined().iter().any(|each| each.key == key);
        if is_quarantined || self.is_given_up(key, version) {
            return;
        }
        if self.store.landed(key) < version {
            let text = format!("key {key} version {version} is not stored");
            self.violate(Broken::Stored, begun, &text);
        }
        self.ledger.raise(key, version, forebay_store::Durability::Stored);
    }
}
