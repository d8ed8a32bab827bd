//! Watches that come too late.

use forebay_state::{FellBehind, Revision, State};
use forebay_store::ErrorKind;

use crate::shop::Shop;

#[test]
fn a_watch_that_comes_too_late_is_told_what_it_has_missed_and_begins_anew() {
    let state = State::<Shop>::memory();
    let (_, mut watch) = state.watch(Shop::ORDERS).begin().unwrap();
    for number in 0..65_536 {
        state.write(|tx| tx.orders.put(number % 7, String::new())).unwrap();
    }
    assert_eq!(watch.try_next().unwrap().unwrap().revision, Revision(1), "all are kept");
    for number in 0..3 {
        state.write(|tx| tx.orders.put(number, String::new())).unwrap();
    }
    let error = watch.try_next().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    let behind = FellBehind { seen: Revision(1), oldest: Revision(4) };
    assert_eq!(FellBehind::of(&error), Some(&behind));
    assert_eq!(
        error.to_string(),
        "the watch fell behind: it has seen revision 1, and 4 is the oldest kept"
    );
    let error = state.watch(Shop::ORDERS).from(Revision(2)).unwrap_err();
    assert!(FellBehind::of(&error).is_some());
    assert!(state.watch(Shop::ORDERS).from(Revision(3)).is_ok());

    let (view, mut watch) = state.watch(Shop::ORDERS).begin().unwrap();
    state.write(|tx| tx.orders.put(1, String::new())).unwrap();
    assert_eq!(watch.try_next().unwrap().unwrap().revision, Revision(view.revision().0 + 1));
}

#[test]
fn what_was_before_the_first_watch_cannot_be_watched() {
    let state = State::<Shop>::memory();
    for number in 0..3 {
        state.write(|tx| tx.orders.put(number, String::new())).unwrap();
    }
    let error = state.watch(Shop::ORDERS).from(Revision(2)).unwrap_err();
    let behind = FellBehind { seen: Revision(2), oldest: Revision(4) };
    assert_eq!(FellBehind::of(&error), Some(&behind));
    assert!(state.watch(Shop::ORDERS).from(Revision(3)).is_ok());
}
