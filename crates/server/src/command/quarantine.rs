//! What the store refused: seen, tried again, changed, given up.

use std::sync::Arc;

use forebay::{Edit, Quarantined, QuarantinedWrite, WallTime};

use super::spec::{Keys, Run};
use super::{Access, Answer, Call, Failure, Spec};
use crate::octets::Octets;
use crate::record::Record;
use crate::resp::Reply;

pub(super) const COMMANDS: &[Spec] =
    &[row("forebay.quarantine", -2, Keys::NONE, help, "Looks after what the store refused.").with(
        &[
            row("forebay.quarantine|drop", -3, KEY, give_up, "Gives up what the store refused."),
            row("forebay.quarantine|edit", -4, KEY, edit, "Puts another value in its stead."),
            row("forebay.quarantine|export", -2, Keys::NONE, export, "Returns it with its values."),
            row("forebay.quarantine|help", 2, Keys::NONE, help, "Names the subcommands."),
            row("forebay.quarantine|len", 2, Keys::NONE, len, "Counts its keys."),
            row("forebay.quarantine|list", -2, Keys::NONE, list, "Returns its keys and causes."),
            row("forebay.quarantine|retry", -3, Keys::NONE, retry, "Tries it again."),
            row("forebay.quarantine|show", 3, KEY, show, "Returns one key with its value."),
        ],
    )];

/// The key of a subcommand.
const KEY: Keys = Keys { first: 2, last: 2, step: 1 };
/// How many are on a page if nothing else is asked for.
const SHOWN: usize = 100;
/// How many are on one at most, because keys and values may be long.
const SHOWN_MAX: usize = 1024;
/// How many are tried again before other clients get their turn.
const REPLAYED_TOGETHER: usize = 64;

const HELP: [&str; 9] = [
    "FOREBAY.QUARANTINE <subcommand> [<arg> ...]. Subcommands are:",
    "DROP <key> [VERSION <version>]",
    "EDIT <key> <value> [VERSION <version>]",
    "EXPORT [FROM <place>] [COUNT <count>]",
    "LEN",
    "LIST [FROM <place>] [COUNT <count>]",
    "RETRY <key> [VERSION <version>]|ALL",
    "SHOW <key>",
    "HELP",
];

const fn row(name: &'static str, arity: i32, keys: Keys, run: Run, summary: &'static str) -> Spec {
    Spec::new(name, arity, Access::Alone, keys, run, summary).of("forebay")
}

#[expect(clippy::unnecessary_wraps, reason = "all commands have one form")]
fn help(_: &mut Call<'_>) -> Result<Answer, Failure> {
    Ok(Answer::Now(Reply::Array(HELP.map(Reply::fixed).into())))
}

#[expect(clippy::unnecessary_wraps, reason = "all commands have one form")]
fn len(call: &mut Call<'_>) -> Result<Answer, Failure> {
    Ok(Answer::Now(Reply::count(call.keyspace().cache().quarantine().len())))
}

fn list(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let (from, count) = page(call)?;
    let quarantine = call.keyspace().cache().quarantine();
    let (mut found, mut next) = quarantine.page(from, count);
    let fitting = fitting(call, &found, |about| about.key.len());
    if fitting < found.len() {
        (found, next) = quarantine.page(from, fitting);
    }
    Ok(paged(found.into_iter().map(|about| Reply::Array(about_of(about))), next))
}

fn export(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let (from, count) = page(call)?;
    let quarantine = call.keyspace().cache().quarantine();
    // The values are not taken before it is known how many of them go into a reply.
    let (found, _) = quarantine.page(from, count);
    let bytes = |about: &Quarantined<Octets>| usize::try_from(about.bytes).unwrap_or(usize::MAX);
    let (found, next) = quarantine.export(from, fitting(call, &found, bytes));
    Ok(paged(found.into_iter().map(whole), next))
}

fn show(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let found = call.keyspace().cache().quarantine().show(&call.key(2)?);
    Ok(Answer::Now(found.map_or(Reply::Null, whole)))
}

fn retry(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let version = version(call, 3)?;
    if version.is_some() || !call.is(2, "all") {
        let (quarantine, key) = (call.keyspace().cache().quarantine(), call.key(2)?);
        let is_replayed = match version {
            Some(version) => quarantine.retry_if(&key, version),
            None => quarantine.retry(&key),
        };
        return Ok(Answer::Now(Reply::Integer(is_replayed.into())));
    }
    let keyspace = Arc::clone(call.keyspace());
    Ok(Answer::later(async move {
        let mut count = 0;
        for refused in keyspace.quarantined(usize::MAX).chunks(REPLAYED_TOGETHER) {
            count += refused.iter().filter(|refused| keyspace.replay(&refused.key)).count();
            tokio::task::yield_now().await;
        }
        Ok(Reply::count(count))
    }))
}

