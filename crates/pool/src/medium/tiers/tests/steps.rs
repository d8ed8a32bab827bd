//! The steps of the table in the orders that are rare.

use crate::medium::Place;
use crate::medium::tiers::table::{Lower, Picked, Spot, Table, Unneeded};

fn place(file: u64) -> Place {
    Place { part: 0, file, at: 0, length: 1000 }
}

fn lower(file: u64) -> Lower {
    Lower { place: place(file), offset: 4096 }
}

/// A table with one blob, and its number.
fn with_one() -> (Table, u64) {
    let mut table = Table::new(2);
    assert!(table.announce());
    let number = table.enter(place(1), 128);
    (table, number)
}

fn picked(table: &mut Table) -> Picked {
    table.pick().unwrap()
}

#[test]
fn one_that_moves_is_not_picked_twice() {
    let (mut table, _) = with_one();
    assert_eq!(picked(&mut table).place, place(1));
    assert_eq!(table.pick(), None);
}

#[test]
fn one_that_is_read_when_it_has_moved_is_freed_above_by_the_last_who_reads_it() {
    let (mut table, number) = with_one();
    let moving = picked(&mut table);
    assert_eq!(table.look(number), Some(Spot::Fast(place(1))));
    assert_eq!(table.look(number), Some(Spot::Fast(place(1))));
    assert_eq!(table.moved(moving, lower(9)), Unneeded::default());
    assert_eq!(table.look(number), Some(Spot::Slow(128, lower(9))), "whoever comes now");
    assert_eq!(table.leave(number), Unneeded::default());
    assert_eq!(table.leave(number), Unneeded { fast: Some(place(1)), slow: None });
    let slow = Some(place(9));
    assert_eq!(table.free(number), Some(Unneeded { fast: None, slow }));
}

#[test]
fn one_that_was_freed_while_it_moved_is_freed_twice_by_nobody() {
    let (mut table, number) = with_one();
    let moving = picked(&mut table);
    assert_eq!(table.free(number), Some(Unneeded::default()));
    let (fast, slow) = (Some(place(1)), Some(place(9)));
    assert_eq!(table.moved(moving, lower(9)), Unneeded { fast, slow });

    let (mut table, number) = with_one();
    let moving = picked(&mut table);
    assert_eq!(table.free(number), Some(Unneeded::default()));
    assert_eq!(table.stayed(moving, false), Unneeded { fast, slow: None });
    assert_eq!(table.pick(), None);
}

#[test]
fn one_that_was_linked_while_it_moved_stays() {
    let (mut table, number) = with_one();
    let moving = picked(&mut table);
    assert_eq!(table.link(number), Some(Spot::Fast(place(1))));
    assert_eq!(table.leave(number), Unneeded::default());
    assert_eq!(table.moved(moving, lower(9)), Unneeded { fast: None, slow: Some(place(9)) });
    assert_eq!(table.look(number), Some(Spot::Fast(place(1))));
    assert_eq!(table.leave(number), Unneeded::default());
    assert_eq!(table.pick(), None, "nor does it move later");
}

#[test]
fn one_that_has_no_file_to_be_linked_may_move() {
    let (mut table, number) = with_one();
    table.link(number).unwrap();
    table.unlink(number);
    assert_eq!(table.leave(number), Unneeded::default());
    assert_eq!(picked(&mut table).number, number);
}

#[test]
fn one_that_is_refused_below_is_not_picked_again() {
    let (mut table, _) = with_one();
    let moving = picked(&mut table);
    assert_eq!(table.stayed(moving, true), Unneeded::default());
    assert_eq!(table.pick(), None);
}

#[test]
fn one_that_could_not_be_copied_is_picked_again() {
    let (mut table, number) = with_one();
    let moving = picked(&mut table);
    assert_eq!(table.stayed(moving, false), Unneeded::default());
    assert_eq!(picked(&mut table).number, number);
}

#[test]
fn one_that_could_not_be_copied_is_in_the_way_of_no_other() {
    let (mut table, first) = with_one();
    assert!(table.announce());
    let second = table.enter(place(2), 128);
    let moving = picked(&mut table);
    assert_eq!(moving.number, first);
    assert_eq!(table.stayed(moving, false), Unneeded::default());
    assert_eq!(picked(&mut table).number, second);
    assert!(table.has_movable());
    assert_eq!(picked(&mut table).number, first);
    assert!(!table.has_movable());
}

#[test]
fn there_are_no_more_numbers_than_it_may_have() {
    let (mut table, number) = with_one();
    assert!(table.announce());
    assert!(!table.announce());
    table.forget();
    assert!(table.announce());
    let _ = table.enter(place(2), 128);
    assert!(!table.announce());
    let _ = table.free(number);
    assert!(table.announce());
}
