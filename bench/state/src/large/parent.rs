//! The process that starts the children and collects what they say.

use std::io::Write;
use std::path::Path;

use forebay_measure::quantity::bytes;
use forebay_measure::{Folder, memory};

use super::child::{Child, Deed};
use super::opening::{Opening, Openings};
use super::snapshot::{Snapshot, Snapshots};
use super::whole::From;
use crate::args::Args;
use crate::contest::{Large, Stock};
use crate::subjects::{Kind, Result};

/// Who is measured: the others do not have everything in memory.
const KINDS: [Kind; 2] = [Kind::Forebay, Kind::Etchdb6Log];

/// More records than this are opened less often, and one subject's files are gone before the next one's
/// are made.
const MANY: usize = 5_000_000;

/// What a record takes at most, in bytes: in memory while etchdb makes a snapshot, and on the disk, where
/// the log is still there when the snapshot is.
const IN_MEMORY: u64 = 1_600;
const ON_DISK: u64 = 400;

/// Says whether there is room for it, before anything is measured.
pub(crate) fn check(args: &Args, place: &Path) -> Result<()> {
    let load = args.large.iter().filter(|_| args.wants_large(Large::Load));
    let snapshot = args.large.first().filter(|_| args.wants_large(Large::Snapshot));
    let Some(most) = load.chain(snapshot).max() else { return Ok(()) };
    let at_once = if *most > MANY { 1 } else { KINDS.len() as u64 };
    let records = *most as u64;
    let on_disk = Folder::free(place)?;
    let in_memory = memory::available().ok_or("the system does not tell its memory")?;
    room("on the disk", records * ON_DISK * at_once, on_disk, *most)?;
    room("in memory", records * IN_MEMORY, in_memory, *most)
}

fn room(place: &str, wanted: u64, free: u64, records: usize) -> Result<()> {
    if wanted <= free {
        return Ok(());
    }
    let size = Stock::texts(records).size();
    let [wanted, free] = [wanted, free].map(said);
    Err(format!("{size} may take {wanted} {place}, and {free} are free: see --large").into())
}

fn said(number: u64) -> String {
    bytes(u32::try_from(number >> 10).map_or(f64::INFINITY, f64::from) * 1024.0)
}

pub(crate) fn measure(
    args: &Args,
    place: &Path,
    progress: &mut dyn Write,
) -> Result<(Vec<Openings>, Vec<Snapshots>)> {
    let kinds = KINDS.into_iter().filter(|kind| args.wants_subject(*kind));
    let kinds: Vec<Kind> = kinds.collect();
    let (mut openings, mut snapshots) = (Vec::new(), Vec::new());
    if args.wants_large(Large::Load) {
        for &records in &args.large {
            let rounds = if args.quick || records > MANY { 3 } else { 5 };
            let at_once = if records > MANY { 1 } else { KINDS.len() };
            for from in From::ALL {
                for kinds in kinds.chunks(at_once) {
                    openings.extend(opened(kinds, place, (records, from), rounds, progress)?);
                }
            }
        }
    }
    if let Some(&records) = args.large.first()
        && args.wants_large(Large::Snapshot)
    {
        snapshots = snapshots_of(&kinds, place, records, progress)?;
    }
    Ok((openings, snapshots))
}

/// The openings of these, who take turns.
fn opened(
    kinds: &[Kind],
    place: &Path,
    (records, from): (usize, From),
    rounds: usize,
    progress: &mut dyn Write,
) -> Result<Vec<Openings>> {
    let size = Stock::texts(records).size();
    // Progress is a courtesy, here and below; the numbers are worth more than its lines.
    let _ = writeln!(progress, "opening from a {}, {size}", from.label());
    let mut filled = Vec::new();
    for &kind in kinds {
        let folder = Folder::fresh(place, kind.label())?;
        child(Deed::Fill(from), kind, records, &folder, progress)?;
        let disk = folder.bytes()?;
        let _ = writeln!(progress, "  {:28} is filled: {}", kind.name(), said(disk));
        filled.push((folder, Openings { kind, from, records, disk, rounds: Vec::new() }));
    }
    for number in 0..rounds {
        for turn in 0..filled.len() {
            let at = (turn + number) % filled.len();
            let (folder, openings) = &mut filled[at];
            let kind = openings.kind;
            // What is read from the disk is the disk's; it was just written, as after a restart.
            let told = child(Deed::Load, kind, records, folder, progress)?;
            let [nanoseconds, peak, resident] =
                told.try_into().map_err(|_| "a child said nothing that was expected")?;
            let seconds = nanoseconds / 1e9;
            let (name, memory) = (kind.name(), bytes(peak));
            let _ = writeln!(progress, "  {name:28} {seconds:>9.3} s, {memory} at most");
            openings.rounds.push(Opening { seconds, peak, resident });
        }
    }
    let mut all = Vec::new();
    for (folder, openings) in filled {
        folder.clear()?;
        all.push(openings);
    }
    Ok(all)
}

fn snapshots_of(
    kinds: &[Kind],
    place: &Path,
    records: usize,
    progress: &mut dyn Write,
) -> Result<Vec<Snapshots>> {
    let of_one = |kind: &Kind| Snapshots { kind: *kind, records, rounds: Vec::new() };
    let mut all: Vec<Snapshots> = kinds.iter().map(of_one).collect();
    let _ = writeln!(progress, "a snapshot beside a writer, {}", Stock::texts(records).size());
    for _ in 0..3 {
        for of_one in &mut all {
            let folder = Folder::fresh(place, of_one.kind.label())?;
            let told = child(Deed::Snapshot, of_one.kind, records, &folder, progress)?;
            let [seconds, pause_before, pause, rate, resident, peak] =
                told.try_into().map_err(|_| "a child said nothing that was expected")?;
            let _ = writeln!(
                progress,
                "  {:28} {seconds:>9.3} s, longest pause {:>9.1} ms (before {:.1} ms), memory {:.2} x",
                of_one.kind.name(),
                pause * 1e3,
                pause_before * 1e3,
                peak / resident,
            );
            let taken = Snapshot { seconds, pause_before, pause, rate, resident, peak };
            of_one.rounds.push(taken);
            folder.clear()?;
        }
    }
    Ok(all)
}

/// The numbers that a child tells. What it says meanwhile is passed on.
fn child(
    deed: Deed,
    kind: Kind,
    records: usize,
    folder: &Folder,
    progress: &mut dyn Write,
) -> Result<Vec<f64>> {
    Child { deed, kind, records, folder: folder.path().to_owned() }.told(progress)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_room_is_refused_with_what_it_needs() {
        assert!(room("in memory", 10 << 30, 10 << 30, 10_000_000).is_ok());
        let refused = room("in memory", 16 << 30, 12 << 30, 10_000_000).unwrap_err().to_string();
        for part in ["10 M records", "17.2 GB in memory", "12.9 GB are free", "--large"] {
            assert!(refused.contains(part), "{refused}");
        }
    }
}
