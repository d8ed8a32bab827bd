//! Changes of the tables and of what they should be.

use forebay_store::Result;

use super::book::{BookTx, Content, Note, Person};
use crate::dice::Dice;

/// One change.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Join {
        who: u32,
        email: u16,
        team: u16,
        about: Option<usize>,
    },
    Visit {
        who: u32,
        times: i64,
    },
    Say {
        who: u32,
        what: u64,
        length: usize,
    },
    Leave {
        who: u32,
    },
    Retain {
        above: u64,
    },
    Forget,
    /// So that no two states are the same.
    Mark(u64),
}

impl Change {
    pub(crate) fn draw(dice: &Dice) -> Self {
        let who = u32::from(dice.below(12).to_le_bytes()[0]);
        let length = [0, 10, 900][dice.index(3)];
        match dice.below(24) {
            0..7 => Self::Join {
                who,
                email: u16::from(dice.below(40).to_le_bytes()[0]),
                team: u16::from(dice.below(3).to_le_bytes()[0]),
                about: dice.chance(500).then_some(length),
            },
            7..12 => Self::Visit { who, times: i64::from(dice.next().to_le_bytes()[0]) - 128 },
            12..18 => Self::Say { who, what: dice.below(20), length },
            18..21 => Self::Leave { who },
            21 | 22 => Self::Retain { above: dice.below(20) },
            _ => Self::Forget,
        }
    }

    /// Some for one transaction; with `length`, one of them is so long.
    pub(crate) fn some(dice: &Dice, number: u64, length: Option<usize>) -> Vec<Self> {
        let mut changes: Vec<_> = (0..=dice.below(4)).map(|_| Self::draw(dice)).collect();
        if let Some(length) = length {
            changes.extend((0..5).map(|what| Self::Say { who: 5, what, length: length / 5 }));
        }
        if dice.chance(850) {
            changes.push(Self::Mark(number));
        }
        changes
    }

    /// Makes the change in both; says whether they agree on what was there.
    pub(crate) fn make(&self, tx: &mut BookTx<'_>, content: &mut Content) -> Result<bool> {
        match *self {
            Self::Join { who, email, team, about } => {
                let about = about.map(|length| "about ".repeat(length / 6));
                let person = Person { email, team, visits: 0, about };
                tx.people.put(who, person.clone())?;
                tx.notes.put((who, String::new()), Note::Joined)?;
                content.people.insert(who, person);
                content.notes.insert((who, String::new()), Note::Joined);
                Ok(true)
            }
            Self::Visit { who, times } => {
                let seen = tx.people.update(&who, |person| person.visits += times)?;
                let should = content.people.get_mut(&who).map(|person| person.visits += times);
                Ok(seen == should)
            }
            Self::Say { who, what, length } => {
                say(tx, content, (who, format!("{what:02}")), (what, "word ".repeat(length / 5)))
            }
            Self::Leave { who } => {
                let is_gone = tx.people.delete(&who);
                let (low, high) = ((who, String::new()), (who + 1, String::new()));
                let keys: Vec<_> = tx.notes.range(low..high).map(|(key, _)| key.clone()).collect();
                let should: Vec<_> =
                    content.notes.keys().filter(|key| key.0 == who).cloned().collect();
                for key in &keys {
                    tx.notes.delete(key);
                }
                content.notes.retain(|key, _| key.0 != who);
                Ok(is_gone == content.people.remove(&who).is_some() && keys == should)
            }
            Self::Retain { above } => {
                let is_kept =
                    |note: &Note| !matches!(note, Note::Said { times, .. } if *times > above);
                let before = content.notes.len() as u64;
                content.notes.retain(|_, note| is_kept(note));
                let gone = tx.notes.retain(|_, note| is_kept(note))?;
                Ok(gone == before - content.notes.len() as u64)
            }
            Self::Forget => {
                tx.notes.clear();
                content.notes.clear();
                Ok(true)
            }
            Self::Mark(number) => {
                say(tx, content, (u32::MAX, "last".to_owned()), (number, String::new()))
            }
        }
    }
}

fn say(
    tx: &mut BookTx<'_>,
    content: &mut Content,
    key: (u32, String),
    (times, text): (u64, String),
) -> Result<bool> {
    let note = Note::Said { times, text };
    let agrees = tx.notes.get(&key) == content.notes.get(&key);
    tx.notes.put(key.clone(), note.clone())?;
    content.notes.insert(key, note);
    Ok(agrees)
}
