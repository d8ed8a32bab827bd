//! A journal of many batches comes to the same, whoever makes values of it, and in whatever order.

use std::sync::Arc;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::{Mode, OpenReport, State, Tables};
use forebay_store::seam::ThreadPool;
use forebay_store::seam::manual::InlineSpawn;
use forebay_store::{Durability, ErrorKind};

use super::notes::{
    Content, Notes, PANICKING, UNREADABLE, content_of, helpers, named, note, open, panics,
};

/// Writes several batches, with what `each` puts before transaction number so and so.
fn write(mut each: impl FnMut(u64, &State<Notes>, &mut Content)) -> (SimulatedDisk, Content) {
    let disk = SimulatedDisk::new(1);
    let state = open(&disk, Arc::new(InlineSpawn), Mode::Strict).unwrap();
    let mut content = Content::default();
    for at in 0..1200_u64 {
        each(at, &state, &mut content);
        let written = state.write_at(Durability::Journaled, |tx| {
            for step in 0..4 {
                let number = at * 4 + step;
                // Some come again soon, some much later, some are deleted between.
                let key = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) % 1500;
                if number % 7 == 3 {
                    tx.named.delete(&named(key));
                    content.named.remove(&named(key));
                } else {
                    tx.named.put(named(key), note(number))?;
                    content.named.insert(named(key), note(number));
                }
                tx.numbered.put(key % 500, note(number))?;
                content.numbered.insert(key % 500, note(number));
            }
            Ok(())
        });
        written.unwrap();
    }
    state.sync().wait().unwrap();
    drop(state);
    disk.kill();
    (disk, content)
}

fn counts(report: &OpenReport) -> (u64, u64, u64) {
    (report.transactions, report.changes, report.quarantined.values().sum())
}

fn same(disk: &SimulatedDisk, expected: &Content) {
    let mut counted = None;
    for spawn in helpers() {
        let disk = disk.copy();
        disk.kill();
        let state = open(&disk, spawn, Mode::Strict).unwrap();
        assert!(content_of(&state) == *expected, "not all is as it was written");
        let counts = counts(state.report());
        assert_eq!(*counted.get_or_insert(counts), counts);
        assert!(counts.0 >= 1200 && counts.1 >= 9000, "{counts:?}");
    }
}

#[test]
fn many_batches_come_to_the_same_with_and_without_helpers() {
    let (disk, content) = write(|_, _, _| ());
    same(&disk, &content);
}

#[test]
fn what_has_to_be_done_in_order_is_in_the_middle_of_others() {
    let (disk, content) = write(|at, state, content| {
        if at % 500 == 400 {
            state
                .write_at(Durability::Journaled, |tx| {
                    tx.named.clear();
                    Ok(())
                })
                .unwrap();
            content.named.clear();
        }
    });
    same(&disk, &content);
}

#[test]
fn an_unreadable_value_is_no_loss_once_it_was_replaced() {
    let put = |number, state: &State<Notes>| {
        let name = "the one that matters".to_owned();
        state.write_at(Durability::Journaled, |tx| tx.named.put(name, note(number)))
    };
    let key = || "the one that matters".to_owned();
    let (disk, content) = write(|at, state, content| match at {
        100 => put(UNREADABLE, state).unwrap(),
        900 => {
            put(5, state).unwrap();
            content.named.insert(key(), note(5));
        }
        _ => {}
    });
    same(&disk, &content);

    let (disk, content) = write(|at, state, _| {
        if at == 100 {
            put(UNREADABLE, state).unwrap();
        }
    });
    for spawn in helpers() {
        let disk = disk.copy();
        disk.kill();
        let error = open(&disk, spawn, Mode::Strict).map(drop).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
        assert!(error.to_string().contains("unlucky"), "{error}");
        // Such an opening waits for its snapshot, so somebody has to make that.
        let spawn = Arc::new(ThreadPool::new(2));
        let state = open(&disk, spawn, Mode::Recover).unwrap();
        assert!(content_of(&state) == content, "the others are there");
        assert_eq!((state.read().quarantine().len(), counts(state.report()).2), (1, 1));
    }
}

#[test]
fn a_type_that_panics_under_a_helper_is_read_by_who_opens() {
    let key = || "the one that panics".to_owned();
    let (disk, content) = write(|at, state, content| {
        if at == 100 {
            let put = |tx: &mut <Notes as Tables>::Tx<'_>| tx.named.put(key(), note(PANICKING[0]));
            state.write_at(Durability::Journaled, put).unwrap();
            content.named.insert(key(), note(PANICKING[0]));
        }
    });
    same(&disk, &content);
    assert!(panics(0) > 0, "no helper has read it");
}
