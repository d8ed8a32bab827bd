//! The command line of `forebay state`.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

/// What is to be done with a state.
#[derive(Debug)]
pub(crate) struct Task {
    pub(super) kind: Kind,
    pub(super) common: Common,
}

#[derive(Debug)]
pub(super) enum Kind {
    /// To say what is there.
    Inspect,
    /// To say whether it is good.
    Verify,
    /// To print its entries.
    Export,
    /// To make it of an export.
    Import(PathBuf),
    /// To list what is in quarantine.
    Quarantine,
    /// To give up some of it.
    Purge(Purge),
    /// To copy it to there.
    Checkpoint(PathBuf),
    /// To make it of a checkpoint.
    Restore(PathBuf),
}

/// Which values in quarantine are given up.
#[derive(Debug)]
pub(super) struct Purge {
    /// Of this table only, by its name or its number.
    pub(super) table: Option<String>,
    /// With this cause only.
    pub(super) cause: Option<String>,
    /// It is meant.
    pub(super) yes: bool,
}

/// What every task is told.
#[derive(Debug)]
pub(super) struct Common {
    pub(super) directory: PathBuf,
    /// That of the shared journal, of a tenant.
    pub(super) journal: Option<PathBuf>,
    pub(super) json: bool,
    pub(super) progress: bool,
}

/// What stands for the standard streams.
pub(super) const STREAM: &str = "-";

const EXIT_CODES: &str = "\
Exit codes:
  0  done; verify and inspect: the state is good
  1  it is damaged: acknowledged transactions are missing, or bytes are wrong
  2  there is no state, it cannot be read, or the command was refused";

/// The subcommand with all its own.
pub(crate) fn command() -> Command {
    Command::new("state")
        .about("Looks into a state, copies and exports it")
        .long_about(
            "Looks into a state, copies and exports it. The types of its program are not needed.\n\n\
             A state in DIR is never changed, but by `quarantine purge`, so this may be done beside \
             the program that has it open: what is seen is what that has written until then. A state \
             that shares a journal with a cache is read with `--journal`.",
        )
        .after_help(EXIT_CODES)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(inspect())
        .subcommand(verify())
        .subcommand(export())
        .subcommand(import())
        .subcommand(quarantine())
        .subcommand(checkpoint())
        .subcommand(restore())
}

fn inspect() -> Command {
    task_command("inspect")
        .about("Says what is there: identity, owner, tables, snapshots, journal")
        .args([json(), journal()])
}

fn verify() -> Command {
    task_command("verify")
        .about("Reads everything and says whether the state is good")
        .args([json(), journal()])
}

fn export() -> Command {
    let about = "Prints all entries as JSON, one a line: the same lines that the program's own export \
                 writes. The last line counts them, so an export that was cut off is noticed. What is in \
                 quarantine comes before it, a line a value. All of the state is in memory meanwhile.";
    task_command("export")
        .about("Prints all entries as JSON, one a line")
        .long_about(about)
        .arg(journal())
}

fn import() -> Command {
    let from = Arg::new("from")
        .long("from")
        .value_name("FILE")
        .value_parser(value_parser!(PathBuf))
        .required(true)
        .help("What `forebay state export` has printed; - for stdin");
    task_command("import")
        .about("Makes a new state in DIR of an export")
        .long_about(
            "Makes a new state in DIR, which is empty or not there, of an export. Whether the values \
             fit its types, its program finds out when it opens it. Values in quarantine are left \
             out. All of the state is in memory meanwhile.",
        )
        .args([json(), from])
}