fn edit(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let (key, data, version) = (call.key(2)?, call.value(3), version(call, 4)?);
    let quarantine = call.keyspace().cache().quarantine();
    // The value is another one; when it is over stays what it was.
    let expires_at = match quarantine.show(&key).map(|refused| refused.edit) {
        Some(Ok(Edit::Put { value, .. })) => value.expires_at,
        _ => None,
    };
    let record = Record { data, expires_at };
    let edited = match version {
        Some(version) => quarantine.edit_if(&key, version, record),
        None => quarantine.edit(&key, record),
    };
    Answer::of(edited, |receipt| Ok(Reply::Integer(receipt.is_some().into())))
}

fn give_up(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let (key, version) = (call.key(2)?, version(call, 3)?);
    let quarantine = call.keyspace().cache().quarantine();
    let is_dropped = match version {
        Some(version) => quarantine.drop_if(&key, version),
        None => quarantine.drop(&key),
    };
    Ok(Answer::Now(Reply::Integer(is_dropped.into())))
}

/// `[VERSION version]`, from this argument on: which version was looked at.
fn version(call: &Call<'_>, from: usize) -> Result<Option<u64>, Failure> {
    match call.len().saturating_sub(from) {
        0 => Ok(None),
        2 if call.is(from, "version") => {
            u64::try_from(call.integer(from + 1)?).map(Some).map_err(|_| Failure::SYNTAX)
        }
        _ => Err(Failure::SYNTAX),
    }
}

/// `[FROM place] [COUNT count]`.
fn page(call: &Call<'_>) -> Result<(u64, usize), Failure> {
    let (mut from, mut count) = (0, SHOWN);
    for index in (2..call.len()).step_by(2) {
        if index + 1 == call.len() {
            return Err(Failure::SYNTAX);
        }
        let number = call.integer(index + 1)?;
        if call.is(index, "from") {
            from = u64::try_from(number).map_err(|_| Failure::SYNTAX)?;
        } else if call.is(index, "count") {
            let wanted = usize::try_from(number).ok().filter(|count| *count >= 1);
            count = wanted.ok_or(Failure::SYNTAX)?.min(SHOWN_MAX);
        } else {
            return Err(Failure::SYNTAX);
        }
    }
    Ok((from, count))
}

/// How many of a page go into one reply, one at least.
fn fitting(
    call: &Call<'_>,
    found: &[Quarantined<Octets>],
    bytes: impl Fn(&Quarantined<Octets>) -> usize,
) -> usize {
    let (max, mut total) = (call.server.config.reply_bytes, 0_usize);
    let fits = |about: &&Quarantined<Octets>| {
        total = total.saturating_add(bytes(about)).saturating_add(size_of::<Reply>());
        total <= max
    };
    found.iter().take_while(fits).count().max(1)
}

/// The place of the next page, 0 at the end, and what is on this one.
fn paged(found: impl Iterator<Item = Reply>, next: Option<u64>) -> Answer {
    let next = Reply::bulk(next.unwrap_or(0).to_string());
    Answer::Now(Reply::Array(vec![next, Reply::Array(found.collect())]))
}

fn about_of(about: Quarantined<Octets>) -> Vec<Reply> {
    let time = |WallTime(millis)| Reply::Integer(i64::try_from(millis).unwrap_or(i64::MAX));
    vec![
        Reply::Bulk(about.key),
        Reply::bulk(about.cause.chain()),
        Reply::Integer(about.attempts.into()),
        time(about.first_refused),
        time(about.last_refused),
        Reply::fixed(if about.is_deleted { "delete" } else { "put" }),
        Reply::Integer(i64::try_from(about.version).unwrap_or(i64::MAX)),
    ]
}

/// The same with the value and when it is over, or -1.
fn whole(refused: QuarantinedWrite<Octets, Record>) -> Reply {
    let mut reply = about_of(refused.about);
    let record = match refused.edit {
        Ok(Edit::Put { value, .. }) => Some(value),
        _ => None,
    };
    let expires_at = record.as_ref().and_then(|record| record.expires_at);
    let expires_at = expires_at.and_then(|WallTime(at)| i64::try_from(at).ok());
    reply.push(Reply::bulk_or_null(record.map(|record| record.data)));
    reply.push(Reply::Integer(expires_at.unwrap_or(-1)));
    Reply::Array(reply)
}
