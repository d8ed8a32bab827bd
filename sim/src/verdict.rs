//! What is to become of one call of the store: which writes land, and what is answered.

use forebay_store::{Error, ErrorKind, Outcome, Result};

use crate::dice::Dice;
use crate::scenario::Sickness;

/// What becomes of a batch.
pub(crate) struct Verdict {
    /// Which of its writes land.
    pub(crate) lands: Vec<bool>,
    /// What is answered.
    pub(crate) answer: Answer<Vec<Outcome>>,
}

/// What a call is answered.
pub(crate) enum Answer<T> {
    Gives(Result<T>),
    /// The request is dropped.
    Drops,
}

impl Verdict {
    /// All is well.
    pub(crate) fn good(writes: usize) -> Self {
        let answer = Answer::Gives(Ok(vec![Outcome::Stored; writes]));
        Self { lands: vec![true; writes], answer }
    }

    /// The store cannot be reached.
    pub(crate) fn down(writes: usize, dice: &Dice) -> Self {
        let answer = if dice.chance(500) {
            Err(Error::unavailable("the store is down"))
        } else {
            Ok(vec![retry(); writes])
        };
        Self { lands: vec![false; writes], answer: Answer::Gives(answer) }
    }

    /// The writes in `refused` can never be stored; the others go well if they can.
    pub(crate) fn refusing(refused: &[bool], atomic: bool, dice: &Dice) -> Self {
        let whole = dice.chance(250);
        if !atomic && !whole {
            let outcomes = refused.iter().map(|&bad| if bad { refusal() } else { Outcome::Stored });
            let answer = Answer::Gives(Ok(outcomes.collect()));
            return Self { lands: refused.iter().map(|bad| !bad).collect(), answer };
        }
        let answer = if whole {
            let kinds = [ErrorKind::Refused, ErrorKind::Invalid, ErrorKind::Corrupt];
            Err(Error::new(*dice.pick(&kinds), "the batch is refused"))
        } else {
            Ok(vec![refusal(); refused.len()])
        };
        Self { lands: vec![false; refused.len()], answer: Answer::Gives(answer) }
    }

    /// The writes in `sick` fail in their own way; the others go well if they can.
    pub(crate) fn sick(sick: &[bool], sickness: Sickness) -> Self {
        let whole = |error| Self { lands: vec![false; sick.len()], answer: Answer::Gives(error) };
        let failure = match sickness {
            Sickness::Refused => refusal(),
            Sickness::RefusedWholly => return whole(Err(Error::refused("never this batch"))),
            Sickness::Retried => retry(),
            Sickness::Unknown => unknown(),
            Sickness::Poisons => return whole(Err(Error::unavailable("a broken batch"))),
        };
        let outcome = |&bad: &bool| if bad { failure.clone() } else { Outcome::Stored };
        let answer = Answer::Gives(Ok(sick.iter().map(outcome).collect()));
        Self { lands: sick.iter().map(|bad| !bad).collect(), answer }
    }

    /// Something goes wrong.
    pub(crate) fn bad(writes: usize, atomic: bool, dice: &Dice) -> Self {
        let all = |lands, answer| Self { lands: vec![lands; writes], answer };
        match dice.below(if atomic { 6 } else { 9 }) {
            0 => all(false, Answer::Gives(Ok(vec![retry(); writes]))),
            1 => all(dice.chance(500), Answer::Gives(Ok(vec![unknown(); writes]))),
            2 => {
                let kinds = [ErrorKind::Unavailable, ErrorKind::Busy, ErrorKind::Closed];
                all(false, Answer::Gives(Err(Error::new(*dice.pick(&kinds), "not now"))))
            }
            3 => all(dice.chance(500), Answer::Gives(Err(Error::unknown("timed out")))),
            4 => all(dice.chance(500), Answer::Drops),
            5 => {
                let answered = if dice.chance(500) { writes + 1 } else { writes - 1 };
                all(dice.chance(500), Answer::Gives(Ok(vec![Outcome::Stored; answered])))
            }
            6 => Self::half(writes, dice),
            7 => {
                let refused: Vec<_> = (0..writes).map(|_| dice.chance(100)).collect();
                Self::refusing(&refused, false, dice)
            }
            _ => Self::mixed(writes, dice),
        }
    }

    /// The first writes land, and then the connection breaks.
    fn half(writes: usize, dice: &Dice) -> Self {
        let landed = dice.index(writes + 1);
        let lands: Vec<_> = (0..writes).map(|place| place < landed).collect();
        let rest = if dice.chance(500) { retry() } else { unknown() };
        let outcome = |&lands: &bool| if lands { Outcome::Stored } else { rest.clone() };
        let answer = Ok(lands.iter().map(outcome).collect());
        Self { lands, answer: Answer::Gives(answer) }
    }

    /// Each write has a fate of its own.
    fn mixed(writes: usize, dice: &Dice) -> Self {
        let fates = (0..writes).map(|_| match dice.below(4) {
            0 => (true, Outcome::Stored),
            1 => (false, retry()),
            2 => (true, unknown()),
            _ => (false, unknown()),
        });
        let (lands, outcomes) = fates.unzip();
        Self { lands, answer: Answer::Gives(Ok(outcomes)) }
    }
}

/// What a load that goes wrong is answered; `Ok` holds how many values too many or too few.
pub(crate) fn bad_load(dice: &Dice) -> Answer<isize> {
    let kinds = [
        ErrorKind::Unavailable,
        ErrorKind::Busy,
        ErrorKind::Unknown,
        ErrorKind::Corrupt,
        ErrorKind::Refused,
    ];
    match dice.below(8) {
        0 => Answer::Drops,
        1 => Answer::Gives(Ok(*dice.pick(&[1, -1]))),
        _ => Answer::Gives(Err(Error::new(*dice.pick(&kinds), "the load fails"))),
    }
}

fn retry() -> Outcome {
    Outcome::Retry(Error::unavailable("try again"))
}

fn unknown() -> Outcome {
    Outcome::Unknown(Error::unknown("nobody knows"))
}

fn refusal() -> Outcome {
    Outcome::Refused(Error::refused("never this key"))
}
