//! When keys expire.

use forebay::WallTime;

use super::moment::{self, Unit};
use super::spec::{Keys, Run};
use super::{Access, Answer, Call, Failure, Spec};
use crate::keyspace::Change;
use crate::record::Record;
use crate::resp::Reply;

pub(super) const COMMANDS: &[Spec] = &[
    write("expire", -3, |call| set(call, Unit::Seconds, true), "Sets when a key expires."),
    write("pexpire", -3, |call| set(call, Unit::Millis, true), "Sets when a key expires."),
    write("expireat", -3, |call| set(call, Unit::Seconds, false), "Sets when a key expires."),
    write("pexpireat", -3, |call| set(call, Unit::Millis, false), "Sets when a key expires."),
    write("persist", 2, persist, "Takes the expiry from a key."),
    read("ttl", |call| get(call, Unit::Seconds, true), "Returns how long a key still lives."),
    read("pttl", |call| get(call, Unit::Millis, true), "Returns how long a key still lives."),
    read("expiretime", |call| get(call, Unit::Seconds, false), "Returns when a key expires."),
    read("pexpiretime", |call| get(call, Unit::Millis, false), "Returns when a key expires."),
];

const fn write(name: &'static str, arity: i32, run: Run, summary: &'static str) -> Spec {
    Spec::new(name, arity, Access::Write, Keys::ONE, run, summary).of("generic")
}

const fn read(name: &'static str, run: Run, summary: &'static str) -> Spec {
    Spec::new(name, 2, Access::Read, Keys::ONE, run, summary).of("generic")
}

/// What must hold of the expiry that a key has, for it to get another.
#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word that a client may say")]
struct Conditions {
    absent: bool,
    present: bool,
    later: bool,
    earlier: bool,
}

impl Conditions {
    fn are_met(self, current: Option<WallTime>, wanted: i64) -> bool {
        // No expiry is later than any.
        let current = current.map(|at| i64::try_from(at.0).unwrap_or(i64::MAX));
        !(self.absent && current.is_some()
            || self.present && current.is_none()
            || self.later && current.is_none_or(|current| wanted <= current)
            || self.earlier && current.is_some_and(|current| wanted >= current))
    }
}

fn set(call: &Call<'_>, unit: Unit, is_relative: bool) -> Result<Answer, Failure> {
    let conditions = conditions(call)?;
    let wanted = moment::moment(call, 2, unit, is_relative)?;
    let now = call.keyspace().now();
    // A moment that has passed deletes the key.
    let expires_at = u64::try_from(wanted).ok().map(WallTime).filter(|at| *at > now);
    let op = call.modify(call.key(1)?, move |record| match (record, expires_at) {
        (Some(record), _) if !conditions.are_met(record.expires_at, wanted) => (Change::Keep, 0),
        (Some(record), Some(at)) => {
            (Change::Put(Record { data: record.data.clone(), expires_at: Some(at) }), 1)
        }
        (Some(_), None) => (Change::Delete, 1),
        (None, _) => (Change::Keep, 0),
    });
    Answer::of(op, |modified| Ok(Reply::Integer(modified.result)))
}

fn conditions(call: &Call<'_>) -> Result<Conditions, Failure> {
    let mut conditions = Conditions::default();
    for index in 3..call.len() {
        let condition = match &call.argument(index).to_ascii_lowercase()[..] {
            b"nx" => &mut conditions.absent,
            b"xx" => &mut conditions.present,
            b"gt" => &mut conditions.later,
            b"lt" => &mut conditions.earlier,
            _ => return Err(Failure::new(format!("Unsupported option {}", call.text(index)))),
        };
        *condition = true;
    }
    let Conditions { absent, present, later, earlier } = conditions;
    if absent && (present || later || earlier) {
        let text = "NX and XX, GT or LT options at the same time are not compatible";
        return Err(Failure::new(text));
    }
    if later && earlier {
        return Err(Failure::new("GT and LT options at the same time are not compatible"));
    }
    Ok(conditions)
}

fn persist(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let op = call.modify(call.key(1)?, |record| match record {
        Some(Record { data, expires_at: Some(_) }) => {
            (Change::Put(Record { data: data.clone(), expires_at: None }), 1)
        }
        _ => (Change::Keep, 0),
    });
    Answer::of(op, |modified| Ok(Reply::Integer(modified.result)))
}

fn get(call: &Call<'_>, unit: Unit, is_relative: bool) -> Result<Answer, Failure> {
    let now = call.keyspace().now();
    Answer::of(call.keyspace().get(&call.key(1)?), move |record| {
        let Some(record) = record else { return Ok(Reply::Integer(-2)) };
        let Some(WallTime(at)) = record.expires_at else { return Ok(Reply::Integer(-1)) };
        let millis = if is_relative { at.saturating_sub(now.0) } else { at };
        Ok(Reply::Integer(unit.of_millis(millis)))
    })
}
