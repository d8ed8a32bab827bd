//! Going through all keys.

use std::sync::Arc;

use super::glob::Search;
use super::spec::{Keys, Run};
use super::{Access, Answer, Call, Failure, Spec};
use crate::octets::Octets;
use crate::resp::Reply;

pub(super) const COMMANDS: &[Spec] = &[
    row("scan", -2, scan, "Returns some keys and a cursor for the next ones."),
    row("keys", 2, keys, "Returns all keys that match a pattern."),
    row("randomkey", 1, randomkey, "Returns any key."),
];

const fn row(name: &'static str, arity: i32, run: Run, summary: &'static str) -> Spec {
    Spec::new(name, arity, Access::Alone, Keys::NONE, run, summary).of("generic")
}

/// How many keys a page has that is not asked for otherwise.
const COUNT: usize = 10;
/// How many keys a page has at most, because a page is loaded with its values.
const COUNT_MAX: usize = 256;
/// How long a pattern may be: matching takes time in proportion to it.
const PATTERN_BYTES_MAX: usize = 1024;
/// After how many steps of matching other clients get their turn.
const STEPS_MAX: usize = 1024 * 1024;

struct Options {
    pattern: Option<Vec<u8>>,
    count: usize,
    /// All values are strings; another type matches nothing.
    is_string: bool,
}

fn scan(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let invalid = || Failure::fixed("ERR invalid cursor");
    let text = std::str::from_utf8(call.argument(1)).map_err(|_| invalid())?;
    let id: u64 = text.parse().map_err(|_| invalid())?;
    let options = options(call)?;
    let cursor = match id {
        0 => None,
        id => Some(call.server.cursors.get(id).ok_or_else(invalid)?),
    };
    let server = Arc::clone(call.server);
    let op = call.keyspace().scan(cursor, options.count);
    Ok(Answer::later(async move {
        let page = op.await?;
        let next = page.next.map_or(0, |next| server.cursors.keep(next, id));
        let keys = page.entries.into_iter().map(|(key, _)| key).collect();
        let keys = options.matching(keys).await.into_iter().map(Reply::Bulk);
        Ok(Reply::Array(vec![Reply::bulk(next.to_string()), Reply::Array(keys.collect())]))
    }))
}

fn keys(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let pattern = Some(pattern(call.argument(1))?);
    let options = Options { pattern, count: COUNT_MAX, is_string: true };
    let max = call.server.config.reply_bytes;
    let keyspace = Arc::clone(call.keyspace());
    Ok(Answer::later(async move {
        let (mut found, mut bytes, mut cursor) = (Vec::new(), 0, None);
        loop {
            let page = keyspace.scan(cursor, options.count).await?;
            let keys = page.entries.into_iter().map(|(key, _)| key).collect();
            for key in options.matching(keys).await {
                bytes += key.len() + size_of::<Reply>();
                if bytes > max {
                    return Err(Failure::new(format!("the keys of this reply exceed {max} bytes")));
                }
                found.push(Reply::Bulk(key));
            }
            cursor = page.next;
            if cursor.is_none() {
                return Ok(Reply::Array(found));
            }
        }
    }))
}

/// Pages take turns, so every key comes up in time, though not all equally often.
fn randomkey(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let server = Arc::clone(call.server);
    Ok(Answer::later(async move {
        // From where the last one was to the end, and once from the beginning; on a way of its own,
        // so that others who draw meanwhile do not take pages out of it.
        let mut from = server.wander.lock().take();
        let mut is_last_round = false;
        loop {
            is_last_round |= from.is_none();
            let page = server.keyspace.scan(from, COUNT_MAX).await?;
            from = page.next;
            server.wander.lock().clone_from(&from);
            let count = page.entries.len() as u64;
            if count > 0 {
                let index = server.random.next_u64() % count;
                let mut keys = page.entries.into_iter().map(|(key, _)| key);
                return Ok(Reply::bulk_or_null(keys.nth(usize::try_from(index).unwrap_or(0))));
            }
            if from.is_none() && is_last_round {
                return Ok(Reply::Null);
            }
        }
    }))
}

impl Options {
    /// Those of the keys that are asked for.
    async fn matching(&self, keys: Vec<Octets>) -> Vec<Octets> {
        if !self.is_string {
            return Vec::new();
        }
        let Some(pattern) = &self.pattern else { return keys };
        let (mut matching, mut steps) = (Vec::new(), STEPS_MAX);
        for key in keys {
            let mut search = Search::new(pattern, &key, false);
            let is_match = loop {
                if let Some(is_match) = search.run(&mut steps) {
                    break is_match;
                }
                tokio::task::yield_now().await;
                steps = STEPS_MAX;
            };
            if is_match {
                matching.push(key);
            }
        }
        matching
    }
}

fn options(call: &Call<'_>) -> Result<Options, Failure> {
    let mut options = Options { pattern: None, count: COUNT, is_string: true };
    let mut index = 2;
    while index + 1 < call.len() {
        if call.is(index, "count") {
            let count = call.integer(index + 1)?;
            let count = usize::try_from(count).ok().filter(|count| *count >= 1);
            options.count = count.ok_or(Failure::SYNTAX)?.min(COUNT_MAX);
        } else if call.is(index, "match") {
            options.pattern = Some(pattern(call.argument(index + 1))?);
        } else if call.is(index, "type") {
            options.is_string = call.is(index + 1, "string");
        } else {
            return Err(Failure::SYNTAX);
        }
        index += 2;
    }
    if index < call.len() { Err(Failure::SYNTAX) } else { Ok(options) }
}

/// A pattern that does not take too long to match.
fn pattern(text: &[u8]) -> Result<Vec<u8>, Failure> {
    if text.len() > PATTERN_BYTES_MAX {
        return Err(Failure::pattern_too_long(PATTERN_BYTES_MAX));
    }
    Ok(text.to_vec())
}
