//! The run: every row, in rounds in which everybody takes a sample.

use std::io::Write;

use forebay_measure::Machine;
use forebay_measure::clock::now;
use forebay_measure::quantity::{ratio, time};
use forebay_store::Result;

use crate::args::Args;
use crate::field::Bench;
use crate::held::{Child, Held};
use crate::keys::Keys;
use crate::measured::{Measured, Place, Sample, Series};
use crate::pair::{Numbers, Pair, Shape, Words};
use crate::row::Row;
use crate::storing::Storing;
use crate::subjects::Kind;

/// How much is done.
struct Effort {
    rounds: usize,
    operations: usize,
    sizes: &'static [u32],
    /// Of rows whose cost depends little on the number of entries.
    size: u32,
    /// Of rows in which several threads work.
    crowded: u32,
}

const FULL: Effort = Effort {
    rounds: 15,
    operations: 20_000,
    sizes: &[1_000, 10_000, 100_000, 1_000_000, 10_000_000],
    size: 100_000,
    crowded: 100_000,
};

const QUICK: Effort = Effort {
    rounds: 5,
    operations: 10_000,
    sizes: &[10_000, 1_000_000],
    size: 100_000,
    crowded: 10_000,
};

/// Above so many entries there is only one shape, and only those who are compared in how they grow.
const MANY: u32 = 1_000_000;

pub(crate) fn run(args: &Args, progress: &mut dyn Write) -> Result<Measured> {
    let (begun, mut machine) = (now(), Machine::look());
    let effort = if args.quick { QUICK } else { FULL };
    let mut all = All { args, effort, series: Vec::new(), progress };
    if args.wants_shape(Shape::Numbers) {
        all.rows(Numbers)?;
    }
    if args.wants_shape(Shape::Words) {
        all.rows(Words)?;
    }
    let series = all.series;
    let held = held(args, progress)?;
    machine.look_again();
    Ok(Measured { machine, quick: args.quick, seconds: begun.elapsed().as_secs(), series, held })
}

struct All<'a> {
    args: &'a Args,
    effort: Effort,
    series: Vec<Series>,
    progress: &'a mut dyn Write,
}

