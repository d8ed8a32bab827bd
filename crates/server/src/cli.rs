//! The command line, out of the table of settings.

use std::ffi::OsString;

use clap::{Arg, ArgMatches, Command};

use crate::config::{GROUPS, Setting, Sources, settings};
use crate::tool::{self, PoolTask, QuarantineTask, StateTask, Task, TopTask};

/// The key of the flag that names the file.
const CONFIG: &str = "config";

/// What was asked for.
#[derive(Debug)]
pub(crate) enum Wish {
    /// To serve, with what the command line says.
    Serve {
        /// The flags that were given.
        sources: Sources,
        /// The file that was named.
        file: Option<String>,
    },
    /// To look into a journal.
    Journal(Task),
    /// To look into a state, or to copy one.
    State(StateTask),
    /// To look into an archive of a pool.
    Pool(PoolTask),
    /// To look after what a store refused.
    Quarantine(QuarantineTask),
    /// To see a server in numbers.
    Top(TopTask),
    /// To be told something, or the command line is wrong: `clap` knows what to say.
    Told(Box<clap::Error>),
}

/// Reads the command line; the first of `arguments` is the program's name.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Wish {
    match command().try_get_matches_from(arguments) {
        Ok(matches) => match wish(&matches) {
            Some(wish) => wish,
            None => Wish::Told(Box::new(command().error(
                clap::error::ErrorKind::MissingSubcommand,
                "nothing to do: see `forebay help`",
            ))),
        },
        Err(error) => Wish::Told(Box::new(error)),
    }
}

fn wish(matches: &ArgMatches) -> Option<Wish> {
    match matches.subcommand()? {
        ("serve", matches) => Some(serve(matches)),
        ("journal", matches) => tool::task(matches).map(Wish::Journal),
        ("state", matches) => tool::state_task(matches).map(Wish::State),
        ("pool", matches) => tool::pool_task(matches).map(Wish::Pool),
        ("quarantine", matches) => tool::quarantine_task(matches).map(Wish::Quarantine),
        ("top", matches) => tool::top_task(matches).map(Wish::Top),
        _ => None,
    }
}

fn serve(matches: &ArgMatches) -> Wish {
    let flags = settings().filter_map(|setting| {
        let value = matches.get_one::<String>(setting.key)?;
        Some((setting.key.to_string(), value.clone()))
    });
    let sources = Sources { flags: flags.collect(), ..Sources::default() };
    Wish::Serve { sources, file: matches.get_one::<String>(CONFIG).cloned() }
}

fn command() -> Command {
    let config = Arg::new(CONFIG)
        .long(CONFIG)
        .value_name("PATH")
        .help("A TOML file with settings [env: FOREBAY_CONFIG]");
    let mut serve = Command::new("serve")
        .about("Serves the cache over the Redis protocol")
        .arg(config)
        .after_help("Flags win over the environment, the environment over the file.");
    for group in &GROUPS {
        let flags = group.settings.iter().map(|setting| flag(setting).help_heading(group.title));
        serve = serve.args(flags);
    }
    Command::new("forebay")
        .about("A memory tier in front of a slow system of record")
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(serve)
        .subcommand(tool::command())
        .subcommand(tool::state_command())
        .subcommand(tool::pool_command())
        .subcommand(tool::quarantine_command())
        .subcommand(tool::top_command())
}

fn flag(setting: &'static Setting) -> Arg {
    let default = if setting.default.is_empty() { "none" } else { setting.default };
    let help = format!(
        "{about} Takes {takes}. [limit: {limit}] [default: {default}] [env: {environment}]",
        about = setting.about.replace('`', ""),
        takes = setting.takes().replace('`', ""),
        limit = setting.limit().replace('`', ""),
        environment = setting.environment(),
    );
    Arg::new(setting.key)
        .long(setting.key)
        .value_name(setting.value_name())
        // A wrong value is refused by the table, which says more than that it looks like a flag.
        .allow_hyphen_values(true)
        .help(help)
}
