//! Transfers between accounts, in transactions of several tables, each told once it is acknowledged.
//!
//! `write DIR` opens the state and transfers until it is stopped, from a thread at `memory`, two at
//! `journaled`, one of which writes long transactions, and one at `synced`. A line `THREAD NUMBER`
//! says that a transfer has been acknowledged. `list DIR` opens the state, checks that nothing in it
//! is torn or out of place, and prints the last transfer of each thread. The drills (`cargo xtask
//! drill state`) run it, kill it, and compare the lines.

use std::error::Error;
use std::io::{self, Write};
use std::{env, process, thread};

use forebay_state::snapshot::SnapshotSettings;
use forebay_state::{State, Table};
use forebay_store::{Durability, Error as Refusal};
use serde::{Deserialize, Serialize};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// The rung of each thread.
const RUNGS: [Durability; 4] =
    [Durability::Memory, Durability::Journaled, Durability::Synced, Durability::Journaled];

/// The thread whose transactions are long.
const LONG: u8 = 3;

const ACCOUNTS: u64 = 16;

/// So many transfers of each thread are remembered.
const REMEMBERED: u64 = 64;

#[derive(State, Clone)]
#[state(name = "transfers")]
struct Bank {
    /// The last transfer of each thread.
    #[table(id = 1)]
    done: Table<u8, u64>,
    #[table(id = 2)]
    accounts: Table<u64, i64>,
    #[table(id = 3)]
    transfers: Table<(u8, u64), Transfer>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Transfer {
    from: u64,
    to: u64,
    amount: i64,
    remark: String,
}

impl Transfer {
    /// The one with this number of this thread: always the same.
    fn of(thread: u8, number: u64) -> Self {
        let mut dice = ((u64::from(thread) << 32) | number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut draw = |sides: u64| {
            dice ^= dice >> 29;
            dice = dice.wrapping_mul(0xBF58_476D_1CE4_E5B9);
            (dice >> 33) % sides
        };
        let (from, to) = (draw(ACCOUNTS), draw(ACCOUNTS));
        let amount = i64::try_from(draw(1000)).unwrap_or_default();
        let length = draw(if thread == LONG { 20_000 } else { 200 });
        let length = usize::try_from(length).unwrap_or_default();
        Self { from, to, amount, remark: "x".repeat(length) }
    }

    fn run(&self, tx: &mut BankTx<'_>) -> forebay_store::Result<()> {
        for (account, amount) in [(self.from, -self.amount), (self.to, self.amount)] {
            let before = tx.accounts.get(&account).copied().unwrap_or_default();
            tx.accounts.put(account, before + amount)?;
        }
        Ok(())
    }
}

fn main() -> Outcome {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["write", directory] => write(directory),
        ["list", directory] => list(directory),
        _ => say("write DIR, or list DIR"),
    }
}

/// One line, written at once: whoever ends this process finds it whole or not at all.
fn say(line: &str) -> Outcome {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

fn write(directory: &str) -> Outcome {
    // So many snapshots that many kills come in the middle of one.
    let mut snapshots = SnapshotSettings::default();
    snapshots.transactions = Some(50);
    let bank = State::<Bank>::builder(directory).snapshots(snapshots).open()?;
    check(&bank)?;
    say("open")?;
    let bank = &bank;
    let ends = |thread, rung| loop {
        if let Err(error) = next(bank, thread, rung) {
            return error;
        }
    };
    let failed = thread::scope(|scope| {
        let threads = (0..).zip(RUNGS);
        let all: Vec<_> =
            threads.map(|(thread, rung)| scope.spawn(move || ends(thread, rung))).collect();
        all.into_iter().find_map(|thread| thread.join().ok())
    });
    failed.map_or(Ok(()), |error| Err(error.into()))
}

/// The next transfer of a thread; now and then one after it that is taken back.
fn next(bank: &State<Bank>, thread: u8, rung: Durability) -> forebay_store::Result<()> {
    let number = bank.write_at(rung, |tx| {
        let number = tx.done.get(&thread).copied().unwrap_or_default() + 1;
        let transfer = Transfer::of(thread, number);
        transfer.run(tx)?;
        tx.done.put(thread, number)?;
        tx.transfers.insert((thread, number), transfer)?;
        if let Some(old) = number.checked_sub(REMEMBERED) {
            tx.transfers.delete(&(thread, old));
        }
        Ok(number)
    })?;
    if number.is_multiple_of(32) {
        let refused: Result<(), _> = bank.write_at(rung, |tx| {
            tx.done.put(thread, number + 1_000_000)?;
            tx.transfers.clear();
            Err(Refusal::refused("taken back"))
        });
        assert!(refused.is_err(), "a transaction that says no is not done");
    }
    // Nobody listens any more: this is over.
    say(&format!("{thread} {number}")).unwrap_or_else(|_| process::exit(0));
    Ok(())
}

fn list(directory: &str) -> Outcome {
    let bank = State::<Bank>::open(directory)?;
    check(&bank)?;
    for (thread, number) in &bank.read().done {
        say(&format!("{thread} {number}"))?;
    }
    let report = bank.report();
    let is_from_snapshot = report.snapshot.is_some();
    say(&format!("snapshot={is_from_snapshot} transactions={}", report.transactions))
}

/// Whether all tables say the same: what each thread has done, whole, and nothing else.
fn check(bank: &State<Bank>) -> Outcome {
    let view = bank.read();
    let mut accounts = [0; 16];
    let mut remembered = 0;
    for (&thread, &last) in &view.done {
        for number in 1..=last {
            let Transfer { from, to, amount, .. } = Transfer::of(thread, number);
            accounts[usize::try_from(from)?] -= amount;
            accounts[usize::try_from(to)?] += amount;
        }
        for number in last.saturating_sub(REMEMBERED - 1).max(1)..=last {
            remembered += 1;
            if view.transfers.get(&(thread, number)) != Some(&Transfer::of(thread, number)) {
                return Err(format!("thread {thread}: transfer {number} is not as it was").into());
            }
        }
    }
    if view.transfers.len() != remembered {
        let found = view.transfers.len();
        return Err(format!("{found} transfers are there, and should be {remembered}").into());
    }
    for (account, amount) in (0..).zip(accounts) {
        let found = view.accounts.get(&account).copied().unwrap_or_default();
        if found != amount {
            return Err(format!("account {account} has {found}, and should have {amount}").into());
        }
    }
    Ok(())
}
