//! The command line of `forebay journal`.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

/// What is to be done with a journal.
#[derive(Debug)]
pub(crate) enum Task {
    /// To say what is there.
    Inspect(Common),
    /// To say whether it is good.
    Verify(Common),
    /// To print its records.
    Dump(Dump),
    /// To copy what is good.
    Repair {
        /// The journal.
        common: Common,
        /// The new one.
        to: PathBuf,
    },
    /// To store what is unstored.
    Replay(Replay),
}

/// What every task is told.
#[derive(Debug)]
pub(crate) struct Common {
    pub(super) directory: PathBuf,
    pub(super) second: Option<PathBuf>,
    pub(super) json: bool,
    pub(super) progress: bool,
}

/// What is to be printed.
#[derive(Debug)]
pub(crate) struct Dump {
    pub(super) common: Common,
    pub(super) from: u64,
    pub(super) limit: u64,
    pub(super) full: bool,
    /// Shows the records of a cache as bytes, too.
    pub(super) raw: bool,
}

/// What is to be stored.
#[derive(Debug)]
pub(crate) struct Replay {
    pub(super) common: Common,
    /// The backing store, as `forebay serve --store` takes it.
    pub(super) to: String,
    /// Stores what the store has refused before, too.
    pub(super) quarantined: bool,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  the journal is good; a torn tail, which nobody was promised, is told
  1  it is damaged: acknowledged records are missing
  2  it is no journal, cannot be read, or the command was refused";

/// The subcommand with all its own.
pub(crate) fn command() -> Command {
    Command::new("journal")
        .about("Looks into a journal, and rescues what is in one")
        .long_about(
            "Looks into a journal, and rescues what is in one.\n\n\
             The journal in DIR is never changed, so this may be done beside a server that uses it.",
        )
        .after_help(EXIT_CODES)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(inspect())
        .subcommand(verify())
        .subcommand(dump())
        .subcommand(repair())
        .subcommand(replay())
}

fn inspect() -> Command {
    Command::new("inspect")
        .about("Says what is there: identity, slots, segments, owner, torn tail")
        .after_help(EXIT_CODES)
        .args([directory(), second(), json("Prints one JSON object"), progress()])
}

fn verify() -> Command {
    Command::new("verify")
        .about("Reads everything and says whether the journal is good")
        .after_help(EXIT_CODES)
        .args([directory(), second(), json("Prints one JSON object"), progress()])
}

fn dump() -> Command {
    let number = |name: &'static str, default: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name("N")
            .value_parser(value_parser!(u64))
            .default_value(default)
            .hide_default_value(true)
            .help(help)
    };
    Command::new("dump")
        .about("Prints every record with its number and length")
        .after_help(EXIT_CODES)
        .args([directory(), second(), json("Prints one JSON object a line"), progress()])
        .arg(number("from", "0", "Begins with record N [default: the first]"))
        .arg(number("limit", "18446744073709551615", "Prints at most N records [default: all]"))
        .arg(flag("full", "Prints long records whole, not only their first 64 bytes"))
        .arg(flag("raw", "Prints the records of a cache as they are, without reading them"))
}

fn repair() -> Command {
    let to = Arg::new("to")
        .long("to")
        .value_name("NEWDIR")
        .value_parser(value_parser!(PathBuf))
        .required(true)
        .help("Where the new journal is made; it must be empty, or not there");
    Command::new("repair")
        .about("Copies every good record, under its number, into a new journal")
        .long_about(
            "Copies every record before the damage, or before a torn tail, into a new journal with \
             the same label, under the same numbers, synced and closed. The old journal stays as \
             it is, as evidence. Nobody may own it meanwhile.",
        )
        .after_help(
            "Exit codes:\n  0  the copy has every acknowledged record\n  1  the copy is made; \
             acknowledged records were missing, and are missing in it\n  2  no copy was made",
        )
        .args([directory(), second(), json("Prints one JSON object"), progress(), to])
}

fn replay() -> Command {
    let to = Arg::new("to")
        .long("to")
        .value_name("STORE")
        .required(true)
        .help("The backing store: redb:PATH or dir:PATH");
    Command::new("replay")
        .about("Stores what a server has left unstored in its journal")
        .long_about(
            "Stores what a server has left unstored in its journal, in its order, in batches. What \
             the store has refused before is listed and left out, unless it is asked for. The \
             journal stays as it is, so a server that is opened over it stores the same once more. \
             Nobody may own the journal or the store meanwhile.",
        )
        .after_help(
            "Exit codes:\n  0  everything is in the store\n  1  something is not, or the journal is \
             damaged\n  2  nothing was stored",
        )
        .args([directory(), second(), json("Prints one JSON object"), progress(), to])
        .arg(flag("quarantined", "Stores what the store has refused before, too"))
}

fn directory() -> Arg {
    Arg::new("directory")
        .value_name("DIR")
        .value_parser(value_parser!(PathBuf))
        .required(true)
        .help("The directory of the journal")
}

fn second() -> Arg {
    Arg::new("second")
        .long("second")
        .value_name("DIR")
        .value_parser(value_parser!(PathBuf))
        .help("The second directory of the journal, if it goes on in one")
}

fn json(help: &'static str) -> Arg {
    flag("json", help)
}

fn progress() -> Arg {
    flag("progress", "Tells on stderr how far it is; a terminal is told anyway")
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

/// What was asked for; `None` if it is no task, which `clap` does not let happen.
pub(crate) fn task(matches: &ArgMatches) -> Option<Task> {
    let (name, matches) = matches.subcommand()?;
    let common = Common {
        directory: matches.get_one::<PathBuf>("directory")?.clone(),
        second: matches.get_one::<PathBuf>("second").cloned(),
        json: matches.get_flag("json"),
        progress: matches.get_flag("progress"),
    };
    match name {
        "inspect" => Some(Task::Inspect(common)),
        "verify" => Some(Task::Verify(common)),
        "dump" => Some(Task::Dump(Dump {
            common,
            from: *matches.get_one::<u64>("from")?,
            limit: *matches.get_one::<u64>("limit")?,
            full: matches.get_flag("full"),
            raw: matches.get_flag("raw"),
        })),
        "replay" => Some(Task::Replay(Replay {
            common,
            to: matches.get_one::<String>("to")?.clone(),
            quarantined: matches.get_flag("quarantined"),
        })),
        "repair" => Some(Task::Repair { common, to: matches.get_one::<PathBuf>("to")?.clone() }),
        _ => None,
    }
}
