//! Values as a whole.

use super::spec::Keys;
use super::{Access, Answer, Call, Failure, Spec, getex, set};
use crate::keyspace::Change;
use crate::octets::Octets;
use crate::record::Record;
use crate::resp::Reply;

pub(super) const COMMANDS: &[Spec] = &[
    row("get", 2, Access::Read, Keys::ONE, get, "Returns the value of a key."),
    row("set", -3, Access::Write, Keys::ONE, set::set, "Sets the value of a key."),
    row("mget", -2, Access::Read, Keys::ALL, mget, "Returns the values of some keys."),
    row("mset", -3, Access::Write, Keys::PAIRS, mset, "Sets the values of some keys."),
    row("msetnx", -3, Access::Write, Keys::PAIRS, msetnx, "Sets some keys, if none exists."),
    row("append", 3, Access::Write, Keys::ONE, append, "Appends to the value of a key."),
    row("strlen", 2, Access::Read, Keys::ONE, strlen, "Returns the length of a value."),
    row("setnx", 3, Access::Write, Keys::ONE, set::setnx, "Sets a key that does not exist."),
    row("setex", 4, Access::Write, Keys::ONE, set::setex, "Sets a value and its expiry."),
    row("psetex", 4, Access::Write, Keys::ONE, set::psetex, "Sets a value and its expiry."),
    row("getset", 3, Access::Write, Keys::ONE, set::getset, "Sets a value, returns the old."),
    row("getex", -2, Access::Write, Keys::ONE, getex::getex, "Returns a value, sets its expiry."),
    row("getdel", 2, Access::Write, Keys::ONE, getdel, "Deletes a key, returns its value."),
];

const fn row(
    name: &'static str,
    arity: i32,
    access: Access,
    keys: Keys,
    run: super::spec::Run,
    summary: &'static str,
) -> Spec {
    Spec::new(name, arity, access, keys, run, summary).of("string")
}

fn get(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let op = call.keyspace().get(&call.key(1)?);
    Answer::of(op, |record| Ok(Reply::bulk_or_null(record.map(|record| record.data))))
}

fn strlen(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let op = call.keyspace().get(&call.key(1)?);
    Answer::of(op, |record| Ok(Reply::count(record.map_or(0, |record| record.data.len()))))
}

fn mget(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let max = call.server.config.reply_bytes;
    let mut bytes = 0;
    let add = move |values: &mut Vec<Reply>, record: Option<Record>| {
        bytes += record.as_ref().map_or(0, |record| record.data.len());
        if bytes > max {
            return Err(Failure::new(format!("the values of this reply exceed {max} bytes")));
        }
        values.push(Reply::bulk_or_null(record.map(|record| record.data)));
        Ok(())
    };
    call.keyspace().get_each(call.keys()?, Vec::new(), add, Reply::Array)
}

fn mset(call: &mut Call<'_>) -> Result<Answer, Failure> {
    call.keyspace().put_all(records(call)?, call.way())
}

fn msetnx(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let op = call.keyspace().put_new(records(call)?, call.session.rung);
    Answer::of(op, |is_put| Ok(Reply::Integer(is_put.into())))
}

/// The keys and values of a command.
fn records(call: &Call<'_>) -> Result<Vec<(Octets, Record)>, Failure> {
    if call.len().is_multiple_of(2) {
        return Err(Failure::arity(call.spec.name));
    }
    let keys = call.keys()?;
    let values = (2..call.len()).step_by(2).map(|index| call.value(index));
    let records = values.map(|data| Record { data, expires_at: None });
    Ok(keys.into_iter().zip(records).collect())
}

fn append(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let max = call.server.config.value_bytes;
    let tail = call.value(2);
    let op = call.modify(call.key(1)?, move |record| {
        let (head, expires_at) =
            record.map_or((&[][..], None), |record| (&record.data[..], record.expires_at));
        let length = head.len() + tail.len();
        if length > max {
            return (Change::Keep, Err(Failure::TOO_LONG));
        }
        let data = Octets::from([head, &tail].concat());
        (Change::Put(Record { data, expires_at }), Ok(Reply::count(length)))
    });
    Answer::of(op, |modified| modified.result)
}

fn getdel(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let op = call.modify(call.key(1)?, |record| match record {
        Some(record) => (Change::Delete, Reply::Bulk(record.data.clone())),
        None => (Change::Keep, Reply::Null),
    });
    Answer::of(op, |modified| Ok(modified.result))
}
