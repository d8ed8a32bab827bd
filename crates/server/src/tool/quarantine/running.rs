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
    let seen = task.seen.map(|version| version.to_string());
    // Commands of which nothing comes if it was not this version that was seen.
    let mut change = |words: &[&[u8]]| {
        let seen = seen.iter().flat_map(|seen| [b"VERSION".as_slice(), seen.as_bytes()]);
        let words: Vec<_> =
            [COMMAND].into_iter().chain(words.iter().copied()).chain(seen).collect();
        number(&wire.ask(&words)?)
    };
    match &task.kind {
        Kind::List => pages(task, &mut wire, b"LIST", out),
        Kind::Export => pages(task, &mut wire, b"EXPORT", out),
        Kind::Show(key) => match wire.ask(&[COMMAND, b"SHOW", key])? {
            Reply::Array(parts) => task.show(&entry(parts)?, out),
            _ => task.told(0, out),
        },
        Kind::Retry(key) => task.told(change(&[b"RETRY", key.as_deref().unwrap_or(b"ALL")])?, out),
        Kind::Edit(key, value) => task.told(change(&[b"EDIT", key, value])?, out),
        Kind::Drop(key) => task.told(change(&[b"DROP", key])?, out),
    }
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
