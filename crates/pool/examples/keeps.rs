//! Keeps and commits objects from four threads, and says what was answered, for who kills it in the middle.
//!
//! `keeps work DIR` never ends by itself. On stdout it says, a line each and never more than was answered: `kept
//! KEY`, `deleting KEY`, `deleted KEY`, `committing THREAD GENERATION`, `committed THREAD GENERATION`.
//! `keeps check DIR` opens what is there, reads every object, verifies the archive, and says `kept KEY` and
//! `snapshot THREAD GENERATION`. Objects say what is in them, so a wrong one is noticed without a list.
#![expect(clippy::print_stdout, reason = "what it says is what it is for")]

use std::io::{Write, stdout};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;

use forebay_pool::{Archive, ByteSize, DirMedium, Handle, Key, Pool};
use forebay_store::{Error, Result};

const THREADS: u64 = 4;
const OBJECTS: u64 = 5;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["work", directory] => work(Path::new(directory)),
        ["check", directory] => check(Path::new(directory)),
        _ => say("keeps work DIR, or keeps check DIR"),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("failed: {error:?}");
            ExitCode::FAILURE
        }
    }
}

fn open(directory: &Path) -> Result<(Pool, Archive)> {
    let spill = DirMedium::open(directory.join("spill"))?;
    let pool = Pool::builder().memory(ByteSize::mib(2)).spill(spill).build()?;
    let archive = pool.archive(directory.join("archive")).wait()?;
    Ok((pool, archive))
}

fn work(directory: &Path) -> Result<()> {
    let (pool, archive) = open(directory)?;
    std::thread::scope(|scope| {
        let start = |thread| {
            let (pool, archive) = (&pool, &archive);
            scope.spawn(move || work_of(thread, pool, archive))
        };
        let threads: Vec<_> = (0..THREADS).map(start).collect();
        for thread in threads {
            thread.join().map_err(|_| Error::invalid("a thread panicked"))??;
        }
        Ok(())
    })
}

/// Goes on for ever.
fn work_of(thread: u64, pool: &Pool, archive: &Archive) -> Result<()> {
    let name = format!("snapshot-{thread}");
    let before: Option<Handle<Vec<u8>>> = archive.open_in(&name, "object-0").wait().ok();
    let mut generation = match before {
        Some(object) => told(&object.get().wait()?).1,
        None => 0,
    };
    let mut kept = Vec::new();
    loop {
        generation += 1;
        let objects =
            (0..OBJECTS).map(|number| pool.insert(content(thread, generation, number)).wait());
        let objects = objects.collect::<Result<Vec<_>, _>>()?;
        // Some are spilled before, so that their files are linked.
        objects[1].evict().wait()?;
        say(&format!("committing {thread} {generation}"))?;
        let named = (0..).zip(&objects).map(|(at, object)| (format!("object-{at}"), object.item()));
        archive.commit(&name, named).wait()?;
        say(&format!("committed {thread} {generation}"))?;
        let alone = pool.insert(content(thread, generation, OBJECTS)).wait()?;
        // What a snapshot has is kept by a link, what is new by a file of its own.
        for object in [&alone, &objects[0]] {
            let key = archive.keep(object).wait()?;
            say(&format!("kept {key}"))?;
            kept.push(key);
        }
        if kept.len() > 2 {
            delete(archive, kept.remove(0))?;
        }
        if generation % THREADS == thread {
            archive.gc().wait()?;
        }
    }
}

fn delete(archive: &Archive, key: Key) -> Result<()> {
    say(&format!("deleting {key}"))?;
    archive.delete(key).wait()?;
    say(&format!("deleted {key}"))
}

fn check(directory: &Path) -> Result<()> {
    let (_pool, archive) = open(directory)?;
    let verified = archive.verify(|_| ControlFlow::Continue(())).wait()?;
    if !verified.is_good() {
        return Err(Error::corrupt(format!("{verified:?}")));
    }
    let snapshots = archive.snapshots().wait()?;
    for snapshot in &snapshots {
        let mut seen = None;
        for number in 0..OBJECTS {
            let name = format!("object-{number}");
            let object: Handle<Vec<u8>> = archive.open_in(&snapshot.name, &name).wait()?;
            let (thread, generation, _) = checked(&object.get().wait()?)?;
            if seen.is_some_and(|seen| seen != (thread, generation)) {
                return Err(Error::corrupt(format!("`{}` has two generations", snapshot.name)));
            }
            seen = Some((thread, generation));
        }
        let (thread, generation) = seen.unwrap_or_default();
        say(&format!("snapshot {thread} {generation}"))?;
    }
    let catalog = forebay_pool::Catalog::open(directory.join("archive"))?;
    for key in catalog.kept()? {
        let object: Handle<Vec<u8>> = archive.open(key).wait()?;
        checked(&object.get().wait()?)?;
        say(&format!("kept {key}"))?;
    }
    Ok(())
}

/// An object that says what is in it: small ones and large ones, which have a file of their own.
fn content(thread: u64, generation: u64, number: u64) -> Vec<u8> {
    let mixed = (thread * 31 + generation * 7 + number * 3) % 11;
    let length = if mixed == 0 { 300_000 } else { 24 + 700 * usize::try_from(mixed).unwrap_or(0) };
    let mut bytes = Vec::with_capacity(length);
    for word in [thread, generation, number] {
        bytes.extend_from_slice(&word.to_le_bytes());
    }
    let step = (thread << 40 | generation << 8 | number).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let rest = (24..length as u64).map(|at| at.wrapping_mul(step).to_le_bytes()[5]);
    bytes.extend(rest);
    bytes
}

/// Thread, generation and number, as the object says.
fn told(bytes: &[u8]) -> (u64, u64, u64) {
    let word = |at: usize| {
        let word = bytes.get(at..at + 8).and_then(|word| word.try_into().ok());
        word.map_or(0, u64::from_le_bytes)
    };
    (word(0), word(8), word(16))
}

fn checked(bytes: &[u8]) -> Result<(u64, u64, u64)> {
    let (thread, generation, number) = told(bytes);
    if bytes == content(thread, generation, number) {
        return Ok((thread, generation, number));
    }
    Err(Error::corrupt(format!("an object of thread {thread} is not as it was")))
}

/// A whole line at once: who is killed says it or not.
fn say(line: &str) -> Result<()> {
    let mut out = stdout().lock();
    let written = writeln!(out, "{line}").and_then(|()| out.flush());
    written.map_err(|error| Error::unavailable("say it").with_source(error))
}
