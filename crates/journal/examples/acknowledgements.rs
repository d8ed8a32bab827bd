//! Appends records to a journal, and says of each when it has been acknowledged.
//!
//! `append DIR journaled|synced` does so from four threads until it is stopped. `fill DIR` does so
//! until the disk is full, says `full`, and for each line that it reads then appends a thousand more.
//! `list DIR` opens the journal and says what is there. A line is `NUMBER CHECKSUM`. The drills
//! (`cargo xtask drill`) run it, end it, and compare the lines.

use std::error::Error;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;
use std::{env, process, thread};

use forebay_journal::disk::RealDirectory;
use forebay_journal::format::checksum;
use forebay_journal::{Frame, Journal, Recovery, Settings};
use forebay_store::{Durability, ErrorKind};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

const THREADS: u64 = 4;

fn main() -> Outcome {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["append", directory, "journaled"] => append(directory, Durability::Journaled),
        ["append", directory, "synced"] => append(directory, Durability::Synced),
        ["fill", directory] => fill(directory),
        ["list", directory] => list(directory),
        _ => say("append DIR journaled|synced, fill DIR, or list DIR"),
    }
}

fn open(directory: &str, sink: impl FnMut(u64, &[u8])) -> Outcome<(Journal, Recovery)> {
    let mut sink = sink;
    let settings = Settings { segment_bytes: 1 << 20, bytes_max: 256 << 20, ..Settings::default() };
    let directory = Arc::new(RealDirectory::open(directory)?);
    Ok(Journal::open(directory, settings, |number, record| {
        sink(number, record);
        Ok(())
    })?)
}

/// One line, written at once: whoever ends this process finds it whole or not at all.
fn say(line: &str) -> Outcome {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

/// A record that no other is like.
fn record(thread: u64, count: u64) -> Vec<u8> {
    let filling = usize::try_from(count * 37 % 300).unwrap_or_default();
    let mut record = format!("process {}, thread {thread}, {count}: ", process::id()).into_bytes();
    record.resize(record.len() + filling, b'.');
    record
}

/// Appends one record, and says so once it has reached the rung.
fn put(journal: &Journal, record: &[u8], rung: Durability) -> forebay_store::Result<()> {
    let frame = Frame::of(record)?;
    let number = loop {
        match journal.append(&frame) {
            Err(error) if error.kind() == ErrorKind::Busy => journal.make_room(frame.length())?,
            appended => break appended?,
        }
    };
    journal.wait(number, rung)?;
    let told = say(&format!("{number} {:08x}", checksum(record)));
    // Nobody listens any more: this is over.
    told.unwrap_or_else(|_| process::exit(0));
    Ok(())
}

fn append(directory: &str, rung: Durability) -> Outcome {
    let (journal, _) = open(directory, |_, _| {})?;
    let ends = |thread| (0..).find_map(|count| put(&journal, &record(thread, count), rung).err());
    thread::scope(|scope| {
        let all: Vec<_> = (0..THREADS).map(|thread| scope.spawn(move || ends(thread))).collect();
        let failed = all.into_iter().find_map(|thread| thread.join().ok().flatten());
        failed.map_or(Ok(()), |error| Err(error.into()))
    })
}

fn fill(directory: &str) -> Outcome {
    let (journal, _) = open(directory, |_, _| {})?;
    let mut count = 0;
    loop {
        count += 1;
        if let Err(error) = put(&journal, &record(0, count), Durability::Synced) {
            say(&format!("full {:?}", error.kind()))?;
            break;
        }
    }
    for line in io::stdin().lines() {
        line?;
        for _ in 0..1000 {
            count += 1;
            put_in_time(&journal, &record(0, count))?;
        }
        say("more")?;
    }
    journal.close()?;
    say("closed")
}

/// After a full disk the journal lets some time pass before it looks for room again, and says so to
/// whoever comes meanwhile.
fn put_in_time(journal: &Journal, record: &[u8]) -> forebay_store::Result<()> {
    const TRIES: u32 = 200;
    for _ in 0..TRIES {
        match put(journal, record, Durability::Synced) {
            Err(error) if error.kind() == ErrorKind::Unavailable => {
                thread::park_timeout(Duration::from_millis(100));
            }
            done => return done,
        }
    }
    put(journal, record, Durability::Synced)
}

fn list(directory: &str) -> Outcome {
    let mut found = Vec::new();
    let keep = |number, record: &[u8]| found.push(format!("{number} {:08x}\n", checksum(record)));
    let (journal, recovery) = open(directory, keep)?;
    journal.close()?;
    let Recovery { was_clean, dropped, replaced, .. } = recovery;
    let lines = found.concat();
    say(&format!("{lines}clean={was_clean} dropped={dropped} replaced={replaced}"))
}
