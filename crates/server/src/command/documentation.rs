//! The table of commands, as clients may ask for it.

use super::spec::{Keys, Run};
use super::{Access, Answer, Call, Failure, Spec, dispatch, table};
use crate::resp::Reply;

pub(super) const COMMANDS: &[Spec] =
    &[row("command", -1, all, "Describes the commands.").with(SUBCOMMANDS)];

const SUBCOMMANDS: &[Spec] = &[
    row("command|count", 2, count, "Counts the commands."),
    row("command|docs", -2, docs, "Describes commands for people."),
    row("command|getkeys", -4, getkeys, "Returns the keys of a command."),
    row("command|help", 2, help, "Names the subcommands."),
    row("command|info", -2, info, "Describes commands for clients."),
    row("command|list", 2, list, "Names the commands."),
];

const fn row(name: &'static str, arity: i32, run: Run, summary: &'static str) -> Spec {
    Spec::new(name, arity, Access::Alone, Keys::NONE, run, summary).of("server")
}

const HELP: [&str; 7] = [
    "COMMAND [<subcommand> [<arg> ...]]. Subcommands are:",
    "COUNT",
    "DOCS [<name> ...]",
    "GETKEYS <command> [<arg> ...]",
    "INFO [<name> ...]",
    "LIST",
    "HELP",
];

/// How many commands may be asked for at once: a description is far longer than a name.
const NAMES_MAX: usize = 1024;

fn help(_call: &mut Call<'_>) -> Result<Answer, Failure> {
    Ok(Answer::Now(Reply::Array(HELP.map(Reply::Status).into())))
}

fn all(_call: &mut Call<'_>) -> Result<Answer, Failure> {
    let commands = table::commands().iter();
    Ok(Answer::Now(Reply::Array(commands.map(|spec| description(spec)).collect())))
}

fn count(_call: &mut Call<'_>) -> Result<Answer, Failure> {
    Ok(Answer::Now(Reply::count(table::commands().len())))
}

fn list(_call: &mut Call<'_>) -> Result<Answer, Failure> {
    let names = table::commands().iter().map(|spec| Reply::fixed(spec.name));
    Ok(Answer::Now(Reply::Array(names.collect())))
}

fn info(call: &mut Call<'_>) -> Result<Answer, Failure> {
    if call.len() == 2 {
        return all(call);
    }
    bound(call)?;
    let specs = call.request.iter_from(2).map(named);
    let descriptions = specs.map(|spec| spec.map_or(Reply::Null, description));
    Ok(Answer::Now(Reply::Array(descriptions.collect())))
}

fn bound(call: &Call<'_>) -> Result<(), Failure> {
    if call.len() > 2 + NAMES_MAX {
        return Err(Failure::new(format!("too many names, at most {NAMES_MAX}")));
    }
    Ok(())
}

fn docs(call: &mut Call<'_>) -> Result<Answer, Failure> {
    bound(call)?;
    let pairs = if call.len() == 2 {
        table::commands().iter().map(|spec| documented(spec)).collect()
    } else {
        call.request.iter_from(2).filter_map(named).map(documented).collect()
    };
    Ok(Answer::Now(Reply::Map(pairs)))
}

fn getkeys(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let request = call.request.from(2);
    let spec = dispatch::find(request).map_err(|_| {
        let is_known = table::find(&request[0]).is_some();
        Failure::fixed(if is_known {
            "ERR Invalid number of arguments specified for command"
        } else {
            "ERR Invalid command specified"
        })
    })?;
    let mut keys = spec.keys.positions(request.len()).filter_map(|index| request.get(index));
    let keys: Vec<_> =
        keys.by_ref().map(|key| Reply::Bulk(crate::octets::Octets::copy_from_slice(key))).collect();
    if keys.is_empty() {
        return Err(Failure::fixed("ERR The command has no key arguments"));
    }
    Ok(Answer::Now(Reply::Array(keys)))
}

/// The command or subcommand of this name; a bar stands between both.
fn named(name: &[u8]) -> Option<&'static Spec> {
    match name.iter().position(|byte| *byte == b'|') {
        Some(bar) => table::find_within(table::find(&name[..bar])?, &name[bar + 1..]),
        None => table::find(name),
    }
}

/// What clients read: name, arity, flags, places of the keys, categories, and what we leave empty:
/// tips, key specifications.
fn description(spec: &Spec) -> Reply {
    let Keys { first, last, step } = spec.keys;
    let last = i64::try_from(last).unwrap_or_default();
    let subcommands = spec.subcommands.iter().map(description);
    Reply::Array(vec![
        Reply::fixed(spec.name),
        Reply::Integer(spec.arity.into()),
        Reply::Set(flags(spec).iter().copied().map(Reply::Status).collect()),
        Reply::count(first),
        Reply::Integer(last),
        Reply::count(step),
        Reply::Set(Vec::new()),
        Reply::Array(Vec::new()),
        Reply::Array(Vec::new()),
        Reply::Array(subcommands.collect()),
    ])
}

fn flags(spec: &Spec) -> &'static [&'static str] {
    match spec.access {
        Access::Read => &["readonly"],
        Access::Write => &["write"],
        Access::Alone => &[],
        Access::Open => &["no_auth", "fast"],
    }
}

fn documented(spec: &'static Spec) -> (Reply, Reply) {
    let mut pairs = vec![
        (Reply::fixed("summary"), Reply::fixed(spec.summary)),
        (Reply::fixed("group"), Reply::fixed(spec.group)),
    ];
    if !spec.subcommands.is_empty() {
        let subcommands = spec.subcommands.iter().map(documented).collect();
        pairs.push((Reply::fixed("subcommands"), Reply::Map(subcommands)));
    }
    (Reply::fixed(spec.name), Reply::Map(pairs))
}
