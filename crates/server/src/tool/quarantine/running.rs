//! The quarantine of a server that runs.

use std::io::Write;

use forebay::{Error, Result};

use super::super::exit::Exit;
use super::super::wire::Wire;
use super::command::{Kind, Task};
use super::entry::Entry;
use crate::resp::Reply;

const COMMAND: &[u8] = b"FOREBAY.QUARANTINE";
/// So many are asked for at once.
const PAGE: &[u8] = b"256";

pub(super) fn run(
    task: &Task,
    address: &str,
    password: Option<&str>,
    out: &mut dyn Write,
) -> Result<Exit> {
    let mut wire = Wire::connect(address, password)?;
    match &task.kind {
        Kind::List => pages(task, &mut wire, b"LIST", out),
        Kind::Export => pages(task, &mut wire, b"EXPORT", out),
        Kind::Show(key) => match shown(&mut wire, key)? {
            Some(entry) => task.show(&entry, out),
            None => task.told(0, out),
        },
        Kind::Retry(key) => {
            let key = key.as_deref().unwrap_or(b"ALL");
            task.told(change(&mut wire, &[b"RETRY", key], task.seen)?, out)
        }
        Kind::Edit(key, value) => take(task, &mut wire, key, &[b"EDIT", key, value], out),
        Kind::Drop(key) => take(task, &mut wire, key, &[b"DROP", key], out),
    }
}

/// A command of which nothing comes if it was not this version that was seen. Says how many keys it concerned.
fn change(wire: &mut Wire, words: &[&[u8]], seen: Option<u64>) -> Result<u64> {
    let seen = seen.map(|version| version.to_string());
    let seen = seen.iter().flat_map(|seen| [b"VERSION".as_slice(), seen.as_bytes()]);
    let words: Vec<_> = [COMMAND].into_iter().chain(words.iter().copied()).chain(seen).collect();
    number(&wire.ask(&words)?)
}

/// One key with its value, if it is there.
fn shown(wire: &mut Wire, key: &[u8]) -> Result<Option<Entry>> {
    match wire.ask(&[COMMAND, b"SHOW", key])? {
        Reply::Array(parts) => entry(parts).map(Some),
        _ => Ok(None),
    }
}

/// Takes away what is there, and prints it: nothing else is taken than what is printed.
fn take(
    task: &Task,
    wire: &mut Wire,
    key: &[u8],
    words: &[&[u8]],
    out: &mut dyn Write,
) -> Result<Exit> {
    let entry = shown(wire, key)?.filter(|entry| task.has_seen(entry.version));
    let Some(entry) = entry else { return task.told(0, out) };
    let taken = change(wire, words, Some(entry.version))?;
    if taken > 0 {
        task.show(&entry, out)?;
    }
    task.told(taken, out)
}

/// Prints page after page.
fn pages(task: &Task, wire: &mut Wire, what: &[u8], out: &mut dyn Write) -> Result<Exit> {
    let mut from = b"0".to_vec();
    loop {
        let reply = wire.ask(&[COMMAND, what, b"FROM", &from, b"COUNT", PAGE])?;
        let Reply::Array(parts) = reply else { return Err(strange()) };
        let Ok([Reply::Bulk(next), Reply::Array(found)]) = <[Reply; 2]>::try_from(parts) else {
            return Err(strange());
        };
        for each in found {
            let Reply::Array(parts) = each else { return Err(strange()) };
            task.show(&entry(parts)?, out)?;
        }
        if next[..] == *b"0" {
            return Ok(Exit::Good);
        }
        from = next.to_vec();
    }
}

fn entry(parts: Vec<Reply>) -> Result<Entry> {
    let mut parts = parts.into_iter();
    let mut bytes = || match parts.next() {
        Some(Reply::Bulk(bytes)) => Ok(bytes),
        _ => Err(strange()),
    };
    let (key, cause) = (bytes()?, bytes()?);
    let cause = String::from_utf8_lossy(&cause).into_owned();
    let mut integer = || parts.next().ok_or_else(strange).and_then(|reply| number(&reply));
    let (attempts, first_refused, last_refused) = (integer()?, integer()?, integer()?);
    let is_deleted = parts.next() == Some(Reply::fixed("delete"));
    let version = parts.next().ok_or_else(strange).and_then(|reply| number(&reply))?;
    let value = match (parts.next(), parts.next()) {
        (Some(Reply::Bulk(value)), Some(Reply::Integer(at))) => {
            Some((value, u64::try_from(at).ok()))
        }
        _ => None,
    };
    Ok(Entry { key, cause, attempts, version, first_refused, last_refused, is_deleted, value })
}

fn number(reply: &Reply) -> Result<u64> {
    match reply {
        Reply::Integer(number) => u64::try_from(*number).map_err(|_| strange()),
        _ => Err(strange()),
    }
}

fn strange() -> Error {
    Error::corrupt("the server answered something else than a quarantine: is it this version?")
}
