//! The process that starts the children and collects what they say.

use std::ffi::OsStr;
use std::io::Write;

use forebay_measure::{Folder, child, told};

use super::child::Deed;
use crate::args::Args;
use crate::effort::Effort;
use crate::measured::{Opening, Recovery};
use crate::subjects::{Kind, Result};
use forebay_measure::clock::now;

pub(crate) fn measure(
    args: &Args,
    effort: Effort,
    progress: &mut dyn Write,
) -> Result<Vec<Recovery>> {
    let begun = now();
    let mut filled = Vec::new();
    for kind in Kind::all_that_recover() {
        let folder = Folder::fresh(&args.folder, kind.label())?;
        told_by_child(Deed::Fill, kind, args.records(), &folder)?;
        let disk = folder.bytes()?;
        filled.push((folder, Recovery { kind, disk, openings: Vec::new() }));
    }
    for number in 0..effort.recovery_rounds {
        for turn in 0..filled.len() {
            let at = (turn + number * 2) % filled.len();
            let (folder, recovery) = &mut filled[at];
            folder.forget()?;
            let said = told_by_child(Deed::Load, recovery.kind, args.records(), folder)?;
            recovery.openings.push(opening(&said).ok_or("a child said nothing that was expected")?);
        }
    }
    let title = format!("Opening with {} records", args.records());
    let _ = writeln!(progress, "{title}: {:.1} s", begun.elapsed().as_secs_f64());
    let mut recoveries = Vec::new();
    for (folder, recovery) in filled {
        folder.clear()?;
        let (name, seconds) = (recovery.kind.name(), recovery.seconds());
        let memory = recovery.spread(|opening| opening.memory).median / 1e6;
        let _ = writeln!(progress, "  {name:28} {seconds:>9.3} s, {memory:>8.0} MB");
        recoveries.push(recovery);
    }
    Ok(recoveries)
}

fn told_by_child(deed: Deed, kind: Kind, records: usize, folder: &Folder) -> Result<String> {
    let count = records.to_string();
    let words = [deed.word(), kind.label(), &count].map(OsStr::new);
    let mut child = child(words.into_iter().chain([folder.path().as_os_str()]))?;
    // What it says meanwhile is of interest only if it fails.
    let failed = |error| format!("{}, {} {records}: {error}", kind.name(), deed.word());
    Ok(told(&mut child, &mut |_| ()).map_err(failed)?)
}

fn opening(said: &str) -> Option<Opening> {
    let mut numbers = said.split_whitespace().map(|number| number.parse::<f64>().ok());
    let seconds = numbers.next()?? / 1e9;
    Some(Opening { seconds, memory: numbers.next()?? })
}
