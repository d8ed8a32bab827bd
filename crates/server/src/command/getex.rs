//! `GETEX`: a value, and a new expiry for it.

use super::set::kind;
use super::{Answer, Call, Failure, moment};
use crate::keyspace::Change;
use crate::record::Record;
use crate::resp::Reply;

pub(super) fn getex(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let wish = wish(call)?;
    let now = call.keyspace().now();
    let op = call.modify(call.key(1)?, move |record| {
        let Some(record) = record else { return (Change::Keep, Ok(Reply::Null)) };
        let expires_at = match &wish {
            Wish::Keep => record.expires_at,
            Wish::Persist => None,
            Wish::Expire(Ok(at)) => Some(*at),
            // Redis looks at the time only when there is something to expire.
            Wish::Expire(Err(failure)) => return (Change::Keep, Err(failure.clone())),
        };
        let reply = Ok(Reply::Bulk(record.data.clone()));
        if expires_at == record.expires_at {
            (Change::Keep, reply)
        } else if expires_at.is_some_and(|at| at <= now) {
            (Change::Delete, reply)
        } else {
            (Change::Put(Record { data: record.data.clone(), expires_at }), reply)
        }
    });
    Answer::of(op, |modified| modified.result)
}

/// What is to become of the expiry.
enum Wish {
    Keep,
    Persist,
    Expire(Result<forebay::WallTime, Failure>),
}

fn wish(call: &Call<'_>) -> Result<Wish, Failure> {
    let (mut persists, mut expiry) = (false, None);
    let mut index = 2;
    while index < call.len() {
        if call.is(index, "persist") && expiry.is_none() {
            persists = true;
        } else {
            let kind = kind(call, index)
                .filter(|kind| !persists && expiry.is_none_or(|(_, before)| before == *kind));
            index += 1;
            if index == call.len() {
                return Err(Failure::SYNTAX);
            }
            expiry = Some((index, kind.ok_or(Failure::SYNTAX)?));
        }
        index += 1;
    }
    Ok(match expiry {
        Some((index, (unit, true))) => Wish::Expire(moment::after(call, index, unit)),
        Some((index, (unit, false))) => Wish::Expire(moment::at(call, index, unit)),
        None if persists => Wish::Persist,
        None => Wish::Keep,
    })
}
