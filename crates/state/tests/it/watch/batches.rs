//! What a watch gives out.

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::{Batch, Home, Revision, State, Tables, Watch};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, Error};

use crate::shop::Shop;
use crate::tokens::{Fragile, Token, Tokens};

type Seen = (u64, bool, Vec<(String, Option<u64>)>);

fn seen(batch: &Batch<String, u64>) -> Seen {
    let changes = batch.changes.iter();
    let changes = changes.map(|change| (change.key().clone(), change.value().copied()));
    (batch.revision.0, batch.is_cleared, changes.collect())
}

fn all<T: Tables>(watch: &mut Watch<T, forebay_state::Table<String, u64>>) -> Vec<Seen> {
    std::iter::from_fn(|| watch.try_next().unwrap()).map(|batch| seen(&batch)).collect()
}

fn put(name: &str, value: u64) -> (String, Option<u64>) {
    (name.to_owned(), Some(value))
}

#[test]
fn each_transaction_is_a_batch_with_one_change_a_key_in_their_order() {
    let state = State::<Shop>::memory();
    state.write(|tx| tx.users.put("before".into(), 0)).unwrap();
    let (view, mut watch) = state.watch(Shop::USERS).begin().unwrap();
    assert_eq!((view.revision(), watch.seen()), (Revision(1), Revision(1)));
    state
        .write(|tx| {
            tx.users.put("bob".into(), 1)?;
            tx.users.put("ada".into(), 1)?;
            tx.users.put("ada".into(), 2)
        })
        .unwrap();
    state.write(|tx| tx.orders.put(1, "passed over".into())).unwrap();
    state
        .write(|tx| Err::<(), _>(Error::refused(tx.users.put("no".into(), 1).is_ok().to_string())))
        .unwrap_err();
    state.write(|tx| Ok(tx.users.delete("ada"))).unwrap();
    state
        .write(|tx| {
            tx.users.clear();
            tx.users.put("eve".into(), 3)
        })
        .unwrap();
    assert_eq!(
        all(&mut watch),
        [
            (2, false, vec![put("ada", 2), put("bob", 1)]),
            (4, false, vec![("ada".to_owned(), None)]),
            (5, true, vec![put("eve", 3)]),
        ]
    );
    assert_eq!(watch.seen(), Revision(5));
}

#[test]
fn a_range_has_its_own_keys_only_and_is_told_of_a_clear() {
    let state = State::<Shop>::memory();
    let range = "b".to_owned().."d".to_owned();
    let (_, mut watch) = state.watch(Shop::USERS).range(range).begin().unwrap();
    for name in ["a", "b", "c", "d"] {
        state.write(|tx| tx.users.put(name.into(), 1)).unwrap();
    }
    state.write(|tx| tx.users.retain(|_, _| false)).unwrap();
    state.write(|tx| tx.users.put("a".into(), 1)).unwrap();
    state
        .write(|tx| {
            tx.users.clear();
            Ok(())
        })
        .unwrap();
    let gone = |name: &str| (name.to_owned(), None);
    assert_eq!(
        all(&mut watch),
        [
            (2, false, vec![put("b", 1)]),
            (3, false, vec![put("c", 1)]),
            (5, false, vec![gone("b"), gone("c")]),
            (7, true, vec![]),
        ]
    );
}

#[test]
fn another_watch_goes_on_where_one_has_stopped() {
    let state = State::<Shop>::memory();
    let (_, mut first) = state.watch(Shop::USERS).begin().unwrap();
    for value in 0..5 {
        state.write(|tx| tx.users.put("ada".into(), value)).unwrap();
    }
    assert_eq!(
        first.try_next().unwrap().map(|batch| seen(&batch)),
        Some((1, false, vec![put("ada", 0)]))
    );
    let mut second = state.watch(Shop::USERS).from(first.seen()).unwrap();
    drop(first);
    assert_eq!(all(&mut second).len(), 4);
    let error = state.watch(Shop::USERS).from(Revision(6)).unwrap_err();
    assert_eq!(error.kind(), forebay_store::ErrorKind::Invalid);
}

#[test]
fn what_is_not_shown_is_not_told() {
    let home = Home::simulated(SimulatedDisk::new(1), "shop");
    let state = State::<Shop>::builder(home).seams(ManualClock::new().seams(1)).open().unwrap();
    let (_, mut watch) = state.watch(Shop::USERS).begin().unwrap();
    let ticket = state.submit(Durability::Synced, |tx| tx.users.put("ada".into(), 1)).unwrap();
    let second = state.submit(Durability::Synced, |tx| tx.users.put("bob".into(), 2)).unwrap();
    assert!(watch.try_next().unwrap().is_none());
    second.receipt.shown().wait().unwrap();
    let told: Vec<_> = all(&mut watch).into_iter().map(|(_, _, changes)| changes).collect();
    assert_eq!(told, [[put("ada", 1)], [put("bob", 2)]]);
    drop(ticket);
}

#[test]
fn nothing_is_kept_when_nobody_watches_any_more() {
    let state = State::<Tokens>::memory();
    let (view, watch) = state.watch(Tokens::TOKENS).begin().unwrap();
    drop(view);
    let token = Token::default();
    let life = std::sync::Arc::downgrade(&token.life);
    state.write(|tx| tx.tokens.put(Fragile(1), token)).unwrap();
    for _ in 0..3 {
        state.write(|tx| tx.tokens.put(Fragile(1), Token::default())).unwrap();
    }
    assert!(life.upgrade().is_some(), "it is still to be told");
    drop(watch);
    state.write(|tx| tx.tokens.put(Fragile(1), Token::default())).unwrap();
    assert!(life.upgrade().is_none());
    state.write(|tx| tx.tokens.put(Fragile(1), Token::default())).unwrap();
    let (_, mut watch) = state.watch(Tokens::TOKENS).begin().unwrap();
    assert!(watch.try_next().unwrap().is_none());
    state.write(|tx| tx.tokens.put(Fragile(1), Token::default())).unwrap();
    assert_eq!(watch.try_next().unwrap().unwrap().revision, state.revision());
}
