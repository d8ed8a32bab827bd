//! The command line of `forebay pool`.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::import::KINDS;
use crate::config::parse_size;

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
    /// To bring something into one.
    Import(Brought),
    /// To count what is there.
    Stats,
}

/// What is to be brought over, and how.
#[derive(Debug)]
pub(super) struct Brought {
    pub(super) to: PathBuf,
    /// One of those that are known.
    pub(super) kind: String,
    pub(super) memory: u64,
    pub(super) keeps_good: bool,
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
        .about("Looks into an archive of a pool, removes its garbage, and fills one from elsewhere")
        .long_about(
            "Looks into an archive of a pool, removes its garbage, and fills one from elsewhere. The types \
             of its objects are not needed.\n\nOnly `gc` and `import` change anything, and they take an \
             archive that nobody has open. The others may be used beside the program that has it open.",
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
        .subcommand(import())
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

fn import() -> Command {
    let path = |name: &'static str, value: &'static str, help: &'static str| {
        let parser = value_parser!(PathBuf);
        Arg::new(name).value_name(value).value_parser(parser).required(true).help(help)
    };
    let kind = Arg::new("as")
        .long("as")
        .value_name("TYPE")
        .value_parser(KINDS)
        .default_value(KINDS[0])
        .help("What they are: their bytes as they are, or text or rows of numbers in bincode");
    let memory = Arg::new("memory")
        .long("memory")
        .value_name("SIZE")
        .value_parser(parse_size)
        .default_value("1gib")
        .help("So much memory at most; an object is there twice when it is compared");
    Command::new("import")
        .about("Brings what file_backed 0.6 has persisted into an archive")
        .long_about(
            "Brings what file_backed 0.6 has persisted into an archive, which is made if need be: from a \
             directory with a file an object, or from a redb database. Each object is kept under the \
             key that it had, and then read from both and compared. Nothing in DIR is changed. If an \
             object is damaged nothing is kept. What was kept already is not read again until it is \
             compared, so one that was cut off goes on where it was.\n\nOther types than these are for \
             a program that has them: `file_backed::Import` in the library.",
        )
        .after_help(
            "Exit codes:\n  0  all objects are in the archive, and the same\n  1  some are damaged, or \
             other in the archive than in DIR\n  2  nothing could be brought over, or not all, for \
             another reason",
        )
        .arg(path("directory", "DIR", "The directory of file_backed, or its database"))
        .arg(path("archive", "ARCHIVE", "The directory of the archive"))
        .args([kind, memory])
        .arg(flag("keep-good", "Keeps what is good although something is damaged"))
        .arg(flag("json", "Prints one JSON object"))
        .arg(flag("progress", "Tells on stderr how far it is; a terminal is told anyway"))
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
        "import" => Kind::Import(brought(matches)?),
        "stats" => Kind::Stats,
        _ => return None,
    };
    let common = Common {
        directory: matches.get_one::<PathBuf>("directory")?.clone(),
        json: matches.get_flag("json"),
        progress: matches!(name, "verify" | "import") && matches.get_flag("progress"),
    };
    Some(Task { kind, common })
}

fn brought(matches: &ArgMatches) -> Option<Brought> {
    Some(Brought {
        to: matches.get_one::<PathBuf>("archive")?.clone(),
        kind: matches.get_one::<String>("as")?.clone(),
        memory: *matches.get_one::<u64>("memory")?,
        keeps_good: matches.get_flag("keep-good"),
    })
}
