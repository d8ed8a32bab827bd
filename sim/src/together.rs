//! Several keys at once: writes that are only asked for together, and transactions.

use std::sync::Arc;

use forebay_cache::{Answers, Receipt, Transacted, Write};
use forebay_store::{Durability, Error, Outcome, Result};

use crate::crash::Whole;
use crate::dice::Dice;
use crate::history::Act;
use crate::intent::{Asked, Intent};
use crate::session::{Begun, Session};
use crate::trace::Broken;
use crate::value::{Name, Tag};

/// Writes several keys, some of them twice.
pub(crate) fn put_many(session: &mut Session, dice: &Dice) -> Intent {
    let values = (0..=dice.below(5)).map(|_| (key(session, dice), session.value(dice)));
    let values = values.collect();
    Intent::PutMany { values, write: session.write(dice) }
}

/// Deletes several keys, some of them twice.
pub(crate) fn delete_many(session: &Session, dice: &Dice) -> Intent {
    let keys = (0..=dice.below(3)).map(|_| key(session, dice)).collect();
    Intent::DeleteMany { keys, write: session.write(dice) }
}

/// Sees two keys and writes both.
pub(crate) fn transact(session: &mut Session, dice: &Dice) -> Intent {
    let (first, keys) = (key(session, dice), session.scenario.keys);
    let second = (first + 1) % keys;
    let values = [session.value(dice), session.value(dice)];
    let rung = match session.write(dice) {
        Write::Behind(rung) => rung,
        _ => Durability::Memory,
    };
    Intent::Transact { keys: [first, second], values, rung }
}

fn key(session: &Session, dice: &Dice) -> Name {
    Name::try_from(dice.below(session.scenario.keys.min(4).into())).unwrap_or(0)
}

impl Session {
    /// The operation of one key that is a part of one of many.
    fn part(begun: &Begun, place: usize, intent: Intent) -> Begun {
        Begun {
            intent,
            begin: begun.begin,
            begin_at: begun.begin_at,
            who: begun.who,
            floors: begun.floors.get(place).copied().into_iter().collect(),
            is_late: begun.is_late,
            asked: Asked::nothing(),
            bell: Arc::clone(&begun.bell),
        }
    }

    fn parts(begun: &Begun) -> Vec<Begun> {
        let intents: Vec<_> = match &begun.intent {
            Intent::PutMany { values, write } => {
                let put =
                    |(key, value): &_| Intent::Put { key: *key, value: *value, write: *write };
                values.iter().map(put).collect()
            }
            Intent::DeleteMany { keys, write } => {
                keys.iter().map(|key| Intent::Delete { key: *key, write: *write }).collect()
            }
            _ => Vec::new(),
        };
        let parts = intents.into_iter().enumerate();
        parts.map(|(place, intent)| Self::part(begun, place, intent)).collect()
    }

    pub(crate) fn settle_many(&mut self, begun: &Begun, result: &Result<Answers>) {
        let parts = Self::parts(begun);
        match result {
            Ok(results) if results.len() == parts.len() => {
                for (part, result) in parts.iter().zip(results) {
                    self.settle_write(part, result);
                }
            }
            Ok(_) => self.violate(Broken::Promise, begun, "another number of answers than of keys"),
            Err(error) => {
                for part in &parts {
                    self.settle_failed_write(part, error);
                }
            }
        }
    }

    pub(crate) fn settle_transaction(
        &mut self,
        begun: &Begun,
        result: &Result<Transacted<[Option<Tag>; 2]>>,
    ) {
        let Intent::Transact { values, rung, .. } = &begun.intent else { return };
        let transacted = match result {
            Ok(transacted) => transacted,
            Err(error) => return self.transaction_failed(begun, *rung, error),
        };
        let receipts = &transacted.receipts;
        if receipts.len() != 2 || receipts.iter().any(|receipt| receipt.rung() < *rung) {
            self.violate(Broken::Promise, begun, "not a receipt a key, of the rung");
        }
        self.look_at_acceptance(begun);
        let rung = receipts.iter().map(Receipt::rung).min();
        let changes = [0, 1].map(|n| Act::Change(Some(transacted.result[n]), Some(values[n].tag)));
        self.note_whole(begun, changes, true, rung);
    }

    /// Writes that happen all at once, or never.
    fn note_whole(
        &mut self,
        begun: &Begun,
        changes: [Act; 2],
        happened: bool,
        rung: Option<Durability>,
    ) {
        let Intent::Transact { keys, values, .. } = &begun.intent else { return };
        let tags = values.map(|value| value.tag);
        let places = [0, 1].map(|n| {
            let event = self.event(begun, changes[n], happened);
            // Which of the receipts is its own is not told.
            self.ledger.perhaps(keys[n], Some(tags[n]));
            (keys[n], self.history.push(keys[n], event))
        });
        self.history.join(places);
        // What the store has on a client's word is not known to be noted.
        let rung = rung.filter(|rung| *rung != Durability::Stored || !self.scenario.marks);
        self.wholes.add(Whole { keys: *keys, tags, begin: begun.begin, rung });
    }

    /// Nothing was written, unless what failed is to be stored or noted after it was accepted.
    fn transaction_failed(&mut self, begun: &Begun, rung: Durability, error: &Error) {
        self.look_at_error(begun, error);
        let is_unknown = matches!(Outcome::of_error(error), Outcome::Unknown(_));
        if is_unknown || rung != Durability::Memory {
            self.perhaps(begun);
        }
    }

    /// Each of the writes may happen at any later time, or never.
    pub(crate) fn perhaps_many(&mut self, begun: &Begun) {
        for part in Self::parts(begun) {
            self.perhaps(&part);
        }
        if let Intent::Transact { values, .. } = &begun.intent {
            let changes = values.map(|value| Act::Change(None, Some(value.tag)));
            self.note_whole(begun, changes, false, None);
        }
    }
}
