//! The process that starts the children and collects what they say.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use forebay_measure::Folder;

use super::child::Deed;
use super::opening::{Opening, Openings};
use super::snapshot::{Snapshot, Snapshots};
use super::whole::From;
use crate::args::Args;
use crate::contest::Large;
use crate::subjects::{Kind, Result};

/// Who is measured: the others do not have everything in memory.
const KINDS: [Kind; 2] = [Kind::Forebay, Kind::Etchdb6Log];

/// More records than this are opened less often.
const MANY: usize = 5_000_000;

pub(crate) fn measure(
    args: &Args,
    place: &Path,
    progress: &mut dyn Write,
) -> Result<(Vec<Openings>, Vec<Snapshots>)> {
    let (mut openings, mut snapshots) = (Vec::new(), Vec::new());
    if args.wants_large(Large::Load) {
        for &records in &args.large {
            for from in From::ALL {
                openings.extend(opened(args, place, records, from, progress)?);
            }
        }
    }
    if let Some(&records) = args.large.first()
        && args.wants_large(Large::Snapshot)
    {
        snapshots = snapshots_of(args, place, records, progress)?;
    }
    Ok((openings, snapshots))
}

fn rounds(args: &Args, records: usize) -> usize {
    if args.quick || records > MANY { 3 } else { 5 }
}

fn opened(
    args: &Args,
    place: &Path,
    records: usize,
    from: From,
    progress: &mut dyn Write,
) -> Result<Vec<Openings>> {
    let mut filled = Vec::new();
    for kind in KINDS.into_iter().filter(|kind| args.wants_subject(*kind)) {
        let folder = Folder::fresh(place, kind.label())?;
        child(Deed::Fill(from), kind, records, &folder)?;
        let disk = folder.bytes()?;
        filled.push((folder, Openings { kind, from, records, disk, rounds: Vec::new() }));
    }
    for number in 0..rounds(args, records) {
        for turn in 0..filled.len() {
            let at = (turn + number) % filled.len();
            let (folder, openings) = &mut filled[at];
            // What is read from the disk is the disk's; it was just written, as after a restart.
            let [nanoseconds, peak, resident] = child(Deed::Load, openings.kind, records, folder)?
                .try_into()
                .map_err(|_| "a child said nothing that was expected")?;
            openings.rounds.push(Opening { seconds: nanoseconds / 1e9, peak, resident });
        }
    }
    // Progress is a courtesy; the numbers are worth more than its lines.
    let _ = writeln!(progress, "Opening {records} records from a {}", from.label());
    let mut all = Vec::new();
    for (folder, openings) in filled {
        folder.clear()?;
        let seconds = openings.spread(|opening| opening.seconds).median;
        let peak = openings.spread(|opening| opening.peak).median / 1e6;
        let _ =
            writeln!(progress, "  {:28} {seconds:>9.3} s, {peak:>8.0} MB", openings.kind.name());
        all.push(openings);
    }
    Ok(all)
}

fn snapshots_of(
    args: &Args,
    place: &Path,
    records: usize,
    progress: &mut dyn Write,
) -> Result<Vec<Snapshots>> {
    let kinds = KINDS.into_iter().filter(|kind| args.wants_subject(*kind));
    let mut all: Vec<Snapshots> =
        kinds.map(|kind| Snapshots { kind, records, rounds: Vec::new() }).collect();
    for _ in 0..3 {
        for of_one in &mut all {
            let folder = Folder::fresh(place, of_one.kind.label())?;
            let said = child(Deed::Snapshot, of_one.kind, records, &folder)?;
            let [seconds, pause_before, pause, rate, resident, peak] =
                said.try_into().map_err(|_| "a child said nothing that was expected")?;
            let taken = Snapshot { seconds, pause_before, pause, rate, resident, peak };
            of_one.rounds.push(taken);
            folder.clear()?;
        }
    }
    let _ = writeln!(progress, "A snapshot of {records} records beside a writer");
    for of_one in &all {
        let _ = writeln!(
            progress,
            "  {:28} {:>9.3} s, longest pause {:>9.1} ms (before {:.1} ms), memory {:.2} x",
            of_one.kind.name(),
            of_one.spread(|one| one.seconds).median,
            of_one.spread(|one| one.pause).median * 1e3,
            of_one.spread(|one| one.pause_before).median * 1e3,
            of_one.spread(|one| one.peak / one.resident).median,
        );
    }
    Ok(all)
}

/// The numbers that a child says.
fn child(deed: Deed, kind: Kind, records: usize, folder: &Folder) -> Result<Vec<f64>> {
    let output = Command::new(std::env::current_exe()?)
        .args(["--child", deed.word(), kind.label(), &records.to_string()])
        .arg(folder.path())
        .output()?;
    if output.status.success() {
        let said = String::from_utf8(output.stdout)?;
        return Ok(said
            .split_whitespace()
            .map(str::parse)
            .collect::<std::result::Result<_, _>>()?);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{}, {} {records}: {}", kind.name(), deed.word(), said.trim()).into())
}
