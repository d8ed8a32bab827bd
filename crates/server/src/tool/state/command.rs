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
    /// To copy it to there.
    Checkpoint(PathBuf),
    /// To make it of a checkpoint.
    Restore(PathBuf),
}

/// What every task is told.
#[derive(Debug)]
pub(super) struct Common {
    pub(super) directory: PathBuf,
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
             A state in DIR is never changed, so this may be done beside the program that has it \
             open: what is seen is what that has written until then.",
        )
        .after_help(EXIT_CODES)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(inspect())
        .subcommand(verify())
        .subcommand(export())
        .subcommand(checkpoint())
        .subcommand(restore())
}

fn inspect() -> Command {
    task_command("inspect")
        .about("Says what is there: identity, owner, tables, snapshots, journal")
        .arg(json())
}

fn verify() -> Command {
    task_command("verify").about("Reads everything and says whether the state is good").arg(json())
}

fn export() -> Command {
    task_command("export").about("Prints all entries as JSON, one a line").long_about(
        "Prints all entries as JSON, one a line: the same lines that the program's own export \
         writes. The last line counts them, so an export that was cut off is noticed. All of the \
         state is in memory meanwhile.",
    )
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
        .args([json(), to])
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

fn json() -> Arg {
    flag("json", "Prints one JSON object")
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

/// What was asked for; `None` if it is no task, which `clap` does not let happen.
pub(crate) fn task(matches: &ArgMatches) -> Option<Task> {
    let (name, matches) = matches.subcommand()?;
    let kind = match name {
        "inspect" => Kind::Inspect,
        "verify" => Kind::Verify,
        "export" => Kind::Export,
        "checkpoint" => Kind::Checkpoint(matches.get_one::<PathBuf>("to")?.clone()),
        "restore" => Kind::Restore(matches.get_one::<PathBuf>("from")?.clone()),
        _ => return None,
    };
    let common = Common {
        directory: matches.get_one::<PathBuf>("directory")?.clone(),
        json: name != "export" && matches.get_flag("json"),
        progress: matches.get_flag("progress"),
    };
    Some(Task { kind, common })
}
