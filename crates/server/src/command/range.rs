//! Parts of values: bytes and bits.

use std::ops::Range;

use super::spec::{Keys, Run};
use super::{Access, Answer, Call, Failure, Spec};
use crate::keyspace::Change;
use crate::octets::Octets;
use crate::record::Record;
use crate::resp::{Reply, parse_integer};

pub(super) const COMMANDS: &[Spec] = &[
    row("getrange", 4, Access::Read, getrange, "Returns a part of a value.").of("string"),
    row("substr", 4, Access::Read, getrange, "Returns a part of a value.").of("string"),
    row("setrange", 4, Access::Write, setrange, "Overwrites a part of a value.").of("string"),
    row("getbit", 3, Access::Read, getbit, "Returns a bit of a value.").of("bitmap"),
    row("setbit", 4, Access::Write, setbit, "Sets a bit of a value.").of("bitmap"),
];

const fn row(
    name: &'static str,
    arity: i32,
    access: Access,
    run: Run,
    summary: &'static str,
) -> Spec {
    Spec::new(name, arity, access, Keys::ONE, run, summary)
}

fn getrange(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let (first, last) = (call.integer(2)?, call.integer(3)?);
    Answer::of(call.keyspace().get(&call.key(1)?), move |record| {
        let data = record.map(|record| record.data).unwrap_or_default();
        let part = part(data.len(), first, last);
        Ok(Reply::Bulk(data.slice(part)))
    })
}

/// Where the bytes from `first` to `last` lie, both counted from the end if they are negative.
fn part(length: usize, first: i64, last: i64) -> Range<usize> {
    let count = i64::try_from(length).unwrap_or(i64::MAX);
    let place = |index: i64| if index < 0 { (count + index).max(0) } else { index };
    // Both before the beginning would else be the first byte.
    let is_backwards = first < 0 && last < 0 && first > last;
    let (first, last) = (place(first), place(last).min(count - 1));
    match (usize::try_from(first), usize::try_from(last)) {
        (Ok(first), Ok(last)) if first <= last && !is_backwards => first..last + 1,
        _ => 0..0,
    }
}

fn setrange(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let max = call.server.config.value_bytes;
    let offset = usize::try_from(call.integer(2)?)
        .map_err(|_| Failure::fixed("ERR offset is out of range"))?;
    let part = call.value(3);
    let op = call.modify(call.key(1)?, move |record| {
        let old = record.map_or(&[][..], |record| &record.data);
        if part.is_empty() {
            return (Change::Keep, Ok(Reply::count(old.len())));
        }
        let Some(end) = offset.checked_add(part.len()).filter(|end| *end <= max) else {
            return (Change::Keep, Err(Failure::TOO_LONG));
        };
        let mut data = Vec::with_capacity(old.len().max(end));
        data.extend_from_slice(old);
        data.resize(old.len().max(end), 0);
        data[offset..end].copy_from_slice(&part);
        let length = Reply::count(data.len());
        (Change::Put(changed(record, data)), Ok(length))
    });
    Answer::of(op, |modified| modified.result)
}

fn getbit(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let bit = bit(call)?;
    Answer::of(call.keyspace().get(&call.key(1)?), move |record| {
        let byte = record.and_then(|record| record.data.get(bit.byte).copied()).unwrap_or(0);
        Ok(Reply::Integer((byte & bit.mask != 0).into()))
    })
}

fn setbit(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let bit = bit(call)?;
    let is_set = match parse_integer(call.argument(3)) {
        Some(0) => false,
        Some(1) => true,
        _ => return Err(Failure::fixed("ERR bit is not an integer or out of range")),
    };
    let op = call.modify(call.key(1)?, move |record| {
        let old = record.map_or(&[][..], |record| &record.data);
        let mut data = Vec::with_capacity(old.len().max(bit.byte + 1));
        data.extend_from_slice(old);
        data.resize(old.len().max(bit.byte + 1), 0);
        let was_set = data[bit.byte] & bit.mask != 0;
        if was_set != is_set {
            data[bit.byte] ^= bit.mask;
        }
        (Change::Put(changed(record, data)), was_set)
    });
    Answer::of(op, |modified| Ok(Reply::Integer(modified.result.into())))
}

/// The same value with other bytes. The expiry stays.
fn changed(record: Option<&Record>, data: Vec<u8>) -> Record {
    Record { data: Octets::from(data), expires_at: record.and_then(|record| record.expires_at) }
}

/// Where a bit is.
#[derive(Clone, Copy)]
struct Bit {
    byte: usize,
    mask: u8,
}

/// The bit that the second argument names; the first of a byte is its highest.
fn bit(call: &Call<'_>) -> Result<Bit, Failure> {
    let max = call.server.config.value_bytes;
    let offset = parse_integer(call.argument(2)).and_then(|offset| usize::try_from(offset).ok());
    let offset = offset.filter(|offset| offset / 8 < max);
    let out = Failure::fixed("ERR bit offset is not an integer or out of range");
    let offset = offset.ok_or(out)?;
    Ok(Bit { byte: offset / 8, mask: 0x80 >> (offset % 8) })
}
