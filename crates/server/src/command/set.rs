//! `SET` and its older sisters.

use forebay::WallTime;

use super::moment::{self, Unit};
use super::{Answer, Call, Failure};
use crate::keyspace::Change;
use crate::record::Record;
use crate::resp::Reply;

/// What `SET` was asked to look at before it sets.
#[derive(Clone, Copy, Default)]
struct Options {
    /// Only if the key is there (`true`) or is not (`false`).
    if_present: Option<bool>,
    /// Answer with the old value.
    get: bool,
    /// Keep the expiry that the key has.
    keep_expiry: bool,
    expires_at: Option<WallTime>,
}

pub(super) fn set(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let options = options(call)?;
    if options.if_present.is_none() && !options.get && !options.keep_expiry {
        return plain(call, 2, options.expires_at);
    }
    let data = call.value(2);
    let op = call.modify(call.key(1)?, move |old| {
        let is_met = options.if_present.is_none_or(|present| present == old.is_some());
        let reply = if options.get {
            Reply::bulk_or_null(old.map(|old| old.data.clone()))
        } else if is_met {
            Reply::OK
        } else {
            Reply::Null
        };
        if !is_met {
            return (Change::Keep, reply);
        }
        let kept = old.filter(|_| options.keep_expiry).and_then(|old| old.expires_at);
        let record = Record { data: data.clone(), expires_at: kept.or(options.expires_at) };
        (Change::Put(record), reply)
    });
    Answer::of(op, |modified| Ok(modified.result))
}

pub(super) fn setnx(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let data = call.value(2);
    let op = call.modify(call.key(1)?, move |old| match old {
        Some(_) => (Change::Keep, 0),
        None => (Change::Put(Record { data: data.clone(), expires_at: None }), 1),
    });
    Answer::of(op, |modified| Ok(Reply::Integer(modified.result)))
}

pub(super) fn setex(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let expires_at = moment::after(call, 2, Unit::Seconds)?;
    plain(call, 3, Some(expires_at))
}

pub(super) fn psetex(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let expires_at = moment::after(call, 2, Unit::Millis)?;
    plain(call, 3, Some(expires_at))
}

pub(super) fn getset(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let data = call.value(2);
    let op = call.modify(call.key(1)?, move |old| {
        let reply = Reply::bulk_or_null(old.map(|old| old.data.clone()));
        (Change::Put(Record { data: data.clone(), expires_at: None }), reply)
    });
    Answer::of(op, |modified| Ok(modified.result))
}

/// Sets a value whatever was there.
fn plain(call: &Call<'_>, value: usize, expires_at: Option<WallTime>) -> Result<Answer, Failure> {
    let record = Record { data: call.value(value), expires_at };
    call.put(call.key(1)?, record)
}

fn options(call: &Call<'_>) -> Result<Options, Failure> {
    let mut options = Options::default();
    // Where the expiry is; its unit and whether it counts from now. Of several the last counts,
    // and they must be of one kind.
    let mut expiry: Option<(usize, (Unit, bool))> = None;
    let mut index = 3;
    while index < call.len() {
        if call.is(index, "nx") && options.if_present != Some(true) {
            options.if_present = Some(false);
        } else if call.is(index, "xx") && options.if_present != Some(false) {
            options.if_present = Some(true);
        } else if call.is(index, "get") {
            options.get = true;
        } else if call.is(index, "keepttl") && expiry.is_none() {
            options.keep_expiry = true;
        } else {
            let kind = kind(call, index).filter(|kind| {
                !options.keep_expiry && expiry.is_none_or(|(_, before)| before == *kind)
            });
            index += 1;
            if index == call.len() {
                return Err(Failure::SYNTAX);
            }
            expiry = Some((index, kind.ok_or(Failure::SYNTAX)?));
        }
        index += 1;
    }
    if let Some((index, (unit, is_relative))) = expiry {
        let read = if is_relative { moment::after } else { moment::at };
        options.expires_at = Some(read(call, index, unit)?);
    }
    Ok(options)
}

/// The unit of an expiry that the argument at `index` announces, and whether it counts from now.
pub(super) fn kind(call: &Call<'_>, index: usize) -> Option<(Unit, bool)> {
    let kinds = [
        ("ex", (Unit::Seconds, true)),
        ("px", (Unit::Millis, true)),
        ("exat", (Unit::Seconds, false)),
        ("pxat", (Unit::Millis, false)),
    ];
    kinds.into_iter().find(|(word, _)| call.is(index, word)).map(|(_, kind)| kind)
}
