//! The run: every contest, in rounds in which both take a turn.

use std::io::{Error, Result, Write};
use std::path::{Path, PathBuf};
use std::process::Command as Process;

use forebay_measure::quantity::{count, exact};
use forebay_measure::{Folder, Machine, clock};

use crate::args::Args;
use crate::contest::{Command, Contest, Promise};
use crate::measured::{Measured, Pair};
use crate::sample::{KEYS, Sample};
use crate::subject::{Kind, Subject};

/// How many rounds there are, and for how many seconds each is to last.
#[derive(Clone, Copy)]
struct Effort {
    rounds: usize,
    seconds: f64,
}

pub(crate) fn run(args: &Args, progress: &mut dyn Write) -> Result<Measured> {
    let begun = clock::now();
    let program = args.server.clone().map_or_else(build, Ok)?;
    let place = std::env::current_exe()?.parent().map(Path::to_path_buf).unwrap_or_default();
    let effort = if args.quick {
        Effort { rounds: 3, seconds: 0.4 }
    } else {
        Effort { rounds: 5, seconds: 2.0 }
    };
    let mut machine = Machine::look();
    let mut pairs = Vec::new();
    for promise in Promise::ALL {
        let contests = contests(args, promise);
        if contests.is_empty() {
            continue;
        }
        let start = |kind: Kind| {
            let folder = Folder::fresh(&place, &format!("of-{}", kind.label()))?;
            let subject = Subject::start(kind, promise, &program, &args.flags, folder.path())?;
            fill(&subject, promise)?;
            Ok::<_, Error>((subject, folder))
        };
        let [ours, theirs] = Kind::ALL.map(start);
        let ((ours, _our_folder), (theirs, _their_folder)) = (ours?, theirs?);
        for contest in contests {
            let pair = hold(contest, effort, [&ours, &theirs])?;
            let (title, ratio) = (contest.title(), exact(pair.ratio()));
            let rate = count(pair.spread(0, |sample| sample.rate).median);
            writeln!(progress, "{title}: {rate} a second, {ratio} of Redis")?;
            pairs.push(pair);
        }
    }
    machine.look_again();
    let (quick, flags) = (args.quick, args.flags.clone());
    let seconds = begun.elapsed().as_secs();
    Ok(Measured { machine, quick, seconds, peer: version()?, flags, pairs })
}

fn contests(args: &Args, promise: Promise) -> Vec<Contest> {
    let of = |command| {
        let with = move |pipeline: &u32| Contest { promise, command, pipeline: *pipeline };
        args.pipelines.iter().map(with)
    };
    let all = Command::ALL.into_iter().flat_map(of);
    all.filter(|contest| args.wants(*contest)).collect()
}

/// Nearly all keys are there before anything is measured: with six draws for each, one in four hundred
/// is missing.
fn fill(subject: &Subject, promise: Promise) -> Result<()> {
    let contest = Contest { promise, command: Command::Mset, pipeline: 16 };
    Sample::take(subject, contest, 6 * KEYS / 10).map(drop)
}

fn hold(contest: Contest, effort: Effort, both: [&Subject; 2]) -> Result<Pair> {
    // A short run that nobody looks at tells how many commands a round needs.
    let probe = |subject| Sample::take(subject, contest, 4_000).map(|sample| sample.rate);
    let rates = [probe(both[0])?, probe(both[1])?];
    let commands = rates.map(|rate| whole(rate * effort.seconds).clamp(4_000, 4_000_000));
    // What is judged is measured longer: a disk may take twice as long in one round as in the next.
    let count = if contest.target().is_some() { 3 * effort.rounds } else { effort.rounds };
    let mut rounds = Vec::with_capacity(count);
    for round in 0..count {
        let take = |side: usize| Sample::take(both[side], contest, commands[side]);
        // Who comes second finds the machine warm, or the disk busy: that, too, is taken in turns.
        rounds.push(if round % 2 == 0 {
            let ours = take(0)?;
            [ours, take(1)?]
        } else {
            let theirs = take(1)?;
            [take(0)?, theirs]
        });
    }
    Ok(Pair { contest, rounds })
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast of a float saturates"
)]
fn whole(number: f64) -> u32 {
    number as u32
}

/// Builds the server as its users get it, and says where it is.
fn build() -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), PathBuf::from);
    let cargo = std::env::var_os("CARGO").unwrap_or("cargo".into());
    let mut command = Process::new(cargo);
    command
        .args(["build", "--release", "--package", "forebay-server", "--target-dir"])
        .arg(&target);
    let status = command.current_dir(root).status()?;
    if status.success() {
        return Ok(target.join("release/forebay"));
    }
    Err(Error::other(format!("the build of the server ended with {status}")))
}

/// Which Redis it is.
fn version() -> Result<String> {
    let output = Process::new("redis-server").arg("--version").output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = text.split_whitespace().find_map(|word| word.strip_prefix("v="));
    Ok(version.unwrap_or("of unknown version").to_owned())
}
