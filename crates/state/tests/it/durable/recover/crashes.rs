//! The power fails at every step of a recovery.

use forebay_journal::disk::simulated::{Call, Fault, Remains, SimulatedDisk};
use forebay_state::Mode;
use forebay_store::Durability;

use super::scene::{
    Days, days, files, has_kept_the_journal, in_the_journal, is_well, leave, open, snapshot, write,
};

/// Both the journal and the snapshot are damaged.
fn damaged() -> SimulatedDisk {
    let disk = in_the_journal(6);
    let state = open(&disk, Mode::Strict).unwrap();
    state.snapshot().wait().unwrap();
    write(&state, 6..20, 10);
    leave(&disk, state);
    let (name, _) = snapshot(&disk);
    assert!(disk.flip_bit("s", &name, 8 * 150));
    for at in 0..64 {
        assert!(disk.flip_bit(super::scene::JOURNAL, &segment(&disk), 8 * (9000 + at)));
    }
    disk
}

/// The first segment.
fn segment(disk: &SimulatedDisk) -> String {
    let names = disk.files(super::scene::JOURNAL).into_iter();
    names.filter(|name| name != "LOCK" && name != "journal").min().unwrap()
}

fn recovered(disk: &SimulatedDisk) -> Option<Days> {
    let state = open(disk, Mode::Recover).ok()?;
    assert!(state.report().has_loss());
    Some(days(&state))
}

#[test]
fn a_recovery_that_is_cut_off_has_changed_nothing_or_is_done() {
    let begin = damaged();
    let fresh = |seed| {
        let disk = begin.copy();
        disk.power_cut();
        disk.reseed(seed);
        disk
    };
    let before = files(&fresh(0));
    let (snapshot_name, snapshot_bytes) = snapshot(&begin);
    let whole = fresh(0);
    let first = whole.steps();
    let expected = recovered(&whole).unwrap();
    assert!(expected.len() > 2 && expected.len() < 20, "{}", expected.len());
    let steps = whole.steps() - first;
    let (mut refused, mut done) = (0, 0);
    for step in 0..steps {
        for leaves_nothing in [false, true] {
            let disk = fresh(step);
            disk.cut_after(step);
            let is_answered = recovered(&disk).is_some();
            if leaves_nothing {
                disk.power_cut_leaving(Remains::Nothing);
            } else {
                disk.power_cut();
            }
            has_kept_the_journal(&disk, &before);
            // Whoever is strict is refused as before, or finds what was recovered.
            match open(&disk, Mode::Strict) {
                Ok(state) => {
                    assert_eq!(days(&state), expected, "step {step} of {steps}");
                    leave(&disk, state);
                    done += 1;
                }
                Err(error) => {
                    assert!(!is_answered, "step {step} of {steps}: {error}");
                    disk.kill();
                    assert_eq!(recovered(&disk), Some(expected.clone()), "step {step} of {steps}");
                    disk.kill();
                    refused += 1;
                }
            }
            is_well(&disk, &expected);
            has_kept_the_journal(&disk, &before);
            let evidence = [snapshot_name.clone(), format!("damaged-00000001-{snapshot_name}")];
            let mut evidence = evidence.iter().filter_map(|name| disk.read_live("s", name));
            assert!(evidence.any(|bytes| bytes == snapshot_bytes), "step {step} of {steps}");
        }
    }
    assert!(refused > 10 && done > 3, "{refused} {done}");
}

/// What is synced in a state that is opened now survives the power, though nothing else does.
fn keeps_what_is_synced(disk: &SimulatedDisk, case: &str) {
    let state = open(disk, Mode::Recover).unwrap();
    state.write_at(Durability::Synced, |tx| tx.days.put(99, "later".into())).unwrap();
    let expected = days(&state);
    drop(state);
    disk.power_cut_leaving(Remains::Nothing);
    let found = open(disk, Mode::Strict).map(|state| days(&state));
    assert_eq!(found.ok(), Some(expected), "{case}");
}

#[test]
fn what_is_synced_after_a_recovery_was_killed_survives_the_power() {
    let begin = damaged();
    let fresh = || {
        let disk = begin.copy();
        disk.power_cut();
        disk
    };
    let whole = fresh();
    let first = whole.steps();
    recovered(&whole).unwrap();
    for step in 0..whole.steps() - first {
        let disk = fresh();
        disk.kill_after(step);
        drop(open(&disk, Mode::Recover));
        disk.kill();
        keeps_what_is_synced(&disk, &format!("killed at {step}"));
    }
}

#[test]
fn what_is_synced_after_a_recovery_whose_names_were_not_kept_survives_the_power() {
    let begin = damaged();
    let mut failed = 0;
    for nth in 1..40 {
        let disk = begin.copy();
        disk.power_cut();
        disk.fail(Call::SyncDirectory, nth, Fault::Error);
        let recovered = open(&disk, Mode::Recover);
        failed += u32::from(recovered.is_err());
        drop(recovered);
        disk.heal();
        keeps_what_is_synced(&disk, &format!("the sync of names that failed was number {nth}"));
    }
    assert!(failed > 3, "{failed} recoveries failed");
}
