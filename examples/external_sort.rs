//! Sorts more numbers than fit into memory: runs are sorted in memory, spilled block by block, and merged.
//!
//! `cargo run --release -p forebay --features pool --example external_sort -- [GIB] [POOL_MIB] [DIR]`
//!
//! `external_sort 20 1024 /a/large/disk` sorts 20 GiB of numbers in a pool of 1 GiB. Without arguments it
//! sorts 64 MiB in 16. It ends with 1 if the result is wrong, or if more memory was used than the pool has.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example shows its result")]

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{IsTerminal, Write, stderr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use forebay::pool::{DirMedium, Guard, Handle, Hint, Pool, Quota, Scan};
use forebay::{ByteSize, Error, Moment, Result, Seams};

/// Sorted numbers that are spilled and read together.
type Block = Vec<u64>;

fn main() -> ExitCode {
    match Plan::of_args().and_then(|plan| run(&plan)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("external_sort: {error}");
            let mut cause = std::error::Error::source(&error);
            while let Some(error) = cause {
                eprintln!("  because: {error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}

/// How much is sorted, where, and in how much memory.
struct Plan {
    numbers: u64,
    memory: ByteSize,
    /// Numbers that are sorted at once.
    run: u64,
    /// Numbers of a block.
    block: usize,
    folder: PathBuf,
}

impl Plan {
    fn of_args() -> Result<Self> {
        let mut args = std::env::args().skip(1);
        let mut number = |name: &str| match args.next() {
            None => Ok(None),
            Some(text) => text
                .parse::<u64>()
                .map(Some)
                .map_err(|_| Error::invalid(format!("{name} is `{text}`, which is no number"))),
        };
        let bytes = number("GIB")?.map_or(64 << 20, |gib| gib << 30);
        let memory = number("POOL_MIB")?.map_or(ByteSize::mib(16), ByteSize::mib);
        let folder =
            args.next().map_or_else(|| std::env::temp_dir().join("external_sort"), PathBuf::from);
        // The merge holds two blocks of each run at most, and that is to be half of the memory:
        // runs * 2 * block = memory / 2, with run = memory / 16. A power of two leaves no room unused on
        // the disk.
        let run = memory.as_bytes() / 16;
        let runs = bytes.div_ceil(run).max(1);
        let block = (memory.as_bytes() / (4 * runs)).clamp(4 << 10, 1 << 20);
        let block = 1 << (block / 8).ilog2();
        Ok(Self { numbers: bytes / 8, memory, run: run / 8, block, folder })
    }
}

/// What must be the same before and after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Check {
    count: u64,
    sum: u64,
    mixed: u64,
}

impl Check {
    fn see(&mut self, number: u64) {
        self.count += 1;
        self.sum = self.sum.wrapping_add(number);
        self.mixed ^= number.rotate_left(u32::from(number.to_le_bytes()[0]));
    }
}

fn run(plan: &Plan) -> Result<bool> {
    let bytes = plan.numbers * 8;
    let medium = DirMedium::builder()
        .dir_with(&plan.folder, Quota::bytes(ByteSize::bytes(bytes + bytes / 10 + (64 << 20))))
        .small_max(ByteSize::mib(2))
        .open()?;
    let pool = Pool::builder().memory(plan.memory).spill(medium).build()?;
    let mut progress = Progress::new();
    let (runs, before) = spill_runs(&pool, plan, &mut progress)?;
    let (after, is_sorted) = merge(&pool, runs, plan, &mut progress)?;
    progress.end();
    let stats = pool.stats();
    println!(
        "sorted {} numbers ({}) in a pool of {}",
        after.count,
        ByteSize::bytes(bytes),
        plan.memory
    );
    println!("waited for room {} times, {:?} at most", stats.waits, stats.longest_wait);
    let is_right = is_sorted && before == after;
    println!("the result is {}", if is_right { "right" } else { "WRONG" });
    let is_within = told_memory(plan.memory);
    let report = pool.close(Duration::from_secs(10)).wait()?;
    println!("closed: {report:?}");
    Ok(is_right && is_within)
}

/// Makes the numbers, sorts them run by run, and puts the runs into the pool block by block.
fn spill_runs(
    pool: &Pool,
    plan: &Plan,
    progress: &mut Progress,
) -> Result<(Vec<Vec<Handle<Block>>>, Check)> {
    let (mut runs, mut check, mut state, mut made) = (Vec::new(), Check::default(), 1, 0);
    while made < plan.numbers {
        let length = plan.run.min(plan.numbers - made);
        // The run is the program's own memory, so its room is taken first, and given back at the end.
        let room = pool.reserve(ByteSize::bytes(length * 8)).wait()?;
        let mut numbers: Vec<u64> = (0..length).map(|_| next(&mut state)).collect();
        for number in &numbers {
            check.see(*number);
        }
        numbers.sort_unstable();
        let blocks = numbers.chunks(plan.block).map(|block| {
            let handle = pool.insert(block.to_vec()).wait()?;
            handle.hint(Hint::Once);
            Ok(handle)
        });
        runs.push(blocks.collect::<Result<Vec<_>>>()?);
        drop((numbers, room));
        made += length;
        progress.tell("sorting", made, plan.numbers);
    }
    Ok((runs, check))
}

/// Merges the runs, looks at every number once, and says whether each was at least its predecessor.
fn merge(
    pool: &Pool,
    runs: Vec<Vec<Handle<Block>>>,
    plan: &Plan,
    progress: &mut Progress,
) -> Result<(Check, bool)> {
    let ahead = ByteSize::bytes(plan.block as u64 * 8);
    let mut heads = BinaryHeap::new();
    let mut sources: Vec<Source> = Vec::new();
    for blocks in runs {
        let mut source = Source { blocks: pool.scan(blocks).ahead(ahead), block: None };
        if let Some(number) = source.next()? {
            heads.push(Reverse((number, sources.len())));
        }
        sources.push(source);
    }
    let (mut check, mut last, mut is_sorted) = (Check::default(), 0, true);
    while let Some(Reverse((number, from))) = heads.pop() {
        check.see(number);
        is_sorted &= last <= number;
        last = number;
        if let Some(next) = sources[from].next()? {
            heads.push(Reverse((next, from)));
        }
        if check.count.is_multiple_of(1 << 20) {
            progress.tell("merging", check.count, plan.numbers);
        }
    }
    Ok((check, is_sorted))
}

/// One run: the block that is looked at, and those that follow.
struct Source {
    blocks: Scan<Block>,
    block: Option<(Guard<Block>, usize)>,
}

impl Source {
    fn next(&mut self) -> Result<Option<u64>> {
        loop {
            if let Some((block, at)) = &mut self.block
                && let Some(number) = block.get(*at)
            {
                *at += 1;
                return Ok(Some(*number));
            }
            // It is let go of before the next one is asked for, so that nobody waits for room with room in hand.
            self.block = None;
            match self.blocks.next().wait()? {
                Some(block) => self.block = Some((block, 0)),
                None => return Ok(None),
            }
        }
    }
}

/// The next number of `splitmix64`.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut number = *state;
    number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// Says how much memory the process has used at most, where the system tells, and whether that is within
/// the pool and a tenth, with what the program needs without any pool.
fn told_memory(memory: ByteSize) -> bool {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return true };
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let Some(kib) = line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok())
    else {
        return true;
    };
    let bound = memory.as_bytes() + memory.as_bytes() / 10 + (16 << 20);
    println!("most memory: {} MiB, of {} that are allowed", kib >> 10, bound >> 20);
    kib << 10 <= bound
}

/// How far it is, on stderr: a line that is written over itself on a terminal, else one each ten seconds.
struct Progress {
    seams: Seams,
    begun: Moment,
    told: Option<Moment>,
    is_terminal: bool,
}

impl Progress {
    fn new() -> Self {
        let seams = Seams::real();
        let begun = seams.clock.now();
        Self { seams, begun, told: None, is_terminal: stderr().is_terminal() }
    }

    fn tell(&mut self, what: &str, done: u64, all: u64) {
        let now = self.seams.clock.now();
        let pause =
            if self.is_terminal { Duration::from_millis(250) } else { Duration::from_secs(10) };
        if self.told.is_some_and(|told| now.since(told) < pause) {
            return;
        }
        self.told = Some(now);
        let percent = done * 100 / all.max(1);
        let bar: String = (0..25).map(|at| if at * 4 < percent { '#' } else { '.' }).collect();
        let seconds = now.since(self.begun).as_secs();
        let end = if self.is_terminal { "\r" } else { "\n" };
        let _ = write!(stderr(), "{what:<8} [{bar}] {percent:>3} %, {seconds} s{end}");
    }

    fn end(&self) {
        if self.is_terminal {
            eprintln!();
        }
    }
}
