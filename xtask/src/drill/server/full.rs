//! The disk is full, and has room again.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use super::dice::Dice;
use super::model::look;
use super::process::Process;
use super::wire::Wire;
use super::writer::{Outcome, Writer};
use crate::drill::mount::Mount;
use crate::failure::{Failure, Result};

const SIZE: u64 = 16 << 20;
const KEYS: usize = 400;
/// So many writes must be taken once there is room.
const AFTERWARDS: usize = 300;
/// Sums over all rounds.
#[derive(Debug, Default)]
struct Summary {
    rounds: u32,
    done: u64,
    refused: u64,
    unknown: u64,
    held_up: u64,
    restarts: u64,
}

/// One round: what is written, and at which rung.
struct Round<'a> {
    writer: Writer,
    dice: Dice,
    rung: &'static str,
    sums: &'a mut Summary,
}

/// Fills the disk of a server `rounds` times, and makes room again.
pub(in crate::drill) fn run(
    program: &Path,
    folder: &Path,
    rounds: u32,
    seed: u64,
    out: &mut dyn Write,
) -> Result {
    writeln!(
        out,
        "seed {seed}: {rounds} times: a server's store and journal on a tmpfs of 16 MiB, write \
         until it is full, make room, write more, kill it or drain it, start, compare every key"
    )?;
    let mut disk = Mount::tmpfs(folder, SIZE)?;
    let mut sums = Summary::default();
    for number in 0..rounds {
        let mut dice = Dice::new(seed.wrapping_add(number.into()));
        let rung = *dice.pick(&["journaled", "synced", "stored"]);
        let writer = Writer::new(KEYS, dice.split());
        let mut round = Round { writer, dice, rung, sums: &mut sums };
        let done = round.run(program, disk.place());
        done.map_err(|failure| {
            Failure::to(format!("keep {rung} on a full disk, seed {seed}, round {number}"), failure)
        })?;
        sums.rounds += 1;
    }
    disk.unmount()?;
    Ok(writeln!(out, "server on a full disk: {sums}")?)
}

impl Round<'_> {
    fn run(&mut self, program: &Path, place: &Path) -> Result {
        let failed = |error| Failure::to("take or make room", error);
        let (ballast, home) = (place.join("ballast"), place.join("home"));
        std::fs::create_dir(&home).map_err(failed)?;
        let kind = *self.dice.pick(&["redb", "dir"]);
        let store = format!("{kind}:{}", home.join("store").display());
        let full = *self.dice.pick(&["wait", "refuse"]);
        let mut flags = vec!["--store", &store, "--when-full", full, "--flush-delay", "5ms"];
        flags.extend(["--journal-segment", "256kib", "--journal-bytes", "6mib"]);
        let mut server = Process::start(program, &flags)?;
        let mut wire = self.connect(&server)?;
        self.write_some(&mut wire, 100)?;
        fill(&ballast, self.dice.roll(400 << 10)).map_err(failed)?;
        self.write_until_full(&mut wire)?;
        std::fs::remove_file(&ballast).map_err(failed)?;
        if !self.goes_on(&mut wire)? {
            // A journal that has failed for good says so, and wants a restart.
            self.sums.restarts += 1;
            server.kill()?;
            server = Process::start(program, &flags)?;
            wire = self.connect(&server)?;
            self.compare(&mut wire)?;
            self.write_some(&mut wire, AFTERWARDS)?;
        }
        drop(wire);
        if self.dice.roll(2) == 0 {
            server.kill()?;
        } else {
            server.drain()?;
        }
        let server = Process::start(program, &flags)?;
        let mut wire = self.connect(&server)?;
        self.compare(&mut wire)?;
        server.drain()?;
        let server = Process::start(program, &["--store", &store, "--journal", "none"])?;
        let mut wire = connect(&server)?;
        self.compare(&mut wire)?;
        server.kill()?;
        std::fs::remove_dir_all(&home).map_err(failed)
    }

    fn connect(&self, server: &Process) -> Result<Wire> {
        let mut wire = connect(server)?;
        wire.ask(&[b"FOREBAY.DURABILITY", self.rung.as_bytes()])?;
        Ok(wire)
    }

    /// Writes that must be taken, though perhaps not at once: a journal leaves a disk alone that was
    /// full a moment ago.
    fn write_some(&mut self, wire: &mut Wire, count: usize) -> Result {
        let (mut taken, mut in_vain) = (0, 0);
        while taken < count {
            match self.write(wire, false)? {
                Outcome::Done => (taken, in_vain) = (taken + 1, 0),
                Outcome::Refused if in_vain < 200 => {
                    in_vain += 1;
                    std::thread::sleep(Duration::from_millis(50));
                }
                _ => {
                    let said = self.writer.said();
                    let what = "a write was not taken although there is room";
                    return Err(Failure::new(format!("{what}: {said}")));
                }
            }
        }
        Ok(())
    }

    /// Writes until several in a row are not taken, or one is held up.
    fn write_until_full(&mut self, wire: &mut Wire) -> Result {
        let mut in_vain = 0;
        for _ in 0..20_000 {
            match self.write(wire, true)? {
                Outcome::Done => in_vain = 0,
                Outcome::Refused | Outcome::Unknown => in_vain += 1,
                Outcome::HeldUp => return Ok(()),
            }
            if in_vain == 20 {
                return Ok(());
            }
        }
        Err(Failure::new("the disk did not get full"))
    }

    /// Whether writes are taken again, after a while at most.
    fn goes_on(&mut self, wire: &mut Wire) -> Result<bool> {
        let late = self.writer.finish(wire)?;
        self.sums.note(late);
        for _ in 0..100 {
            if self.write(wire, false)? == Outcome::Done {
                self.write_some(wire, AFTERWARDS)?;
                return Ok(true);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(false)
    }

    fn write(&mut self, wire: &mut Wire, is_large: bool) -> Result<Outcome> {
        let outcome = self.writer.write(wire, is_large)?;
        self.sums.note(outcome);
        Ok(outcome)
    }

    fn compare(&mut self, wire: &mut Wire) -> Result {
        for key in &mut self.writer.keys {
            key.found(look(wire, &key.name)?)?;
        }
        Ok(())
    }
}

fn connect(server: &Process) -> Result<Wire> {
    let address = server.listening()?.address;
    Wire::connect(address).map_err(|error| Failure::to("connect", error))
}

/// Fills the disk but for some bytes.
fn fill(ballast: &Path, left: u64) -> std::io::Result<()> {
    let mut file = std::fs::File::create(ballast)?;
    let block = vec![1; 16 << 10];
    // Its end says that the disk is full.
    while file.write_all(&block).is_ok() {}
    let length = file.metadata()?.len();
    file.set_len(length.saturating_sub(left))
}

impl Summary {
    fn note(&mut self, outcome: Outcome) {
        *match outcome {
            Outcome::Done => &mut self.done,
            Outcome::Refused => &mut self.refused,
            Outcome::Unknown => &mut self.unknown,
            Outcome::HeldUp => &mut self.held_up,
        } += 1;
    }
}

impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { rounds, done, refused, unknown, held_up, restarts } = self;
        write!(
            f,
            "{rounds} rounds, {done} writes acknowledged, 0 lost; at the bound {refused} were "
        )?;
        write!(
            f,
            "refused, {unknown} unknown, {held_up} held up until there was room; {restarts} "
        )?;
        write!(f, "servers had to be started again")
    }
}
