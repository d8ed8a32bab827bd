//! `forebay journal inspect`.

use std::fmt::Write as _;
use std::io::Write;

use forebay::Result;
use forebay_journal::disk::Place;
use forebay_journal::format::VERSION;
use forebay_journal::format::identity::{Identity, Slot};
use forebay_journal::format::segment;
use forebay_journal::{
    Inspection, Owner, Register, Resident, SHARED_LABEL, SegmentFacts, SegmentState, Verdict,
    Verified, inspect,
};

use super::cache_record::CacheLabel;
use super::command::Common;
use super::exit::{Exit, print};
use super::json::Object;
use super::shared::{tenant_json, tenants};
use super::size::{count, size};
use super::source::{Source, owned_by};
use super::unstored::{Reading, Unstored};
use super::verify;

/// What there is to tell.
struct Facts<'a> {
    common: &'a Common,
    owner: Option<Owner>,
    inspection: Inspection,
    verified: Verified,
    /// What is unstored in it, if it is a cache's.
    unstored: Option<Unstored>,
    /// Who has what in it, if it is shared.
    tenants: Vec<Resident>,
}

/// Tells what is there.
pub(super) fn run(common: &Common, out: &mut dyn Write) -> Result<Exit> {
    let source = Source::new(common);
    let owner = source.owner()?;
    let read = source.directories().and_then(inspect).and_then(|inspection| {
        let label = inspection.identity.as_ref().map(|identity| identity.label.as_str());
        let is_cache = label.is_ok_and(|label| CacheLabel::of(label).is_some());
        let is_shared = label.is_ok_and(|label| label == SHARED_LABEL);
        let read = source.verify_into(
            || (Reading::new(is_cache), is_shared.then(Register::default)),
            |(reading, register), record| {
                reading.take(record);
                if let Some(register) = register {
                    // A record that is none of a shared journal is passed over.
                    let _ = register.take(record);
                }
            },
        )?;
        Ok((inspection, read))
    });
    source.progress.end();
    let (inspection, (verified, (reading, register))) = read?;
    let tenants = register.map_or_else(Vec::new, |register| register.residents().to_vec());
    let unstored = reading.end().map(Unstored::of);
    let facts = Facts { common, owner, inspection, verified, unstored, tenants };
    print(out, &if common.json { facts.json() } else { facts.text() })?;
    Ok(verify::exit(&facts.verified))
}

