//! What is set: the names that Redis clients ask for, and our own settings.

use super::spec::{Keys, Run};
use super::{Access, Answer, Call, Failure, Spec, glob};
use crate::config::settings;
use crate::resp::Reply;
use crate::server::Server;

pub(super) const SUBCOMMANDS: &[Spec] = &[
    row("config|get", -3, get, "Returns settings by pattern."),
    row("config|help", 2, help, "Names the subcommands."),
    row("config|resetstat", 2, resetstat, "Counts from zero again."),
    row("config|rewrite", 2, rewrite, "Not offered: the file is the operator's."),
    row("config|set", -4, set, "Accepts only what is set already."),
];

const fn row(name: &'static str, arity: i32, run: Run, summary: &'static str) -> Spec {
    Spec::new(name, arity, Access::Alone, Keys::NONE, run, summary).of("server")
}

const HELP: [&str; 6] = [
    "CONFIG <subcommand> [<arg> ...]. Subcommands are:",
    "GET <pattern> [<pattern> ...]",
    "RESETSTAT",
    "REWRITE",
    "SET <name> <value> [<name> <value> ...]",
    "HELP",
];

pub(super) fn help(_call: &mut Call<'_>) -> Result<Answer, Failure> {
    Ok(Answer::Now(Reply::Array(HELP.map(Reply::Status).into())))
}

/// How long all patterns of one command may be together: matching takes time in proportion to it.
const PATTERNS_BYTES_MAX: usize = 16 * 1024;

fn get(call: &mut Call<'_>) -> Result<Answer, Failure> {
    if call.request.iter_from(2).map(|pattern| 1 + pattern.len()).sum::<usize>()
        > PATTERNS_BYTES_MAX
    {
        return Err(Failure::pattern_too_long(PATTERNS_BYTES_MAX));
    }
    let is_asked_for = |name: &str| {
        call.request.iter_from(2).any(|pattern| glob::matches(pattern, name.as_bytes(), true))
    };
    let pairs = all(call.server).into_iter().filter(|(name, _)| is_asked_for(name));
    let pairs = pairs.map(|(name, value)| (Reply::fixed(name), Reply::bulk(value)));
    Ok(Answer::Now(Reply::Map(pairs.collect())))
}

fn set(call: &mut Call<'_>) -> Result<Answer, Failure> {
    if !call.len().is_multiple_of(2) {
        return Err(Failure::SYNTAX);
    }
    let all = all(call.server);
    for index in (2..call.len()).step_by(2) {
        let name = call.text(index);
        let Some((_, value)) = all.iter().find(|(known, _)| call.is(index, known)) else {
            let text = "Unknown option or number of arguments for CONFIG SET";
            return Err(Failure::new(format!("{text} - '{name}'")));
        };
        if value.as_bytes() != call.argument(index + 1) {
            return Err(Failure::new(format!(
                "CONFIG SET failed (possibly related to argument '{name}') - can't set immutable \
                 config"
            )));
        }
    }
    Ok(Answer::OK)
}

fn resetstat(call: &mut Call<'_>) -> Result<Answer, Failure> {
    call.server.reset_statistics();
    Ok(Answer::OK)
}

fn rewrite(_call: &mut Call<'_>) -> Result<Answer, Failure> {
    Err(Failure::fixed("ERR The server is running without a config file"))
}

/// Every name and value. The password is not among them.
fn all(server: &Server) -> Vec<(&'static str, String)> {
    let config = &server.config;
    let bound = server.bound().map(|address| (address.ip().to_string(), address.port()));
    let (bind, port) = bound.unwrap_or_default();
    let socket = config.socket.as_ref().map(|path| path.display().to_string());
    let mut all = vec![
        // What Redis has and clients or tools ask for.
        ("appendonly", if config.journal_path().is_some() { "yes" } else { "no" }.into()),
        ("bind", bind),
        ("databases", "1".into()),
        ("maxclients", config.clients.to_string()),
        ("maxmemory", config.memory.to_string()),
        ("maxmemory-policy", "noeviction".into()),
        ("port", port.to_string()),
        ("proto-max-bulk-len", config.value_bytes.to_string()),
        ("save", String::new()),
        ("timeout", config.idle_timeout.as_secs().to_string()),
        ("unixsocket", socket.unwrap_or_default()),
    ];
    for setting in settings().filter(|setting| !setting.is_secret) {
        let value = server.settings.get(setting.key).cloned();
        all.push((setting.key, value.unwrap_or_default()));
    }
    all.sort_by_key(|(name, _)| *name);
    all
}