impl All<'_> {
    fn rows<P: Pair>(&mut self, pair: P) -> Result<()> {
        for entries in self.args.sizes(self.effort.sizes) {
            if entries <= MANY || P::SHAPE == Shape::Numbers {
                self.ample(pair, entries)?;
            }
        }
        for entries in self.args.sizes(&[self.effort.size]) {
            self.full(pair, entries)?;
            self.dirty(pair, entries)?;
            self.stored(pair, entries)?;
        }
        Ok(())
    }

    /// Everything is resident, with room for more.
    fn ample<P: Pair>(&mut self, pair: P, entries: u32) -> Result<()> {
        let rows = [
            Row::Hit(1),
            Row::Hit(2),
            Row::Hit(4),
            Row::Warm,
            Row::Miss,
            Row::Put(1),
            Row::Put(2),
            Row::Put(4),
            Row::Again(1),
            Row::Again(2),
            Row::Again(4),
        ];
        let is_crowded = entries == self.effort.crowded;
        let rows = rows.into_iter().filter(|row| row.threads() == 1 || is_crowded);
        let rows: Vec<Row> = rows.filter(|row| self.args.wants(row.part())).collect();
        let is_in = |kind: Kind| entries <= MANY || matches!(kind, Kind::Forebay | Kind::PlainMap);
        let mut benches = self.benches(&rows, is_in, |kind| Bench::ample(kind, entries, pair))?;
        let mut is_dirty = false;
        for row in rows {
            if row.part() == "again" && !is_dirty {
                benches.iter().try_for_each(Bench::make_dirty)?;
                is_dirty = true;
            }
            self.measure(Place { row, shape: P::SHAPE, entries }, &mut benches)?;
        }
        Ok(())
    }

    /// The memory is full.
    fn full<P: Pair>(&mut self, pair: P, entries: u32) -> Result<()> {
        let rows = [Row::Insert, Row::ReadIn];
        self.group(&rows, entries, |kind| Bench::full(kind, entries, pair))?;
        self.group(&[Row::Mix, Row::Scan], entries, |kind| Bench::mixed(kind, entries, pair))
    }

    fn group<P: Pair>(
        &mut self,
        rows: &[Row],
        entries: u32,
        open: impl Fn(Kind) -> Result<Bench<P>>,
    ) -> Result<()> {
        let rows: Vec<Row> =
            rows.iter().copied().filter(|row| self.args.wants(row.part())).collect();
        let mut benches = self.benches(&rows, |_| true, open)?;
        for row in rows {
            self.measure(Place { row, shape: P::SHAPE, entries }, &mut benches)?;
        }
        Ok(())
    }

    fn benches<P: Pair>(
        &self,
        rows: &[Row],
        is_in: impl Fn(Kind) -> bool,
        open: impl Fn(Kind) -> Result<Bench<P>>,
    ) -> Result<Vec<Bench<P>>> {
        let kinds = Kind::ALL.into_iter().filter(|kind| {
            self.args.wants_subject(*kind) && is_in(*kind) && rows.iter().any(|row| kind.does(*row))
        });
        kinds.map(open).collect()
    }

    /// Forebay against itself.
    fn dirty<P: Pair>(&mut self, pair: P, entries: u32) -> Result<()> {
        if !self.args.wants("dirty") {
            return Ok(());
        }
        // All but a 128th of the capacity may be dirty, if it is told so.
        let shares = [0, 50, 90, 99];
        let open = |share| Bench::dirty(share, entries, pair);
        let mut benches: Vec<Bench<P>> = shares.into_iter().map(open).collect::<Result<_>>()?;
        let place = |share| Place { row: Row::Dirty(share), shape: P::SHAPE, entries };
        let mut series: Vec<Series> = shares
            .into_iter()
            .map(|share| Series { place: place(share), kind: Kind::Forebay, samples: Vec::new() })
            .collect();
        for round in 0..=self.effort.rounds {
            for (bench, series) in benches.iter_mut().zip(&mut series) {
                let sample = bench.sample(series.place.row, self.effort.operations)?;
                series.samples.extend((round > 0).then_some(sample));
            }
        }
        self.tell(&series);
        self.series.extend(series);
        Ok(())
    }

    fn stored<P: Pair>(&mut self, pair: P, entries: u32) -> Result<()> {
        if !self.args.wants("stored") {
            return Ok(());
        }
        let mut keys = Keys::new(entries, pair);
        let kinds = Kind::ALL.into_iter().filter(|kind| kind.does(Row::Stored));
        let kinds: Vec<Kind> = kinds.filter(|kind| self.args.wants_subject(*kind)).collect();
        let subjects: Vec<Storing<P>> =
            kinds.iter().map(|kind| Storing::open(*kind, entries)).collect::<Result<_>>()?;
        // A key that is put twice may be stored once, so each is put once in a sample.
        let operations = self.effort.operations.min(entries as usize);
        let mut sample =
            |subject: &Storing<P>| -> Result<Sample> { subject.sample(&keys.resident(operations)) };
        let place = Place { row: Row::Stored, shape: P::SHAPE, entries };
        let mut series: Vec<Series> =
            kinds.iter().map(|kind| Series { place, kind: *kind, samples: Vec::new() }).collect();
        for round in 0..=self.effort.rounds {
            for (subject, series) in subjects.iter().zip(&mut series) {
                let sample = sample(subject)?;
                series.samples.extend((round > 0).then_some(sample));
            }
        }
        self.tell(&series);
        self.series.extend(series);
        Ok(())
    }

    /// The rounds of one row; the first is a warm-up, and nobody looks at it.
    fn measure<P: Pair>(&mut self, place: Place, benches: &mut [Bench<P>]) -> Result<()> {
        let mut taking: Vec<&mut Bench<P>> =
            benches.iter_mut().filter(|bench| bench.kind.does(place.row)).collect();
        let mut series: Vec<Series> = taking
            .iter()
            .map(|bench| Series { place, kind: bench.kind, samples: Vec::new() })
            .collect();
        for round in 0..=self.effort.rounds {
            for turn in 0..taking.len() {
                // Each round begins with somebody else, so that nobody always follows the same one.
                let at = (turn + round) % taking.len();
                let sample = taking[at].sample(place.row, self.effort.operations)?;
                series[at].samples.extend((round > 0).then_some(sample));
            }
        }
        self.tell(&series);
        self.series.extend(series);
        Ok(())
    }

    /// Progress is a courtesy; the numbers are worth more than its lines.
    fn tell(&mut self, series: &[Series]) {
        let Some(first) = series.first() else { return };
        let Place { row, shape, entries } = first.place;
        let _ = writeln!(self.progress, "{}, {}, {entries}", row.title(), shape.label());
        for one in series {
            let (cpu, title) = (one.cpu(), one.place.row.title());
            let _ = writeln!(
                self.progress,
                "  {:34} {:>9} ±{:>2.0} %  {:>7} of {title}; by the clock {:>9}",
                one.kind.name(),
                time(cpu.median),
                cpu.noise() * 100.0,
                ratio(one.ratio_to(first)),
                time(one.wall().median),
            );
        }
    }
}

/// What an entry takes, in a process for each number.
fn held(args: &Args, progress: &mut dyn Write) -> Result<Vec<Held>> {
    let mut all = Vec::new();
    if !args.wants("bytes") {
        return Ok(all);
    }
    // Tables grow in steps, so one number of entries would be luck.
    let sizes: &[u32] = if args.quick { &[1_000_000] } else { &[1_000_000, 1_500_000, 1_600_000] };
    for shape in Shape::ALL.into_iter().filter(|shape| args.wants_shape(*shape)) {
        for kind in Child::KINDS.into_iter().filter(|kind| args.wants_subject(*kind)) {
            let each = args.sizes(sizes).into_iter();
            let each = each.map(|entries| Child::new(kind, shape, entries).told());
            let held = Held { shape, kind, each: each.collect::<Result<_>>()? };
            let (name, bytes) = (kind.name(), held.bytes().median);
            // As above.
            let _ =
                writeln!(progress, "{name:34} {bytes:.0} bytes for an entry of {}", shape.label());
            all.push(held);
        }
    }
    Ok(all)
}
