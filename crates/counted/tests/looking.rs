//! Values are there as long as anybody has them, and are dropped once.
#![cfg(not(shuttle))]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use forebay_counted::{Counted, Showcase};

/// Says how many of it are alive: one more than there are others of the `Arc`.
fn alive(value: &Arc<()>) -> usize {
    Arc::strong_count(value) - 1
}

#[test]
fn the_last_one_who_lets_go_drops_the_value() {
    let value = Arc::new(());
    let first = Counted::new(Arc::clone(&value));
    let second = first.clone();
    assert!(Counted::ptr_eq(&first, &second));
    assert_eq!(Counted::count(&first), 2);
    drop(first);
    assert_eq!(alive(&value), 1);
    drop(second);
    assert_eq!(alive(&value), 0);
}

#[test]
fn only_the_last_one_gets_the_value_itself() {
    let mut first = Counted::new(7);
    let second = first.clone();
    assert_eq!(Counted::get_mut(&mut first), None);
    assert_eq!(Counted::into_inner(second), None);
    *Counted::get_mut(&mut first).unwrap() += 1;
    assert_eq!(Counted::into_inner(first), Some(8));
}

#[test]
fn what_is_shown_is_found_and_counted_when_it_is_covered() {
    let mut mine = Counted::new(7);
    let showcase = Showcase::new();
    assert!(showcase.look().is_none());
    showcase.show(&mine);
    let look = showcase.look().unwrap();
    drop(showcase.look());
    assert!(Counted::ptr_eq(&mine, &look));
    assert!(Counted::get_mut(&mut mine).is_none(), "it is shown");
    assert_eq!(showcase.cover(), 2);
    assert!(showcase.look().is_none());
    assert_eq!(Counted::count(&mine), 2);
    drop(look);
    assert_eq!(Counted::count(&mine), 1);
    assert!(Counted::get_mut(&mut mine).is_some());
    assert_eq!(showcase.cover(), 0);
}

#[test]
fn a_showcase_keeps_what_it_shows() {
    let value = Arc::new(());
    let showcase = Showcase::new();
    showcase.show(&Counted::new(Arc::clone(&value)));
    assert_eq!(alive(&value), 1);
    let look = showcase.look().unwrap();
    showcase.show(&Counted::new(Arc::clone(&value)));
    assert_eq!(alive(&value), 2, "the first one is looked at");
    drop(look);
    assert_eq!(alive(&value), 1);
    drop(showcase);
    assert_eq!(alive(&value), 0);
}

#[test]
fn who_comes_after_the_last_that_is_set_aside_finds_nothing() {
    let mine = Counted::new(());
    let showcase = Showcase::new();
    showcase.show(&mine);
    for _ in 0..65_535 {
        assert!(showcase.look().is_some());
    }
    assert!(showcase.look().is_none());
    showcase.show(&mine);
    assert!(showcase.look().is_some());
    assert_eq!(showcase.cover(), 1);
    assert_eq!(Counted::count(&mine), 1);
}

#[test]
fn however_many_come_too_late_what_is_shown_is_given_back() {
    // More than the lower bits of a word can count.
    let too_late = if cfg!(miri) { 100 } else { 1_100_000 };
    let value = Arc::new(());
    let showcase = Showcase::new();
    for _ in 0..too_late {
        assert!(showcase.look().is_none());
    }
    let mine = Counted::new(Arc::clone(&value));
    showcase.show(&mine);
    for _ in 0..65_535 {
        assert!(showcase.look().is_some());
    }
    for _ in 0..too_late {
        assert!(showcase.look().is_none());
    }
    assert_eq!(showcase.cover(), 65_535);
    assert_eq!(Counted::count(&mine), 1);
    drop(mine);
    assert_eq!(alive(&value), 0);
}

#[test]
fn many_threads_look_at_what_another_one_shows_and_takes_away() {
    let rounds = if cfg!(miri) { 30 } else { 20_000 };
    let alive = Arc::new(());
    let showcase: Showcase<(Arc<()>, String, u64)> = Showcase::new();
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    if let Some(look) = showcase.look() {
                        assert_eq!(look.1, look.2.to_string());
                    }
                }
            });
        }
        let mut looks = 0;
        for round in 0..rounds {
            let mut mine = Counted::new((Arc::clone(&alive), round.to_string(), round));
            showcase.show(&mine);
            looks += showcase.cover();
            while Counted::get_mut(&mut mine).is_none() {
                thread::yield_now();
            }
            // Nobody else looks at it: it can be changed, and is shown as it is then.
            let (_, number, again) = Counted::get_mut(&mut mine).unwrap();
            (*number, *again) = ((round + 1).to_string(), round + 1);
            showcase.show(&mine);
        }
        is_over.store(true, Ordering::Relaxed);
        std::hint::black_box(looks);
    });
    drop(showcase);
    assert_eq!(Arc::strong_count(&alive), 1);
}
