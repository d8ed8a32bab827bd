//! The commands of the load: what each makes of a key, and what must be answered.

use super::answer::Answer;
use super::dice::Dice;
use super::key::State;
use super::wire::encode;

/// A command that writes one key.
pub(super) struct Command {
    pub(super) bytes: Vec<u8>,
    /// What the key is afterwards.
    pub(super) state: State,
    pub(super) answer: Answer,
}

/// No clock of a drill comes so far.
const FAR: u64 = 33_000_000_000_000;

impl Command {
    /// Any command for a key that is `state`.
    pub(super) fn any(key: &[u8], state: &State, dice: &mut Dice) -> Self {
        match dice.roll(10) {
            0..=3 => {
                let length = *dice.pick(&[60_000, 2_000, 2_000, 60, 60, 60, 60, 60, 60, 60]);
                let length = dice.roll(length);
                Self::set(key, length, dice)
            }
            4 => Self::del(key, state),
            5 | 6 => Self::incr(key, state, dice),
            7 => Self::expire(key, state, dice),
            8 => Self::append(key, state, dice),
            _ => Self::persist(key, state),
        }
    }

    /// A command whose outcome and answer do not depend on what was there before.
    pub(super) fn absolute(key: &[u8], is_large: bool, dice: &mut Dice) -> Self {
        let length = if is_large { 20_000 + dice.roll(40_000) } else { dice.roll(60) };
        Self::set(key, length, dice)
    }

    fn set(key: &[u8], length: u64, dice: &mut Dice) -> Self {
        let value = value(key, length, dice);
        let (bytes, expires) = match dice.roll(3) {
            0 => {
                let at = FAR + dice.roll(1 << 20);
                let text = at.to_string();
                (encode(&[b"SET", key, &value, b"PXAT", text.as_bytes()]), Some(at))
            }
            _ => (encode(&[b"SET", key, &value]), None),
        };
        Self { bytes, state: Some((value, expires)), answer: Answer::Simple("OK".into()) }
    }

    fn del(key: &[u8], state: &State) -> Self {
        let answer = Answer::Integer(state.is_some().into());
        Self { bytes: encode(&[b"DEL", key]), state: None, answer }
    }

    /// A key that is no number becomes one.
    fn incr(key: &[u8], state: &State, dice: &mut Dice) -> Self {
        let number = match state {
            None => Some(0),
            Some((value, _)) => std::str::from_utf8(value).ok().and_then(|it| it.parse().ok()),
        };
        let Some(number) = number.filter(|it: &i64| *it < i64::MAX) else {
            let value = dice.roll(1000).to_string().into_bytes();
            let bytes = encode(&[b"SET", key, &value]);
            let answer = Answer::Simple("OK".into());
            return Self { bytes, state: Some((value, None)), answer };
        };
        let number: i64 = number + 1;
        let expires = state.as_ref().and_then(|(_, expires)| *expires);
        let state = Some((number.to_string().into_bytes(), expires));
        Self { bytes: encode(&[b"INCR", key]), state, answer: Answer::Integer(number) }
    }

    fn expire(key: &[u8], state: &State, dice: &mut Dice) -> Self {
        let at = FAR + dice.roll(1 << 20);
        let bytes = encode(&[b"PEXPIREAT", key, at.to_string().as_bytes()]);
        let answer = Answer::Integer(state.is_some().into());
        let state = state.as_ref().map(|(value, _)| (value.clone(), Some(at)));
        Self { bytes, state, answer }
    }

    fn persist(key: &[u8], state: &State) -> Self {
        let has_expiry = state.as_ref().is_some_and(|(_, expires)| expires.is_some());
        let answer = Answer::Integer(has_expiry.into());
        let state = state.as_ref().map(|(value, _)| (value.clone(), None));
        Self { bytes: encode(&[b"PERSIST", key]), state, answer }
    }

    fn append(key: &[u8], state: &State, dice: &mut Dice) -> Self {
        let (mut value, expires) = state.clone().unwrap_or_default();
        // What was appended to is no number, whatever it was.
        let more = format!("~{:x}", dice.next());
        value.extend_from_slice(more.as_bytes());
        let bytes = encode(&[b"APPEND", key, more.as_bytes()]);
        let answer = Answer::Integer(i64::try_from(value.len()).unwrap_or(i64::MAX));
        Self { bytes, state: Some((value, expires)), answer }
    }
}

/// A value that no other write has, of about this length.
fn value(key: &[u8], length: u64, dice: &mut Dice) -> Vec<u8> {
    let mut value = [key, format!("={:016x}:", dice.next()).as_bytes()].concat();
    let mut filler = dice.split();
    for _ in 0..length / 8 {
        value.extend_from_slice(&filler.next().to_le_bytes());
    }
    value
}
