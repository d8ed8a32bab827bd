//! The process ends, or a call fails, at every step of a checkpoint and of a restore.

use forebay_journal::disk::simulated::{Call, Ending, Fault, SimulatedDisk};
use forebay_state::copy::{restore, restore_from};
use forebay_state::{State, Verdict, verify};
use forebay_store::ErrorKind;

use super::checkpoints::{BACKUP, at, now, opened, running};
use super::ledger::Ledger;
use super::model::Content;
use super::rig::Rig;
use super::snapshots::write;

const CALLS: [Call; 8] = [
    Call::List,
    Call::Create,
    Call::Write,
    Call::Read,
    Call::Sync,
    Call::Rename,
    Call::SyncDirectory,
    Call::Remove,
];

/// There is no copy, or a whole one.
fn is_there(disk: &SimulatedDisk, expected: &Content, place: &str) -> bool {
    if disk.files(BACKUP).iter().all(|name| name != "state") {
        return false;
    }
    let verified = verify(&at(disk, BACKUP), |_| Ok(())).unwrap();
    assert!(matches!(verified.verdict, Verdict::Good), "{place}: {verified:?}");
    assert!(opened(at(disk, BACKUP)) == *expected, "{place}");
    true
}

/// Ends a checkpoint at each of its steps; says how many there are.
fn end_everywhere(end: fn(&SimulatedDisk, u64), last: Ending) -> u64 {
    let rig = running();
    let before = rig.disk.steps();
    rig.state().checkpoint(at(&rig.disk, BACKUP)).wait().unwrap();
    let steps = rig.disk.steps() - before;
    let mut found = [0, 0];
    // The last one is not ended before it is answered; what chance leaves then is drawn several times.
    for (draw, step) in (0..=steps).chain([steps; 5]).enumerate() {
        let mut rig = running();
        rig.place = format!("ended at step {step} of {steps}");
        let expected = now(&rig);
        if step < steps {
            end(&rig.disk, step);
        }
        let made = rig.state().checkpoint(at(&rig.disk, BACKUP)).wait();
        assert_eq!(made.is_ok(), step == steps, "{}", rig.place);
        rig.disk.reseed(draw as u64);
        let is_power_cut = rig.end(last);
        // The state is as well as without it.
        rig.open(is_power_cut).unwrap();
        assert!(now(&rig) == expected, "{}", rig.place);
        let is_there = is_there(&rig.disk, &expected, &rig.place);
        assert!(is_there || step < steps, "an answered checkpoint is durable");
        found[usize::from(is_there)] += 1;
        if !is_there {
            // What was left is in nobody's way.
            rig.state().checkpoint(at(&rig.disk, BACKUP)).wait().unwrap();
            assert!(opened(at(&rig.disk, BACKUP)) == expected, "{}", rig.place);
        }
    }
    assert!(found[0] > 10 && found[1] > 0, "{found:?}");
    steps
}

#[test]
fn a_kill_at_any_step_leaves_no_checkpoint_or_a_whole_one() {
    end_everywhere(SimulatedDisk::kill_after, Ending::Kill);
}

#[test]
fn a_power_cut_at_any_step_leaves_no_checkpoint_or_a_whole_one() {
    let steps = end_everywhere(SimulatedDisk::cut_after, Ending::PowerCut);
    assert!(steps > 15, "{steps}");
}

#[test]
fn whichever_call_of_a_checkpoint_fails_the_state_goes_on() {
    for call in CALLS {
        for (nth, fault) in
            [1, 2, 3].into_iter().flat_map(|nth| [(nth, Fault::Error), (nth, Fault::ErrorAfter)])
        {
            let (mut rig, disk) = (running(), SimulatedDisk::new(7));
            let place = format!("{call:?} {nth} {fault:?}");
            let expected = now(&rig);
            disk.fail(call, nth, fault);
            let made = rig.state().checkpoint(at(&disk, BACKUP)).wait();
            disk.heal();
            let is_there = is_there(&disk, &expected, &place);
            assert!(is_there || made.is_err(), "{place}");
            write(&mut rig, 4);
        }
    }
}

