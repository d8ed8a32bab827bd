//! The command line of `forebay quarantine`.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use forebay::Result;

use super::super::command::Common;
use super::super::exit::{self, Exit, print};
use super::super::json::Object;
use super::super::size::count;
use super::super::wire;
use super::entry::Entry;
use super::{running, stopped};

/// What is to be done with a quarantine, and where it is.
#[derive(Debug)]
pub(crate) struct Task {
    pub(super) kind: Kind,
    /// Nothing is done to any other version.
    pub(super) seen: Option<u64>,
    place: Place,
    pub(super) json: bool,
}

/// What is to be done.
#[derive(Debug)]
pub(super) enum Kind {
    List,
    Show(Vec<u8>),
    /// One key, or all.
    Retry(Option<Vec<u8>>),
    Edit(Vec<u8>, Vec<u8>),
    Drop(Vec<u8>),
    Export,
}

/// Where it is.
#[derive(Debug)]
enum Place {
    Running { address: String, password_file: Option<PathBuf> },
    Stopped { journal: Common, store: Option<String> },
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  there is no such key in quarantine, it cannot be done now, or not all of it is in the store
  2  there is no such server or journal, or the command was refused";

/// The subcommand with all its own.
pub(crate) fn command() -> Command {
    let sub = |name: &'static str, about: &'static str| {
        Command::new(name).about(about).after_help(EXIT_CODES).args(places())
    };
    let key = || Arg::new("key").value_name("KEY").required(true).help("The key");
    let value = Arg::new("value").value_name("VALUE").required(true).help("Its other value");
    let some = Arg::new("key").value_name("KEY").required_unless_present("all").help("The key");
    let all = Arg::new("all").long("all").action(ArgAction::SetTrue).conflicts_with("key");
    let seen = || {
        Arg::new("seen")
            .long("seen")
            .value_name("VERSION")
            .value_parser(value_parser!(u64))
            .help(
                "The version that was looked at, as `list` and `show` print it: nothing happens if another one is \
                 there by now. Without it what is there is taken, which may be newer than what anybody has seen",
            )
    };
    Command::new("quarantine")
        .about("Looks after what the store of a server refused")
        .long_about(
            "Looks after what the store of a server refused: of a server that runs, at --connect, or of one \
             that is stopped, whose journal is --journal. What is changed with a journal goes to --store, as \
             does everything else that is unstored in it, and the journal is closed in order.",
        )
        .after_help(EXIT_CODES)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(sub("list", "Names the keys, with causes, attempts and times"))
        .subcommand(sub("show", "Shows one key with its value").arg(key()))
        .subcommand(
            sub("retry", "Has the store try a key again, or all")
                .args([some, all.help("All keys"), seen().conflicts_with("all")]),
        )
        .subcommand(
            sub("edit", "Puts another value in its stead, and prints what was there")
                .args([key(), value, seen()]),
        )
        .subcommand(
            sub(
                "drop",
                "Gives it up and prints it: what the store has counts again, or what waits behind it goes there",
            )
                .args([key(), seen()]),
        )
        .subcommand(sub("export", "Prints all keys with their values"))
}

fn places() -> [Arg; 6] {
    let path = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).value_parser(value_parser!(PathBuf)).help(help)
    };
    [
        Arg::new("connect")
            .long("connect")
            .value_name("ADDRESS")
            .default_value("127.0.0.1:6380")
            .help("The server that runs: an address, or the path of its Unix socket"),
        path("password-file", "PATH", "A file with its password"),
        path("journal", "DIR", "The journal of a server that is stopped"),
        path("second", "DIR", "The second directory of that journal").requires("journal"),
        Arg::new("store")
            .long("store")
            .value_name("STORE")
            .requires("journal")
            .help("Its store, for what is changed: redb:PATH or dir:PATH"),
        Arg::new("json")
            .long("json")
            .action(ArgAction::SetTrue)
            .help("Prints one JSON object a line"),
    ]
}

/// What was asked for; `None` if it is no task, which `clap` does not let happen.
pub(crate) fn task(matches: &ArgMatches) -> Option<Task> {
    let (name, matches) = matches.subcommand()?;
    let bytes = |name: &str| Some(matches.get_one::<String>(name)?.clone().into_bytes());
    let json = matches.get_flag("json");
    let place = match matches.get_one::<PathBuf>("journal") {
        Some(directory) => Place::Stopped {
            journal: Common {
                directory: directory.clone(),
                second: matches.get_one::<PathBuf>("second").cloned(),
                json,
                progress: false,
            },
            store: matches.get_one::<String>("store").cloned(),
        },
        None => Place::Running {
            address: matches.get_one::<String>("connect")?.clone(),
            password_file: matches.get_one::<PathBuf>("password-file").cloned(),
        },
    };
    let kind = match name {
        "list" => Kind::List,
        "export" => Kind::Export,
        "show" => Kind::Show(bytes("key")?),
        "retry" => Kind::Retry(bytes("key")),
        "edit" => Kind::Edit(bytes("key")?, bytes("value")?),
        "drop" => Kind::Drop(bytes("key")?),
        _ => return None,
    };
    let seen = matches.try_get_one("seen").ok().flatten().copied();
    Some(Task { kind, seen, place, json })
}

/// Does what was asked for.
pub(crate) fn run(task: &Task) -> ExitCode {
    let mut out = BufWriter::new(io::stdout().lock());
    let done = match &task.place {
        Place::Running { address, password_file } => wire::password(password_file.as_ref())
            .and_then(|password| running::run(task, address, password.as_deref(), &mut out)),
        Place::Stopped { journal, store } => {
            stopped::run(task, journal, store.as_deref(), &mut out)
        }
    };
    exit::end(&mut out, done)
}

impl Kind {
    /// The key that it is about, if it is one.
    pub(super) fn key(&self) -> Option<&[u8]> {
        match self {
            Self::Show(key) | Self::Retry(Some(key)) | Self::Edit(key, _) | Self::Drop(key) => {
                Some(key)
            }
            Self::List | Self::Export | Self::Retry(None) => None,
        }
    }
}

impl Task {
    /// Prints a refused write.
    pub(super) fn show(&self, entry: &Entry, out: &mut dyn Write) -> Result<Exit> {
        print(out, &if self.json { entry.json() } else { entry.line() })?;
        Ok(Exit::Good)
    }

    /// Whether this version is the one that was seen, if one was.
    pub(super) fn has_seen(&self, version: u64) -> bool {
        self.seen.is_none_or(|seen| seen == version)
    }

    /// Prints how many keys it concerned.
    pub(super) fn told(&self, keys: u64, out: &mut dyn Write) -> Result<Exit> {
        let text = if self.json {
            Object::new().number("keys", keys).end()
        } else {
            match &self.kind {
                Kind::Retry(_) => format!("{} to be tried again", count(keys, "key")),
                Kind::Show(_) if keys == 0 => "not in quarantine".into(),
                _ if keys == 0 => {
                    "not in quarantine, another version by now, or not to be changed now".into()
                }
                _ => "done".into(),
            }
        };
        print(out, &(text + "\n"))?;
        let is_done = keys > 0 || matches!(self.kind, Kind::Retry(None));
        Ok(if is_done { Exit::Good } else { Exit::Damaged })
    }
}
