//! Held views: they stop nobody, and nobody changes them.

use std::sync::mpsc;

use forebay_state::State;

use crate::shop::Shop;

#[test]
fn writers_go_on_while_many_views_are_held() {
    let state = State::<Shop>::memory();
    let mut held = Vec::new();
    for number in 0..500 {
        state.write(|tx| tx.orders.put(number, number.to_string())).unwrap();
        held.push(state.read());
    }
    for (number, view) in (0..).zip(&held) {
        assert_eq!(view.orders.len(), number + 1);
        assert_eq!(view.orders.nth(number).map(|(key, _)| *key), Some(number as u64));
        assert_eq!(view.orders.iter().next_back().unwrap().1, &number.to_string());
    }
}

#[test]
fn a_view_may_outlive_its_state() {
    let state = State::<Shop>::memory();
    state.write(|tx| tx.users.put("ada".into(), 1)).unwrap();
    let view = state.read();
    drop(state);
    assert_eq!(view.users.get("ada"), Some(&1));
}

#[test]
fn a_view_may_be_dropped_on_another_thread() {
    let state = State::<Shop>::memory();
    state.write(|tx| tx.users.put("ada".into(), 1)).unwrap();
    let view = state.read();
    let (send, receive) = mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(move || send.send(view.users.get("ada").copied()).unwrap());
    });
    assert_eq!(receive.recv(), Ok(Some(1)));
}

#[test]
fn a_thread_that_reads_many_states_sees_each_as_it_is() {
    let states: Vec<State<Shop>> = (0..20).map(|_| State::memory()).collect();
    for round in 1..4 {
        for (money, state) in (0..).zip(&states) {
            state.write(|tx| tx.users.put("ada".into(), money * round)).unwrap();
        }
        for _ in 0..3 {
            for (money, state) in (0..).zip(&states) {
                assert_eq!(state.read().users.get("ada"), Some(&(money * round)));
            }
        }
    }
}

#[test]
fn a_new_state_is_not_taken_for_one_that_is_gone() {
    let mut held = Vec::new();
    for money in 0..50 {
        let state = State::<Shop>::memory();
        state.write(|tx| tx.users.put("ada".into(), money)).unwrap();
        let view = state.read();
        assert_eq!(view.users.get("ada"), Some(&money));
        held.push(view);
    }
}