impl Facts<'_> {
    // Writing to a string cannot fail.
    fn text(&self) -> String {
        let mut text = format!("journal   {}\n", self.common.directory.display());
        match &self.inspection.identity {
            Ok(identity) => {
                let id = hex(&identity.id);
                let label = &identity.label;
                let _ = writeln!(text, "identity  id {id}, label {label:?}, version {VERSION}");
            }
            Err(what) => {
                let _ = writeln!(text, "identity  WRONG: {what}");
            }
        }
        let owner = self.owner.map_or("nobody".into(), owned_by);
        let _ = writeln!(text, "owner     {owner}");
        if let Some(unstored) = &self.unstored {
            let _ = writeln!(text, "cache     {}", unstored.line());
        }
        tenants(&self.tenants, &mut text);
        for (number, slot) in self.inspection.slots.iter().enumerate() {
            let _ = writeln!(text, "slot {number}    {}", self.slot(slot.as_ref()));
        }
        for (number, slot) in self.inspection.second_slots.iter().flatten().enumerate() {
            let _ = writeln!(text, "second {number}  {}", self.slot(slot.as_ref()));
        }
        text.push('\n');
        self.segments(&mut text);
        text.push('\n');
        text.push_str(&verify::verdict(&self.verified));
        text.push_str(verify::hint(&self.verified));
        text
    }

    fn slot(&self, slot: std::result::Result<&Slot, &&str>) -> String {
        let slot = match slot {
            Ok(slot) => slot,
            Err(what) => return format!("WRONG: {what}"),
        };
        let Slot { counter, lowest, highest, durable, first, .. } = slot;
        let closed = if slot.is_clean { ", closed in order" } else { "" };
        let bound = if slot.second.is_some() { ", with a second directory" } else { "" };
        let counts = if self.inspection.slot() == Some(*slot) { "; this one counts" } else { "" };
        let segments = if highest < lowest {
            "no segment".to_owned()
        } else {
            format!("segments {lowest} to {highest}")
        };
        format!(
            "counter {counter}: {segments}, from record {first}, durable to {durable}{closed}{bound}{counts}"
        )
    }

    fn segments(&self, text: &mut String) {
        let _ = writeln!(
            text,
            "{:<20} {:>12} {:>12} {:>9} {:>10} {:>10}  state",
            "segment", "first", "last", "frames", "used", "length"
        );
        for each in &self.inspection.segments {
            let _ = writeln!(
                text,
                "{:<20} {:>12} {:>12} {:>9} {:>10} {:>10}  {}",
                segment::name(each.number),
                or_dash(each.first),
                or_dash(each.last),
                each.frames,
                size(each.used),
                size(each.length),
                self.state(each),
            );
        }
        for (from, to) in &self.inspection.missing {
            let rest =
                if from == to { String::new() } else { format!(" to {}", segment::name(*to)) };
            let _ = writeln!(text, "{}{rest}  MISSING", segment::name(*from));
        }
        let total = Total::of(&self.inspection.segments);
        let _ = writeln!(
            text,
            "{}: {}, {} used of {}; {}",
            count(self.inspection.segments.len() as u64, "segment"),
            count(total.frames, "frame"),
            size(total.used),
            size(total.length),
            count(self.inspection.spares, "spare file"),
        );
    }

    fn state(&self, each: &SegmentFacts) -> String {
        let state = match &each.state {
            SegmentState::Clean => "clean".to_owned(),
            SegmentState::Torn { offset, behind } => {
                let is_good = matches!(self.verified.verdict, Verdict::Good(_));
                let how = if is_good { "torn" } else { "broken" };
                format!("{how} at byte {offset}, {} behind", count(*behind, "frame"))
            }
            SegmentState::Wrong(what) => format!("WRONG: {what}"),
            other => format!("{other:?}"),
        };
        let place = if each.place == Place::Second { "in the second, " } else { "" };
        let retired = if self.inspection.is_retired(each.number) { "retired, " } else { "" };
        format!("{retired}{place}{state}")
    }

    fn json(&self) -> String {
        let Inspection { identity, slots, segments, missing, spares, .. } = &self.inspection;
        let total = Total::of(segments);
        let second = self.inspection.second_slots.iter().flatten();
        let missing =
            missing.iter().map(|(from, to)| Object::new().number("from", *from).number("to", *to));
        let totals = Object::new()
            .number("segments", segments.len() as u64)
            .number("frames", total.frames)
            .number("used", total.used)
            .number("length", total.length)
            .number("spares", *spares);
        let json = Object::new()
            .text("directory", &self.common.directory.display().to_string())
            .object("identity", Some(identity_json(identity.as_ref())))
            .object("owner", self.owner.map(verify::owner_json))
            .object("cache", self.unstored.as_ref().map(Unstored::json))
            .array("tenants", self.tenants.iter().map(tenant_json))
            .array("slots", slots.iter().map(|slot| self.slot_json(slot.as_ref())))
            .array("second_slots", second.map(|slot| self.slot_json(slot.as_ref())))
            .array("segments", segments.iter().map(|each| self.segment_json(each)))
            .array("missing", missing)
            .object("totals", Some(totals))
            .object("verified", Some(verify::json(&self.verified)));
        json.end() + "\n"
    }

    fn slot_json(&self, slot: std::result::Result<&Slot, &&'static str>) -> Object {
        match slot {
            Ok(slot) => Object::new()
                .number("counter", slot.counter)
                .number("lowest", slot.lowest)
                .number("highest", slot.highest)
                .number("first", slot.first)
                .number("durable", slot.durable)
                .is("closed", slot.is_clean)
                .is("second", slot.second.is_some())
                .is("counts", self.inspection.slot() == Some(*slot)),
            Err(what) => Object::new().text("wrong", what),
        }
    }

    fn segment_json(&self, each: &SegmentFacts) -> Object {
        let json = Object::new()
            .number("number", each.number)
            .text("file", &segment::name(each.number))
            .is("second", each.place == Place::Second)
            .number("first", each.first)
            .number("last", each.last)
            .number("frames", each.frames)
            .number("records", each.records)
            .number("witnesses", each.witnesses)
            .number("used", each.used)
            .number("length", each.length)
            .is("retired", self.inspection.is_retired(each.number));
        match &each.state {
            SegmentState::Torn { offset, behind } => json
                .text("state", "torn")
                .number("torn_at", *offset)
                .number("frames_behind", *behind),
            SegmentState::Wrong(what) => json.text("state", "wrong").text("wrong", what),
            _ => json.text("state", "clean"),
        }
    }
}

/// The sums over all segments.
#[derive(Default)]
struct Total {
    frames: u64,
    used: u64,
    length: u64,
}

impl Total {
    fn of(segments: &[SegmentFacts]) -> Self {
        segments.iter().fold(Self::default(), |sum, each| Self {
            frames: sum.frames + each.frames,
            used: sum.used + each.used,
            length: sum.length + each.length,
        })
    }
}

fn identity_json(identity: std::result::Result<&Identity, &&'static str>) -> Object {
    match identity {
        Ok(identity) => Object::new()
            .text("id", &hex(&identity.id))
            .text("label", &identity.label)
            .number("version", VERSION.into()),
        Err(what) => Object::new().text("wrong", what),
    }
}

fn or_dash(number: u64) -> String {
    if number == 0 { "-".into() } else { number.to_string() }
}

/// Bytes as pairs of digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
