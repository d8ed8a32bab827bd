//! `forebay pool import`.

use std::fmt::Write as _;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use forebay::pool::file_backed::{self, Import, Persisted, Refusal, Report};
use forebay::pool::{Archive, Bincode1, BlobCodec, ByteSize, Object as Value, Pool, Raw};
use forebay::{Error, Result};

use super::super::exit::{Exit, print};
use super::super::json::Object;
use super::super::progress::Progress;
use super::super::size::{count, size};
use super::command::{Brought, Common};

/// As what the objects may be brought over.
pub(super) const KINDS: [&str; 12] =
    ["bytes", "text", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "f32", "f64"];

/// The file of a database of `file_backed`.
const DATABASE: &str = "file_backed.redb";

/// Brings a place of `file_backed` into an archive, and compares the two.
pub(super) fn run(common: &Common, brought: &Brought, out: &mut dyn Write) -> Result<Exit> {
    // Else a word that was mistyped would make an archive.
    let from = place(&common.directory)?;
    let pool = Pool::builder().memory(ByteSize::bytes(brought.memory)).build()?;
    let archive = pool.archive(&brought.to).wait()?;
    let errand = Errand { archive, keeps_good: brought.keeps_good, is_told: common.progress };
    let report = errand.bring(from, &brought.kind)?;
    let text = if common.json { json(&report).end() + "\n" } else { text(&report, brought) };
    print(out, &text)?;
    Ok(if report.damaged == 0 { Exit::Good } else { Exit::Damaged })
}

fn place(path: &Path) -> Result<Persisted> {
    let is_database = path.is_file() || path.join(DATABASE).is_file();
    if is_database { Persisted::open_redb(path) } else { Persisted::open(path) }
}

struct Errand {
    archive: Archive,
    keeps_good: bool,
    is_told: bool,
}

impl Errand {
    fn bring(self, from: Persisted, kind: &str) -> Result<Report> {
        match kind {
            "text" => self.encoded::<String>(from),
            "u8" => self.encoded::<Vec<u8>>(from),
            "u16" => self.encoded::<Vec<u16>>(from),
            "u32" => self.encoded::<Vec<u32>>(from),
            "u64" => self.encoded::<Vec<u64>>(from),
            "i8" => self.encoded::<Vec<i8>>(from),
            "i16" => self.encoded::<Vec<i16>>(from),
            "i32" => self.encoded::<Vec<i32>>(from),
            "i64" => self.encoded::<Vec<i64>>(from),
            "f32" => self.import::<Vec<f32>>(from, &Bincode1, |one, other| {
                one.iter().map(|it| it.to_bits()).eq(other.iter().map(|it| it.to_bits()))
            }),
            "f64" => self.import::<Vec<f64>>(from, &Bincode1, |one, other| {
                one.iter().map(|it| it.to_bits()).eq(other.iter().map(|it| it.to_bits()))
            }),
            _ => self.import::<Bytes>(from, &Raw, |one, other| one == other),
        }
    }

    /// In bincode.
    fn encoded<T: Value + PartialEq>(self, from: Persisted) -> Result<Report>
    where
        Bincode1: BlobCodec<T>,
    {
        self.import::<T>(from, &Bincode1, |one, other| one == other)
    }

    /// The report, also of an import that refused because of what is damaged.
    fn import<T: Value>(
        self,
        from: Persisted,
        codec: &'static dyn BlobCodec<T>,
        is_same: fn(&T, &T) -> bool,
    ) -> Result<Report> {
        let progress = Arc::new(Progress::new(self.is_told));
        let told = Arc::clone(&progress);
        let import = Import::<T>::of(from).written_by(codec).verified_by(is_same);
        let import = import.progress(move |far| {
            told.say(|| line(far));
            ControlFlow::Continue(())
        });
        let import = if self.keeps_good { import.keep_what_is_good() } else { import };
        let done = import.keep_in(&self.archive).wait();
        progress.end_with("all looked at");
        done.or_else(|error| refused(&error).ok_or(error))
    }
}

fn refused(error: &Error) -> Option<Report> {
    let source = std::error::Error::source(error)?.downcast_ref::<Refusal>();
    source.map(|Refusal(report)| report.clone())
}

fn line(far: file_backed::Progress) -> String {
    format!("{} of {}, {}", far.objects, count(far.total, "object"), size(far.bytes))
}

fn text(report: &Report, brought: &Brought) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    for damage in &report.damages {
        let _ = writeln!(text, "DAMAGED: {damage}");
    }
    for name in &report.strangers {
        let _ = writeln!(text, "no object: {name}");
    }
    let Report { found, taken, present, compared, left, damaged, bytes, .. } = report;
    let objects = count(*found, "object");
    let _ = write!(text, "{objects}: {taken} brought over, {present} there before");
    let _ = writeln!(text, ", {compared} compared and the same, {} read", size(*bytes));
    // More than there are: what was there before was compared, and is another.
    let is_compared = *compared > 0 || present + left + damaged > *found;
    if *damaged > 0 && !brought.keeps_good && *taken == 0 && !is_compared {
        let _ = writeln!(text, "nothing was kept: with `--keep-good` the others are");
    }
    text
}

fn json(report: &Report) -> Object {
    let damaged = report.damages.iter().map(|it| {
        let object = Object::new().text("key", &it.key.to_string()).text("place", &it.place);
        object.text("what", &it.error.chain())
    });
    let strangers = report.strangers.iter().map(|name| Object::new().text("name", name));
    Object::new()
        .text("verdict", if report.damaged == 0 { "good" } else { "damaged" })
        .number("found", report.found)
        .number("taken", report.taken)
        .number("present", report.present)
        .number("compared", report.compared)
        .number("bytes", report.bytes)
        .number("damaged_objects", report.damaged)
        .array("damaged", damaged)
        .number("no_objects", report.strange)
        .array("strangers", strangers)
}
