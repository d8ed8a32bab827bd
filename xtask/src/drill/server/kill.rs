//! The server is killed, over and over.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::client::Client;
use super::dice::Dice;
use super::model::{Looked, Model};
use super::process::Process;
use super::wire::Wire;
use crate::failure::{Failure, Result};

/// With `mixed` a client changes its rung all the time, but never to `memory`.
const RUNGS: [&str; 5] = ["memory", "journaled", "synced", "stored", "mixed"];
const CLIENTS: usize = 5;
const KEYS: usize = 6;
/// Kills that go on with the same store and journal.
const LIVES: u32 = 25;
/// So often it is told how far it is.
const TOLD: u32 = 50;

/// A store with its journal, and the server over them.
struct Place<'a> {
    program: &'a Path,
    folder: PathBuf,
    store: String,
}

/// Sums over all kills at one rung.
#[derive(Debug, Default)]
struct Summary {
    kills: u32,
    early: u32,
    acknowledged: u64,
    restored: u64,
    behind: usize,
    unflushed: u64,
    drained: u32,
}

/// Kills it `rounds` times at each rung.
pub(in crate::drill) fn run(
    program: &Path,
    folder: &Path,
    rounds: u32,
    seed: u64,
    out: &mut dyn Write,
) -> Result {
    writeln!(
        out,
        "seed {seed}: {rounds} times at each rung: {CLIENTS} clients write {KEYS} keys each and \
         count one together, kill -9, start, compare every key; drain after each {LIVES} and \
         compare the store"
    )?;
    for (at, rung) in RUNGS.into_iter().enumerate() {
        let mut dice = Dice::new(seed.wrapping_add(at as u64));
        let mut sums = Summary::default();
        for life in 0..rounds.div_ceil(LIVES) {
            let left = (rounds - sums.kills).min(LIVES);
            let place = Place::new(program, folder, &format!("{rung}-{life}"), &mut dice)?;
            let done = place.live(rung, left, &mut dice, &mut sums);
            done.map_err(|failure| {
                let (kills, folder) = (sums.kills, place.folder.display());
                Failure::to(format!("keep {rung}, seed {seed}, kill {kills}, {folder}"), failure)
            })?;
            place.remove()?;
            if sums.kills.is_multiple_of(TOLD) && sums.kills < rounds {
                writeln!(
                    out,
                    "  {rung}: {} kills, {} acknowledged",
                    sums.kills, sums.acknowledged
                )?;
            }
        }
        writeln!(out, "server at {rung}: {sums}")?;
    }
    Ok(())
}

impl<'a> Place<'a> {
    fn new(program: &'a Path, folder: &Path, name: &str, dice: &mut Dice) -> Result<Self> {
        let folder = folder.join(name);
        std::fs::create_dir(&folder).map_err(|error| Failure::to("make a folder", error))?;
        let kind = if dice.roll(3) == 0 { "dir" } else { "redb" };
        let store = format!("{kind}:{}", folder.join("store").display());
        Ok(Self { program, folder, store })
    }

    fn remove(self) -> Result {
        let removed = std::fs::remove_dir_all(&self.folder);
        removed.map_err(|error| Failure::to("remove a store", error))
    }

    fn start(&self, dice: &mut Dice) -> Result<Process> {
        // Small segments, so that the journal is shortened while it is written to.
        let delay = *dice.pick(&["0", "1ms", "20ms", "100ms", "1h"]);
        let threads = *dice.pick(&["1", "2", "4"]);
        let mut flags = vec!["--store", &self.store, "--flush-delay", delay, "--threads", threads];
        flags.extend(["--journal-segment", "256kib", "--journal-bytes", "2mib"]);
        Process::start(self.program, &flags)
    }

    fn live(&self, rung: &'static str, kills: u32, dice: &mut Dice, sums: &mut Summary) -> Result {
        let clients = (0..CLIENTS).map(|at| Client::new(at, KEYS, rung, dice.split())).collect();
        let mut model = Model::new(clients);
        for _ in 0..kills {
            sums.kills += 1;
            let server = self.start(dice)?;
            if dice.roll(8) == 0 {
                // In the middle of its start, with the journal half read or half written anew.
                thread::sleep(Duration::from_micros(dice.roll(30_000)));
                server.kill()?;
                sums.early += 1;
                continue;
            }
            let started = server.listening()?;
            sums.restored += started.restored;
            let mut wire = connect(&started.address)?;
            sums.note(&model.check(&mut wire)?);
            // The store is slow, and something is to be written.
            let slow = if matches!(rung, "stored" | "mixed") { 3 } else { 1 };
            let time = Duration::from_millis(5 + dice.roll(250 * slow));
            let before = model.acknowledged();
            kill_under_load(server, started.address, time, &mut model)?;
            sums.acknowledged += model.acknowledged() - before;
        }
        sums.unflushed += model.clients.iter().map(|client| client.unflushed).sum::<u64>();
        self.end(&mut model, dice, sums)
    }

    /// Drains it, and looks at the store alone.
    fn end(&self, model: &mut Model, dice: &mut Dice, sums: &mut Summary) -> Result {
        let server = self.start(dice)?;
        let started = server.listening()?;
        sums.restored += started.restored;
        sums.note(&model.check(&mut connect(&started.address)?)?);
        server.drain()?;
        let flags = ["--store", &self.store, "--journal", "none", "--sweep-rate", "0"];
        let server = Process::start(self.program, &flags)?;
        let mut wire = connect(&server.listening()?.address)?;
        let looked = model.check(&mut wire)?;
        let count = wire.ask(&[b"DBSIZE"])?;
        if looked.behind > 0 || count != super::answer::Answer::Integer(looked.present) {
            let (count, present) = (count.short(), looked.present);
            return Err(Failure::new(format!("the store has {count} keys, not {present}")));
        }
        sums.drained += 1;
        server.drain()
    }
}

fn connect(address: &std::net::SocketAddr) -> Result<Wire> {
    Wire::connect(*address).map_err(|error| Failure::to("connect", error))
}

fn kill_under_load(
    server: Process,
    address: std::net::SocketAddr,
    time: Duration,
    model: &mut Model,
) -> Result {
    thread::scope(|scope| {
        let clients = model.clients.iter_mut();
        let working: Vec<_> =
            clients.map(|client| scope.spawn(move || client.work(address))).collect();
        thread::sleep(time);
        let killed = server.kill();
        let ended = working
            .into_iter()
            .map(|client| client.join().unwrap_or_else(|_| Err(Failure::new("a client panicked"))));
        let ended: Vec<Result> = ended.collect();
        killed.and(ended.into_iter().collect())
    })
}

impl Model {
    fn acknowledged(&self) -> u64 {
        self.clients.iter().map(|client| client.acknowledged).sum()
    }
}

impl Summary {
    fn note(&mut self, looked: &Looked) {
        self.behind += looked.behind;
    }
}

impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { kills, early, acknowledged, restored, behind, unflushed, drained } = self;
        write!(
            f,
            "{kills} kills ({early} during the start), {acknowledged} writes acknowledged, "
        )?;
        write!(
            f,
            "0 lost, 0 older; {restored} were read from the journal, {behind} times a key had "
        )?;
        write!(f, "not got its last write, which was not promised; {drained} stores compared")?;
        if *unflushed > 0 {
            write!(f, "; {unflushed} flushes found no room in the journal")
        } else {
            Ok(())
        }
    }
}