fn quarantine() -> Command {
    let list = task_command("list")
        .about("Prints each value in quarantine, with its table, its key and its cause")
        .args([flag("json", "Prints one JSON object a line"), journal()]);
    Command::new("quarantine")
        .about(
            "Lists the values that no table could take when the state was opened, or gives them up",
        )
        .long_about(
            "Lists the values that no table could take when the state was opened, as the last \
             snapshot has them, and without those that have gone since; or gives them up. To try \
             them again takes their program: `State::retry_quarantine`. `forebay state export` has \
             them, too.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(list)
        .subcommand(purge())
}

fn purge() -> Command {
    let option = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    task_command("purge")
        .about("Gives up values in quarantine, for good")
        .long_about(
            "Gives up values in quarantine, for good: all of them, or those of one table or one cause. \
             Nobody may have the state open meanwhile, and a state that shares a journal is purged by \
             its program only. Without --yes it says what would go, and changes nothing.",
        )
        .after_help(
            "Exit codes:\n  0  they are gone, durably, or there were none\n  1  the state is damaged; \
             nothing has changed\n  2  nothing has changed: there is no state, somebody has it open, or \
             --yes is missing",
        )
        .args([
            json(),
            option("table", "TABLE", "Those of this table, by its name or its number"),
            option("cause", "CAUSE", "Those with this cause, as `list` names it: \"hop failed\""),
            flag("yes", "It is meant"),
        ])
}

fn checkpoint() -> Command {
    let to = Arg::new("to")
        .long("to")
        .value_name("NEWDIR")
        .value_parser(value_parser!(PathBuf))
        .required(true)
        .help("Where the copy is made, empty or not there; - writes a stream to stdout");
    task_command("checkpoint")
        .about("Makes a copy, a state of its own, and reads it again")
        .long_about(
            "Makes a copy, a state of its own, and reads it again. The copy has what the program \
             has written until then, at one moment, and gets its name when it is whole and durable. \
             All of the state is in memory meanwhile.",
        )
        .args([json(), journal(), to])
}

fn restore() -> Command {
    let from = Arg::new("from")
        .long("from")
        .value_name("COPY")
        .value_parser(value_parser!(PathBuf))
        .required(true)
        .help("The checkpoint: a directory, a file with a stream, or - for stdin");
    task_command("restore")
        .about("Makes a new state in DIR of a checkpoint")
        .long_about(
            "Makes a new state in DIR, which is empty or not there, of a checkpoint. Every byte is \
             checked, and what was written is read again, before it is a state.",
        )
        .args([json(), from])
}

fn task_command(name: &'static str) -> Command {
    let directory = Arg::new("directory")
        .value_name("DIR")
        .value_parser(value_parser!(PathBuf))
        .required(true)
        .help("The directory of the state");
    Command::new(name)
        .after_help(EXIT_CODES)
        .arg(directory)
        .arg(flag("progress", "Tells on stderr how far it is; a terminal is told anyway"))
}

fn journal() -> Arg {
    Arg::new("journal")
        .long("journal")
        .value_name("DIR")
        .value_parser(value_parser!(PathBuf))
        .help("The directory of the shared journal, if the state is a tenant of one")
}

fn json() -> Arg {
    flag("json", "Prints one JSON object")
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

/// What was asked for; `None` if it is no task, which `clap` does not let happen.
pub(crate) fn task(matches: &ArgMatches) -> Option<Task> {
    let (name, matches) = match matches.subcommand()? {
        ("quarantine", matches) => matches.subcommand()?,
        task => task,
    };
    let kind = match name {
        "inspect" => Kind::Inspect,
        "verify" => Kind::Verify,
        "export" => Kind::Export,
        "import" => Kind::Import(matches.get_one::<PathBuf>("from")?.clone()),
        "list" => Kind::Quarantine,
        "purge" => Kind::Purge(Purge {
            table: matches.get_one::<String>("table").cloned(),
            cause: matches.get_one::<String>("cause").cloned(),
            yes: matches.get_flag("yes"),
        }),
        "checkpoint" => Kind::Checkpoint(matches.get_one::<PathBuf>("to")?.clone()),
        "restore" => Kind::Restore(matches.get_one::<PathBuf>("from")?.clone()),
        _ => return None,
    };
    let journal = matches.try_get_one::<PathBuf>("journal").ok().flatten();
    let common = Common {
        directory: matches.get_one::<PathBuf>("directory")?.clone(),
        journal: journal.cloned(),
        json: name != "export" && matches.get_flag("json"),
        progress: matches.get_flag("progress"),
    };
    Some(Task { kind, common })
}
