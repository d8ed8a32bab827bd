//! The command line of `forebay pool`.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

/// What is to be done with an archive.
#[derive(Debug)]
pub(crate) struct Task {
    pub(super) kind: Kind,
    pub(super) common: Common,
}

#[derive(Debug)]
pub(super) enum Kind {
    /// To say whether it is good.
    Verify,
    /// To say what is in it, or in one snapshot.
    List(Option<String>),
    /// To remove what nothing refers to, or to say what that is.
    Gc { is_dry: bool },
    /// To count what is there.
    Stats,
}

/// What every task is told.
#[derive(Debug)]
pub(super) struct Common {
    pub(super) directory: PathBuf,
    pub(super) json: bool,
    pub(super) progress: bool,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done; verify: the archive is good
  1  it is damaged: a snapshot, an object or a pack is not as it was written, or is missing
  2  there is no archive, it cannot be read, or the command was refused";

/// The subcommand with all its own.
pub(crate) fn command() -> Command {
    Command::new("pool")
        .about("Looks into an archive of a pool, and removes its garbage")
        .long_about(
            "Looks into an archive of a pool, and removes its garbage. The types of its objects are not \
             needed.\n\nOnly `gc` changes anything, and it takes an archive that nobody has open. The \
             others may be used beside the program that has it open.",
        )
        .after_help(EXIT_CODES)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            task_command("verify")
                .about("Reads everything and says whether the archive is good")
                .arg(flag("progress", "Tells on stderr how far it is; a terminal is told anyway")),
        )
        .subcommand(list())
        .subcommand(gc())
        .subcommand(task_command("stats").about("Counts what is there, and its bytes"))
}

fn list() -> Command {
    let snapshot = Arg::new("snapshot")
        .long("snapshot")
        .value_name("NAME")
        .help("What is in this snapshot: names, keys, types and bytes");
    task_command("list")
        .about("Says which snapshots are there, and which objects were kept")
        .arg(snapshot)
}

fn gc() -> Command {
    task_command("gc")
        .about("Removes blobs and packs that no snapshot refers to")
        .long_about(
            "Removes blobs and packs that no snapshot refers to. What was kept stays, and so does every \
             file that is none of the archive's. If a snapshot is damaged nothing is removed, for nobody \
             knows what it refers to.",
        )
        .arg(flag("dry-run", "Says what would be removed, and removes nothing"))
}

fn task_command(name: &'static str) -> Command {
    let directory = Arg::new("directory")
        .value_name("DIR")
        .value_parser(value_parser!(PathBuf))
        .required(true)
        .help("The directory of the archive");
    Command::new(name)
        .after_help(EXIT_CODES)
        .arg(directory)
        .arg(flag("json", "Prints one JSON object"))
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

/// What was asked for; `None` if it is no task, which `clap` does not let happen.
pub(crate) fn task(matches: &ArgMatches) -> Option<Task> {
    let (name, matches) = matches.subcommand()?;
    let kind = match name {
        "verify" => Kind::Verify,
        "list" => Kind::List(matches.get_one::<String>("snapshot").cloned()),
        "gc" => Kind::Gc { is_dry: matches.get_flag("dry-run") },
        "stats" => Kind::Stats,
        _ => return None,
    };
    let common = Common {
        directory: matches.get_one::<PathBuf>("directory")?.clone(),
        json: matches.get_flag("json"),
        progress: name == "verify" && matches.get_flag("progress"),
    };
    Some(Task { kind, common })
}
