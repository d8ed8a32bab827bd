//! A full disk, and back.

use std::time::Duration;

use forebay_journal::disk::simulated::Ending;
use forebay_store::{Durability, ErrorKind};

use super::damage_rig::is_segment;
use super::history::prove;
use super::rig::{Rig, SEGMENT};

/// How much the files take now.
fn taken(rig: &Rig) -> u64 {
    let files = rig.disk.files("a");
    let of = |name: &String| rig.disk.read_live("a", name).unwrap().len().next_multiple_of(4096);
    files.iter().map(|name| of(name) as u64).sum()
}

#[test]
fn a_full_disk_refuses_what_is_new_and_keeps_what_it_acknowledged() {
    for seed in 0..12 {
        let mut rig = Rig::new(seed);
        rig.place = format!("seed {seed}");
        rig.segments = 32;
        rig.open().unwrap();
        rig.append(&[3000]).unwrap();
        rig.disk.set_room(taken(&rig) + (seed % 4) * 4096);
        rig.is_faulty = true;
        let refused = loop {
            match rig.append(&[9000, 50]) {
                Ok(number) => rig.wait(number, Durability::Synced).unwrap(),
                Err(error) => break error,
            }
            assert!(rig.model.last() < 1000, "it takes more than there is room for");
        };
        assert_eq!(refused.kind(), ErrorKind::Busy, "{refused}");
        assert!(rig.make_room(9100).is_err());
        assert_eq!(rig.append(&[9000, 50]).unwrap_err().kind(), ErrorKind::Busy);
        if seed % 3 == 0 {
            rig.end(Ending::PowerCut);
            let error = rig.open().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
        }
        rig.disk.set_room(u64::MAX);
        if seed % 3 == 0 {
            rig.open().unwrap();
        }
        rig.is_faulty = false;
        // Until then it is not tried again.
        rig.clock.advance(Duration::from_secs(10));
        rig.make_room(9100).unwrap();
        let number = rig.append(&[9000, 50]).unwrap();
        rig.wait(number, Durability::Synced).unwrap();
        rig.end(Ending::PowerCut);
        rig.open().unwrap();
        prove(&mut rig);
    }
}

#[test]
fn a_journal_at_its_bound_refuses_what_is_new_until_something_is_retired() {
    for seed in 0..12 {
        let mut rig = Rig::new(seed);
        rig.place = format!("seed {seed}");
        rig.open().unwrap();
        loop {
            let lengths = [2000 + usize::try_from(seed).unwrap() * 900];
            let Err(error) = rig.append(&lengths) else { continue };
            assert_eq!(error.kind(), ErrorKind::Busy);
            if let Err(error) = rig.make_room(lengths[0] + 50) {
                assert_eq!(error.kind(), ErrorKind::Busy, "{error}");
                break;
            }
        }
        // However often it is opened, there are not more and more segments.
        for _ in 0..12 {
            rig.end(Ending::Kill);
            rig.open().unwrap();
            let bound = (rig.segments + 3) * SEGMENT + 5 * 4096;
            assert!(taken(&rig) <= bound, "{}: {} > {bound}", rig.place, taken(&rig));
            if let Ok(number) = rig.append(&[10]) {
                rig.wait(number, Durability::Journaled).unwrap();
            }
        }
        let last = rig.model.last();
        rig.wait(last, Durability::Synced).unwrap();
        rig.retire(last).unwrap();
        rig.make_room(5000).unwrap();
        prove(&mut rig);
    }
}

#[test]
fn what_was_retired_goes_even_if_the_power_failed_meanwhile() {
    for seed in 0..40 {
        let mut rig = Rig::new(seed);
        rig.place = format!("seed {seed}");
        rig.open().unwrap();
        for _ in 0..3 {
            rig.make_room(50_100).unwrap();
            let last = rig.append(&[50_000]).unwrap();
            rig.wait(last, Durability::Synced).unwrap();
        }
        let needed = rig.model.last() + 1;
        rig.disk.cut_after_change(seed % 20);
        let _ = rig.retire(needed);
        rig.end(Ending::PowerCut);
        rig.open().unwrap();
        rig.retire(needed).unwrap();
        let segments = rig.disk.files("a").into_iter().filter(|name| is_segment(name)).count();
        // What is written to, what is prepared, and one more if it is the last with records.
        assert!(segments <= 3, "{}: {:?}", rig.place, rig.disk.files("a"));
    }
}