/// A checkpoint in a stream and what is in it.
fn stream() -> (Rig, Vec<u8>) {
    let (rig, mut bytes) = (running(), Vec::new());
    rig.state().checkpoint_to(&mut bytes, |_| Ok(())).unwrap();
    (rig, bytes)
}

#[test]
fn a_restore_that_is_cut_off_is_never_taken_for_a_new_state() {
    let (rig, bytes) = stream();
    let expected = now(&rig);
    let run = |disk: &SimulatedDisk| restore_from(bytes.as_slice(), at(disk, BACKUP), |_| Ok(()));
    let steps = {
        let disk = SimulatedDisk::new(1);
        run(&disk).unwrap();
        disk.steps()
    };
    for (seed, is_kill) in [(1, true), (1, false), (2, false)] {
        for step in 0..=steps {
            let place = format!("seed {seed}, ended at step {step} of {steps}");
            let disk = SimulatedDisk::new(seed);
            if step < steps {
                if is_kill { disk.kill_after(step) } else { disk.cut_after(step) }
            }
            assert_eq!(run(&disk).is_ok(), step == steps, "{place}");
            if is_kill {
                disk.kill();
            } else {
                disk.power_cut();
            }
            let has_begun = disk.files(BACKUP).iter().any(|name| name != "LOCK");
            if is_there(&disk, &expected, &place) {
                continue;
            }
            assert!(step < steps, "an answered restore is durable");
            if has_begun {
                let error = State::<Ledger>::open(at(&disk, BACKUP)).map(drop).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Invalid, "{place}");
                assert!(error.to_string().contains("restore it again"), "{place}: {error}");
                let error = run(&disk).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Invalid, "{place}");
                let files = disk.directory(BACKUP);
                files.list().unwrap().iter().for_each(|name| files.remove(name).unwrap());
            }
            run(&disk).unwrap();
            assert!(opened(at(&disk, BACKUP)) == expected, "{place}");
        }
    }
}

#[test]
fn whichever_call_of_a_restore_fails_nothing_is_left() {
    let (rig, bytes) = stream();
    for call in CALLS {
        for (nth, fault) in
            [1, 2, 3].into_iter().flat_map(|nth| [(nth, Fault::Error), (nth, Fault::Full)])
        {
            let (disk, place) = (SimulatedDisk::new(7), format!("{call:?} {nth} {fault:?}"));
            disk.fail(call, nth, fault);
            let made = restore_from(bytes.as_slice(), at(&disk, BACKUP), |_| Ok(()));
            disk.heal();
            if is_there(&disk, &now(&rig), &place) || made.is_ok() {
                continue;
            }
            let left = disk.files(BACKUP);
            // A directory that cannot be listed or changed stays as it is.
            let is_stuck = matches!(call, Call::List | Call::Remove);
            assert!(is_stuck || left.iter().all(|name| name == "LOCK"), "{place}: {left:?}");
            restore_from(bytes.as_slice(), at(&disk, BACKUP), |_| Ok(())).unwrap();
        }
    }
}

#[test]
fn a_full_disk_is_named_and_nothing_is_left() {
    let (_, bytes) = stream();
    let disk = SimulatedDisk::new(7);
    disk.set_room(8192);
    let error = restore_from(bytes.as_slice(), at(&disk, BACKUP), |_| Ok(())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(format!("{error:?}").contains("StorageFull"), "{error:?}");
    assert_eq!(disk.files(BACKUP), ["LOCK"]);
}

#[test]
fn a_checkpoint_that_was_opened_since_is_not_restored() {
    let rig = running();
    let home = at(&rig.disk, BACKUP);
    rig.state().checkpoint(home.clone()).wait().unwrap();
    let to = |name| at(&rig.disk, name);
    restore(home.clone(), to("first"), |_| Ok(())).unwrap();
    assert_eq!(opened(to("first")), now(&rig));
    let copy = State::<Ledger>::open(home.clone()).unwrap();
    copy.close().wait().unwrap();
    let error = restore(home, to("second"), |_| Ok(())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("was opened since"), "{error}");
    let error = restore(to("nothing"), to("second"), |_| Ok(())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(rig.disk.files("second").is_empty());
}
