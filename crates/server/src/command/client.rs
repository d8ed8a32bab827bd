//! What concerns clients.

use std::collections::BTreeSet;

use super::spec::{Keys, Run};
use super::{Access, Answer, Call, Failure, Spec};
use crate::resp::{Reply, parse_integer};

pub(super) const SUBCOMMANDS: &[Spec] = &[
    row("client|getname", 2, getname, "Returns the name of this client."),
    row("client|help", 2, help, "Names the subcommands."),
    row("client|id", 2, id, "Returns the number of this client."),
    row("client|info", 2, info, "Describes this client."),
    row("client|list", -2, list, "Describes all clients."),
    row("client|no-evict", 3, on_or_off, "Accepted; no client is ever evicted."),
    row("client|no-touch", 3, on_or_off, "Accepted; reads count as reads."),
    row("client|setinfo", 4, setinfo, "Names the library of this client."),
    row("client|setname", 3, setname, "Names this client."),
];

const fn row(name: &'static str, arity: i32, run: Run, summary: &'static str) -> Spec {
    Spec::new(name, arity, Access::Alone, Keys::NONE, run, summary).of("connection")
}

const HELP: [&str; 10] = [
    "CLIENT <subcommand> [<arg> ...]. Subcommands are:",
    "GETNAME",
    "ID",
    "INFO",
    "LIST [ID <id> ...]",
    "NO-EVICT (ON|OFF)",
    "NO-TOUCH (ON|OFF)",
    "SETINFO (LIB-NAME|LIB-VER) <text>",
    "SETNAME <name>",
    "HELP",
];

pub(super) fn help(_call: &mut Call<'_>) -> Result<Answer, Failure> {
    Ok(Answer::Now(Reply::Array(HELP.map(Reply::Status).into())))
}

/// A name is held as long as its client is there.
const NAME_BYTES_MAX: usize = 1024;

/// A name that fits into the list of clients: nothing that is not printed, no space, not too long.
pub(super) fn valid_name(name: &[u8]) -> Result<&[u8], Failure> {
    if name.len() > NAME_BYTES_MAX {
        return Err(Failure::new(format!(
            "client name is too long, at most {NAME_BYTES_MAX} bytes"
        )));
    }
    if name.iter().all(u8::is_ascii_graphic) {
        return Ok(name);
    }
    let text = "Client names cannot contain spaces, newlines or special characters.";
    Err(Failure::new(text))
}

fn getname(call: &mut Call<'_>) -> Result<Answer, Failure> {
    Ok(Answer::Now(Reply::bulk_or_null(call.session.client.name())))
}

fn setname(call: &mut Call<'_>) -> Result<Answer, Failure> {
    call.session.client.rename(valid_name(call.argument(2))?);
    Ok(Answer::OK)
}

fn setinfo(call: &mut Call<'_>) -> Result<Answer, Failure> {
    if !call.is(2, "lib-name") && !call.is(2, "lib-ver") {
        return Err(Failure::new(format!("Unrecognized option '{}'", call.text(2))));
    }
    valid_name(call.argument(3)).map_err(|_| {
        let option = call.text(2).to_ascii_lowercase();
        Failure::new(format!("{option} cannot contain spaces, newlines or special characters."))
    })?;
    Ok(Answer::OK)
}

fn on_or_off(call: &mut Call<'_>) -> Result<Answer, Failure> {
    if call.is(2, "on") || call.is(2, "off") { Ok(Answer::OK) } else { Err(Failure::SYNTAX) }
}

fn id(call: &mut Call<'_>) -> Result<Answer, Failure> {
    Ok(Answer::Now(Reply::Integer(i64::try_from(call.session.client.id).unwrap_or(i64::MAX))))
}

fn info(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let now = call.server.clock.now();
    Ok(Answer::Now(Reply::Text(call.session.client.line(now))))
}

fn list(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let ids = wanted(call)?;
    let now = call.server.clock.now();
    let clients = call.server.clients.all();
    let lines = clients
        .iter()
        .filter(|client| ids.as_ref().is_none_or(|ids| ids.contains(&client.id)))
        .map(|client| client.line(now));
    Ok(Answer::Now(Reply::Text(lines.collect())))
}

/// The clients that are asked for; `None` is all of them.
fn wanted(call: &Call<'_>) -> Result<Option<BTreeSet<u64>>, Failure> {
    match call.len() {
        2 => Ok(None),
        4 if call.is(2, "type") => {
            // There are no replicas and no subscribers here, only normal clients.
            let kinds = ["normal", "master", "replica", "slave", "pubsub"];
            match kinds.iter().find(|kind| call.is(3, kind)) {
                Some(&"normal") => Ok(None),
                Some(_) => Ok(Some(BTreeSet::new())),
                None => Err(Failure::new(format!("Unknown client type '{}'", call.text(3)))),
            }
        }
        4.. if call.is(2, "id") => {
            let ids = call.request.iter_from(3).map(|id| {
                parse_integer(id).and_then(|id| u64::try_from(id).ok()).filter(|id| *id > 0)
            });
            let ids: Option<BTreeSet<u64>> = ids.collect();
            ids.map(Some).ok_or(Failure::fixed("ERR Invalid client ID"))
        }
        _ => Err(Failure::SYNTAX),
    }
}
