//! The command line of `forebay top`.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use forebay::{Op, Result, Seams};

use super::super::exit::{self, Exit, print};
use super::super::wire;
use super::history::History;
use super::line::{Line, Tone};
use super::live::{self, Asker};
use super::object::object;
use super::screen::screen;
use super::terminal::{is_seen, paper};
use crate::config::parse_duration;

/// Whose numbers are to be shown, and how.
#[derive(Debug)]
pub(crate) struct Task {
    address: String,
    password_file: Option<PathBuf>,
    every: Duration,
    once: bool,
    json: bool,
}

const EVERY_MIN: Duration = Duration::from_millis(100);
const EVERY_MAX: Duration = Duration::from_secs(60);

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  2  there is no such server, or it refused the question";

/// The subcommand.
pub(crate) fn command() -> Command {
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
    };
    Command::new("top")
        .about("Shows a server that runs in numbers, on one screen")
        .long_about(
            "Shows a server that runs in numbers, on one screen that is drawn again and again until `q` or Ctrl-C. \
             Where there is no terminal it is shown once. NO_COLOR in the environment takes the colours.",
        )
        .after_help(EXIT_CODES)
        .arg(
            Arg::new("address")
                .value_name("ADDRESS")
                .default_value("127.0.0.1:6380")
                .help("The server: an address, or the path of its Unix socket"),
        )
        .arg(
            Arg::new("password-file")
                .long("password-file")
                .value_name("PATH")
                .value_parser(value_parser!(PathBuf))
                .help("A file with its password"),
        )
        .arg(
            Arg::new("every")
                .long("every")
                .value_name("TIME")
                .default_value("1s")
                .value_parser(every)
                .help("How often it is drawn, from 100ms to 1m"),
        )
        .arg(flag("once", "Shows one screen, of two samples with that time between"))
        .arg(flag("json", "Prints them as one JSON object instead"))
}

fn every(text: &str) -> std::result::Result<Duration, String> {
    let every = parse_duration(text)?;
    let is_within = (EVERY_MIN..=EVERY_MAX).contains(&every);
    if is_within { Ok(every) } else { Err("must be 100ms to 1m".into()) }
}

/// What was asked for; `None` if it is no task, which `clap` does not let happen.
pub(crate) fn task(matches: &ArgMatches) -> Option<Task> {
    Some(Task {
        address: matches.get_one::<String>("address")?.clone(),
        password_file: matches.get_one::<PathBuf>("password-file").cloned(),
        every: *matches.get_one::<Duration>("every")?,
        once: matches.get_flag("once"),
        json: matches.get_flag("json"),
    })
}

/// Does what was asked for.
pub(crate) fn run(task: &Task) -> ExitCode {
    let mut out = BufWriter::new(io::stdout());
    let done = wire::password(task.password_file.as_ref()).and_then(|password| {
        let asker = Asker::new(&task.address, password);
        if task.once || task.json || !is_seen() {
            once(task, asker, &mut out)
        } else {
            live::run(asker, task.every)
        }
    });
    exit::end(&mut out, done)
}

/// Two samples, because how fast something goes takes two.
fn once(task: &Task, mut asker: Asker, out: &mut dyn Write) -> Result<Exit> {
    let mut history = History::default();
    history.add(asker.ask()?);
    pause(task.every)?;
    history.add(asker.ask()?);
    let text = if task.json {
        object(&history, &task.address) + "\n"
    } else {
        let mut lines = screen(&history, &task.address, Line::of(Tone::Plain, ""), paper());
        lines.push(String::new());
        lines.join("\n")
    };
    print(out, &text)?;
    Ok(Exit::Good)
}

fn pause(time: Duration) -> Result<()> {
    let (done, op) = Op::pending();
    Seams::real().clock.after(time, Box::new(move || done.complete(Ok(()))));
    op.wait()
}
