//! Transactions of those who block nobody.

use std::sync::mpsc;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::{Home, State};
use forebay_store::seam::block_on;
use forebay_store::{Durability, Error, ErrorKind, Result};

use super::edits::Edit;
use super::ledger::{Entry, Ledger, LedgerTx};
use super::model::Content;
use super::rig::Rig;

/// With a pool of threads.
fn opened() -> State<Ledger> {
    State::open(Home::simulated(SimulatedDisk::new(1), "s")).unwrap()
}

fn open_account(id: u32) -> impl FnOnce(&mut LedgerTx<'_>) -> Result<u32> + Send {
    move |tx| Edit::Open(id, 1).make(tx, &mut Content::default()).map(|()| id)
}

#[test]
fn one_thread_has_many_under_way_and_each_is_answered_with_its_result() {
    let state = opened();
    let rungs = [Durability::Memory, Durability::Journaled, Durability::Synced];
    let under_way: Vec<_> = (0..300)
        .map(|id| (id, state.write_async(rungs[id as usize % 3], open_account(id))))
        .collect();
    block_on(async {
        for (id, op) in under_way {
            assert_eq!(op.await.unwrap(), id);
            assert!(state.read().accounts.contains(&id), "it is shown by then");
        }
    });
}

#[test]
fn who_does_not_wait_comes_back_while_somebody_else_has_the_turn() {
    let state = opened();
    let (begun, has_begun) = mpsc::channel();
    let (end, may_end) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let state = &state;
        let slow = scope.spawn(move || {
            state.write(|tx| {
                begun.send(()).unwrap();
                may_end.recv().unwrap();
                tx.entries.put((1, String::new()), Entry::Opened)
            })
        });
        has_begun.recv().unwrap();
        let waiting: Vec<_> =
            (0..100).map(|id| state.write_async(Durability::Journaled, open_account(id))).collect();
        assert!(waiting.iter().all(|op| !op.is_ready()));
        assert!(state.read().accounts.is_empty());
        end.send(()).unwrap();
        slow.join().unwrap().unwrap();
        for op in waiting {
            op.wait().unwrap();
        }
    });
    assert_eq!(state.read().accounts.len(), 100);
}

#[test]
fn an_error_or_a_panic_of_one_in_the_line_changes_nothing_and_harms_no_other() {
    let state = opened();
    let refused = state.write_async(Durability::Journaled, |tx| {
        open_account(1)(tx)?;
        Err::<(), _>(Error::refused("not wanted"))
    });
    let panicked = state.write_async(Durability::Journaled, |tx| {
        open_account(2)(tx)?;
        assert!(tx.accounts.is_empty(), "a closure panics");
        Ok(())
    });
    let good = state.write_async(Durability::Journaled, open_account(3));
    assert_eq!(refused.wait().unwrap_err().kind(), ErrorKind::Refused);
    let error = panicked.wait().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Aborted);
    assert!(error.to_string().contains("a closure panics"), "{error}");
    good.wait().unwrap();
    let keys: Vec<u32> = state.read().accounts.iter().map(|(key, _)| *key).collect();
    assert_eq!(keys, [3]);
}

#[test]
fn a_closure_may_leave_a_transaction_for_later() {
    let state = opened();
    let later = state.clone();
    let op = state
        .write(|tx| {
            open_account(1)(tx)?;
            Ok(later.write_async(Durability::Journaled, open_account(2)))
        })
        .unwrap();
    assert_eq!(op.wait().unwrap(), 2);
    // Where jobs are run at once there is no later, and it is told.
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    let state = rig.state();
    let op =
        state.write(|_| Ok(state.write_async(Durability::Journaled, open_account(1)))).unwrap();
    assert_eq!(op.wait().unwrap_err().kind(), ErrorKind::Invalid);
}

#[test]
fn who_does_not_wait_gets_room_in_the_journal_all_the_same() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    let state = rig.state().clone();
    state.write(open_account(7)).unwrap();
    for round in 0..40_u32 {
        let note = "a note ".repeat(2000);
        let op = state.write_async(Durability::Memory, move |tx| {
            tx.entries.put((7, round.to_string()), Entry::Paid { amount: 1, note: Some(note) })
        });
        op.wait().unwrap();
    }
    assert_eq!(state.read().entries.len(), 41);
    drop(state);
    rig.drop_state();
    rig.disk.kill();
    let found = rig.builder().open().unwrap();
    assert!(found.read().entries.len() > 20, "most of it was written to make room");
}

#[test]
fn a_closed_state_takes_nothing_from_the_line() {
    let state = opened();
    state.close().wait().unwrap();
    let error = state.write_async(Durability::Journaled, open_account(1)).wait().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    let memory = State::<Ledger>::memory();
    let error = memory.write_async(Durability::Synced, open_account(1)).wait().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(memory.write_async(Durability::Memory, open_account(1)).wait().unwrap(), 1);
}
