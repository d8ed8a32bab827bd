//! Several keys at once: writes that are only asked for together, and transactions.

use std::sync::Arc;

use forebay_cache::{Receipt, Transacted, Write};
use forebay_store::{Durability, Error, Outcome, Result};

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

/// Sees two keys and writes both.
pub(crate) fn transact(session: &mut Session, dice: &Dice) -> Intent {
    let (first, keys) = (key(session, dice), session.scenario.keys);
    let second = (first + 1) % keys;
    let values = [session.value(dice), session.value(dice)];
    let capabilities = &session.store.inner().capabilities;
    let is_taken = capabilities.atomic_batch && capabilities.batch_ops_max > 1;
    let write = match session.write(dice) {
        Write::Through | Write::Around if !is_taken => Write::Behind(Durability::Memory),
        write => write,
    };
    Intent::Transact { keys: [first, second], values, write }
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
        let Intent::PutMany { values, write } = &begun.intent else { return Vec::new() };
        let of = |(place, (key, value)): (usize, &(Name, _))| {
            let intent = Intent::Put { key: *key, value: *value, write: *write };
            Self::part(begun, place, intent)
        };
        values.iter().enumerate().map(of).collect()
    }

    pub(crate) fn settle_many(&mut self, begun: &Begun, result: &Result<Vec<Result<Receipt>>>) {
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
        let Intent::Transact { keys, values, write } = &begun.intent else { return };
        let rung = match write {
            Write::Behind(rung) => *rung,
            _ => Durability::Stored,
        };
        let transacted = match result {
            Ok(transacted) => transacted,
            Err(error) => return self.transaction_failed(begun, *write, error),
        };
        let receipts = &transacted.receipts;
        if receipts.len() != 2 || receipts.iter().any(|receipt| receipt.rung() < rung) {
            self.violate(Broken::Promise, begun, "not a receipt a key, of the rung");
        }
        if begun.is_late {
            self.violate(Broken::Close, begun, "was accepted after the close");
        }
        for ((key, value), saw) in keys.iter().zip(values).zip(transacted.result) {
            let event = self.event(begun, Act::Change(Some(saw), Some(value.tag)), true);
            self.history.push(*key, event);
            // Which of the receipts is its own is not told.
            self.ledger.perhaps(*key, Some(value.tag));
        }
    }

    /// Nothing was written, unless what failed is to be stored or noted after it was accepted.
    fn transaction_failed(&mut self, begun: &Begun, write: Write, error: &Error) {
        self.look_at_error(begun, error);
        let is_unknown = matches!(Outcome::of_error(error), Outcome::Unknown(_));
        let may_be_late = matches!(write, Write::Behind(rung) if rung != Durability::Memory);
        if is_unknown || may_be_late {
            self.perhaps(begun);
        }
    }

    /// Each of the writes may happen at any later time, or never.
    pub(crate) fn perhaps_many(&mut self, begun: &Begun) {
        for part in Self::parts(begun) {
            self.perhaps(&part);
        }
        if let Intent::Transact { keys, values, .. } = &begun.intent {
            for (key, value) in keys.iter().zip(values) {
                self.ledger.perhaps(*key, Some(value.tag));
                let event = self.event(begun, Act::Change(None, Some(value.tag)), false);
                self.history.push(*key, event);
            }
        }
    }
}
