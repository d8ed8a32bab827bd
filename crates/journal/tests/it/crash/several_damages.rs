//! Several places damaged at once (G13). What the format can tell is refused; what it cannot is known
//! here to the last pair, and told in docs/format/journal.md.

use forebay_journal::disk::simulated::SimulatedDisk;

use super::damage_rig::{AtRest, Outcome};

const SEGMENT: &str = "0000000000000001.seg";

/// A place that tells something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    OlderSlot,
    NewerSlot,
    FirstFrame,
    Witness,
    SegmentHeader,
}

use Place::{FirstFrame, NewerSlot, OlderSlot, SegmentHeader, Witness};

const PLACES: [Place; 5] = [OlderSlot, NewerSlot, FirstFrame, Witness, SegmentHeader];

/// How it is damaged: a bit of its magic, of its numbers, of its last bytes; or nothing is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Harm {
    Magic,
    Number,
    End,
    Wiped,
}

const HARMS: [Harm; 4] = [Harm::Magic, Harm::Number, Harm::End, Harm::Wiped];

/// A journal of one synced group and a witness.
struct Small {
    rest: AtRest,
    /// The block in `journal` of the slot that counts.
    newer: u64,
}

impl Small {
    fn new(is_closed: bool) -> Self {
        let rest = AtRest::new(&[&[&[20, 7]]]);
        rest.rig.clock.advance(std::time::Duration::from_secs(1));
        let rest = if is_closed { rest.close() } else { rest.end() };
        let slots = rest.bytes("journal");
        let counter = |block: usize| slots[block * 4096 + 16..][..8].to_vec();
        let newer = if counter(1) > counter(2) { 1 } else { 2 };
        Self { rest, newer }
    }

    fn harm(&self, disk: &SimulatedDisk, place: Place, harm: Harm) {
        // Where it begins, its number, and its end.
        let (name, begin, number, end) = match place {
            OlderSlot => ("journal", (3 - self.newer) * 4096, 16, 4095),
            NewerSlot => ("journal", self.newer * 4096, 16, 4095),
            SegmentHeader => (SEGMENT, 0, 32, 4095),
            FirstFrame => (SEGMENT, 4096, 24, 40 + 1 + 20),
            Witness => (SEGMENT, 8192, 24, 39),
        };
        let byte = match harm {
            Harm::Magic => begin,
            Harm::Number => begin + number,
            Harm::End => begin + end,
            Harm::Wiped => {
                let file = disk.directory("a").open(name, true).unwrap();
                assert_eq!(file.write_at(&[0; 4096], begin).unwrap(), 4096);
                return;
            }
        };
        assert!(disk.flip_bit("a", name, byte * 8));
    }

    /// What comes of each kind of harm to each of these places at once.
    fn each(&self, places: &[Place], see: &mut dyn FnMut(&str, &[Harm], Outcome)) {
        for number in 0..HARMS.len().pow(u32::try_from(places.len()).unwrap()) {
            let harms: Vec<_> = (0..u32::try_from(places.len()).unwrap())
                .map(|at| HARMS[number / HARMS.len().pow(at) % HARMS.len()])
                .collect();
            let what = format!("{places:?} {harms:?}");
            let outcome = self.rest.damaged(&what, |disk| {
                for (place, harm) in places.iter().zip(&harms) {
                    self.harm(disk, *place, *harm);
                }
            });
            see(&what, &harms, outcome);
        }
    }

    /// No harm to these places loses a record without an error.
    fn is_safe(&self, places: &[Place]) {
        self.each(places, &mut |what, _, outcome| {
            assert!(!matches!(outcome, Outcome::Fewer(..)), "{what}: {outcome:?}");
        });
    }

    /// Any harm to these places loses the group, and that is reported if a trace of it is left.
    fn is_not_told(&self, places: &[Place]) {
        self.each(places, &mut |what, harms, outcome| {
            let Outcome::Fewer(0, recovery) = &outcome else { panic!("{what}: {outcome:?}") };
            let frames = places.iter().zip(harms);
            let mut frames = frames.filter(|(place, _)| matches!(place, FirstFrame | Witness));
            let is_trace = frames.any(|(_, harm)| *harm != Harm::Wiped);
            assert_eq!(recovery.torn.is_some(), is_trace, "{what}: {recovery:?}");
        });
    }
}

#[test]
fn no_single_place_and_no_two_of_a_closed_journal_lose_a_record_silently() {
    let small = Small::new(true);
    for (at, one) in PLACES.iter().enumerate() {
        small.is_safe(&[*one]);
        for other in &PLACES[at + 1..] {
            small.is_safe(&[*one, *other]);
        }
    }
}

#[test]
fn of_an_idle_journal_only_the_last_group_and_its_witness_are_lost_together() {
    let small = Small::new(false);
    for (at, one) in PLACES.iter().enumerate() {
        small.is_safe(&[*one]);
        for other in
            PLACES[at + 1..].iter().filter(|other| (*one, **other) != (FirstFrame, Witness))
        {
            small.is_safe(&[*one, *other]);
        }
    }
    small.is_not_told(&[FirstFrame, Witness]);
}

#[test]
fn of_a_closed_journal_three_places_must_be_harmed_for_a_loss_that_is_no_error() {
    let small = Small::new(true);
    for (first, one) in PLACES.iter().enumerate() {
        for (second, two) in PLACES.iter().enumerate().skip(first + 1) {
            for three in &PLACES[second + 1..] {
                let places = [*one, *two, *three];
                if places == [NewerSlot, FirstFrame, Witness] {
                    small.is_not_told(&places);
                } else {
                    small.is_safe(&places);
                }
            }
        }
    }
}
