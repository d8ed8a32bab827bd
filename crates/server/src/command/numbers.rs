//! Values as numbers.

use super::decimal::Decimal;
use super::spec::{Keys, Run};
use super::{Access, Answer, Call, Failure, Spec};
use crate::keyspace::Change;
use crate::octets::Octets;
use crate::record::Record;
use crate::resp::{Reply, parse_integer};

pub(super) const COMMANDS: &[Spec] = &[
    row("incr", 2, incr, "Adds one to a number."),
    row("decr", 2, decr, "Takes one from a number."),
    row("incrby", 3, incrby, "Adds to a number."),
    row("decrby", 3, decrby, "Takes from a number."),
    row("incrbyfloat", 3, incrbyfloat, "Adds to a number with a point."),
];

const fn row(name: &'static str, arity: i32, run: Run, summary: &'static str) -> Spec {
    Spec::new(name, arity, Access::Write, Keys::ONE, run, summary).of("string")
}

fn incr(call: &mut Call<'_>) -> Result<Answer, Failure> {
    add(call, 1)
}

fn decr(call: &mut Call<'_>) -> Result<Answer, Failure> {
    add(call, -1)
}

fn incrby(call: &mut Call<'_>) -> Result<Answer, Failure> {
    add(call, call.integer(2)?)
}

fn decrby(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let amount = call.integer(2)?;
    let negated = amount.checked_neg();
    add(call, negated.ok_or(Failure::fixed("ERR decrement would overflow"))?)
}

/// A key that does not exist counts as 0. The expiry stays.
fn add(call: &Call<'_>, amount: i64) -> Result<Answer, Failure> {
    let op = call.modify(call.key(1)?, move |record| match sum(record, amount) {
        Ok(value) => {
            let data = Octets::copy_from_slice(itoa::Buffer::new().format(value).as_bytes());
            let expires_at = record.and_then(|record| record.expires_at);
            (Change::Put(Record { data, expires_at }), Ok(Reply::Integer(value)))
        }
        Err(failure) => (Change::Keep, Err(failure)),
    });
    Answer::of(op, |modified| modified.result)
}

fn incrbyfloat(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let amount = decimal(call.argument(2));
    let op = call.modify(call.key(1)?, move |record| {
        let old = record.map_or(Ok(Decimal::ZERO), |record| decimal(&record.data));
        let sum = old.and_then(|old| old.plus(amount.clone()?).ok_or(Failure::NOT_FINITE));
        match sum {
            Ok(sum) => {
                let data = Octets::from(sum.shown());
                let expires_at = record.and_then(|record| record.expires_at);
                (Change::Put(Record { data: data.clone(), expires_at }), Ok(Reply::Bulk(data)))
            }
            Err(failure) => (Change::Keep, Err(failure)),
        }
    });
    Answer::of(op, |modified| modified.result)
}

fn decimal(text: &[u8]) -> Result<Decimal, Failure> {
    let size = text.strip_prefix(b"-").or(text.strip_prefix(b"+")).unwrap_or(text);
    if [&b"inf"[..], b"infinity"].iter().any(|word| size.eq_ignore_ascii_case(word)) {
        return Err(Failure::NOT_FINITE);
    }
    Decimal::parse(text).ok_or(Failure::fixed("ERR value is not a valid float"))
}

fn sum(record: Option<&Record>, amount: i64) -> Result<i64, Failure> {
    let value = match record {
        Some(record) => parse_integer(&record.data).ok_or(Failure::NOT_AN_INTEGER)?,
        None => 0,
    };
    value.checked_add(amount).ok_or(Failure::OVERFLOW)
}
