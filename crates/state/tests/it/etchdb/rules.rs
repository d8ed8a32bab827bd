//! What an import does not do.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::Arc;

use forebay_state::etchdb::{Cause, Import, Phase, Progress};
use forebay_state::{State, Table};
use forebay_store::ErrorKind;

use super::fixture::{folder, shop, shop_lines};

#[derive(State, Clone)]
struct Users {
    #[table(id = 1)]
    table: Table<String, u64>,
}

#[derive(State, Clone)]
struct ShortKeys {
    #[table(id = 1)]
    table: Table<u16, u64>,
}

#[derive(State, Clone)]
struct TextValues {
    #[table(id = 1)]
    table: Table<String, String>,
}

#[test]
fn tables_that_are_not_empty_are_not_mixed_with_what_comes() {
    let state = State::memory();
    state.write(|tx: &mut crate::shop::ShopTx<'_>| tx.users.put("mine".into(), 1)).unwrap();
    let error = shop(&folder("etchdb-0.6.1/shop")).unwrap().run(&state).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(shop_lines(&state), ["0 \"mine\" => 1"]);
}

#[test]
fn a_collection_without_a_table_is_an_error_unless_it_is_left() {
    let import = || {
        let folder = Arc::new(folder("etchdb-0.6.1/shop"));
        Import::<Users>::of(folder).unwrap().table(0, |tx| &mut tx.table)
    };
    let error = import().run(&State::memory()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("collection 1"), "{error}");
    import().leave(1).run(&State::memory()).unwrap();
}

#[test]
fn a_table_of_another_type_is_an_error_before_anything_is_written() {
    let folder = Arc::new(folder("etchdb-0.6.1/shop"));
    let state = State::memory();
    let import = Import::<ShortKeys>::of(folder.clone()).unwrap().leave(1);
    let mut import = import.table(0, |tx| &mut tx.table).keep_what_is_good();
    assert_eq!(import.check().unwrap().causes, [(Cause::Key, 4)].into());
    import.run(&state).unwrap();
    assert!(state.read().table.is_empty());

    let import = Import::<TextValues>::of(folder).unwrap().leave(1);
    let mut import = import.table(0, |tx| &mut tx.table);
    assert_eq!(import.check().unwrap().causes, [(Cause::Value, 3)].into());
}

#[test]
fn who_is_told_how_far_it_is_can_stop_it_and_nothing_more_is_written() {
    let told = Rc::new(RefCell::new(Vec::new()));
    for last in [Phase::Checking, Phase::Filling] {
        let told = Rc::clone(&told);
        let import = shop(&folder("etchdb-0.6.1/shop")).unwrap().progress(move |at: Progress| {
            told.borrow_mut().push((at.phase, at.done, at.total));
            if at.phase == last { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        let state = State::memory();
        let error = import.run(&state).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Aborted);
        assert!(shop_lines(&state).is_empty());
    }
    let expected = [(Phase::Checking, 0, 213), (Phase::Checking, 0, 213), (Phase::Filling, 0, 213)];
    assert_eq!(*told.borrow(), expected);
}
