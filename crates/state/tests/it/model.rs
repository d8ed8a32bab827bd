//! Random transactions against maps, with views held all along.

use std::collections::BTreeMap;

use forebay_state::{Revision, State, View};
use forebay_store::Error;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::shop::{Shop, ShopTx};

#[derive(Clone, Debug)]
enum Edit {
    PutUser(u64),
    PutUsers(u64, u64),
    DeleteUser(u64),
    PutOrder(u64),
    DeleteOrder(u64),
    ClearUsers,
}

#[derive(Clone, Debug)]
enum Step {
    Write { edits: Vec<Edit>, fails: bool },
    Hold,
    Drop(usize),
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Model {
    revision: Revision,
    users: BTreeMap<String, u64>,
    orders: BTreeMap<u64, String>,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let edit = prop_oneof![
        8 => (0..300_u64).prop_map(Edit::PutUser),
        2 => (0..300_u64, 0..150_u64).prop_map(|(first, count)| Edit::PutUsers(first, count)),
        4 => (0..300_u64).prop_map(Edit::DeleteUser),
        4 => (0..300_u64).prop_map(Edit::PutOrder),
        4 => (0..300_u64).prop_map(Edit::DeleteOrder),
        1 => Just(Edit::ClearUsers),
    ];
    let write = (vec(edit, 0..8), prop::bool::weighted(0.2));
    vec(
        prop_oneof![
            8 => write.prop_map(|(edits, fails)| Step::Write { edits, fails }),
            2 => Just(Step::Hold),
            1 => (0..4_usize).prop_map(Step::Drop),
        ],
        0..60,
    )
}

fn edit(edit: &Edit, value: u64, tx: &mut ShopTx<'_>, model: &mut Model) -> Result<(), Error> {
    let name = |user: u64| format!("user {user}");
    match *edit {
        Edit::PutUser(user) => {
            tx.users.put(name(user), value)?;
            model.users.insert(name(user), value);
        }
        Edit::PutUsers(first, count) => {
            for user in first..first + count {
                tx.users.put(name(user), value)?;
                model.users.insert(name(user), value);
            }
        }
        Edit::DeleteUser(user) => {
            let was_there = model.users.remove(&name(user)).is_some();
            assert_eq!(tx.users.delete(name(user).as_str()), was_there);
        }
        Edit::PutOrder(order) => {
            tx.orders.put(order, name(value))?;
            model.orders.insert(order, name(value));
        }
        Edit::DeleteOrder(order) => {
            assert_eq!(tx.orders.delete(&order), model.orders.remove(&order).is_some());
        }
        Edit::ClearUsers => {
            tx.users.clear();
            model.users.clear();
        }
    }
    Ok(())
}

fn shows(view: &View<Shop>, model: &Model) -> bool {
    view.revision() == model.revision
        && view.users.len() == model.users.len()
        && view.orders.len() == model.orders.len()
        && view.users.iter().eq(&model.users)
        && view.orders.iter().eq(&model.orders)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_state_shows_every_transaction_whole_and_a_view_shows_its_own_moment_for_ever(
        steps in steps(),
    ) {
        let state = State::<Shop>::memory();
        let mut model = Model::default();
        let mut held = Vec::new();
        for (value, step) in (0..).zip(&steps) {
            match step {
                Step::Hold => held.push((state.read(), model.clone())),
                Step::Drop(at) if *at < held.len() => drop(held.remove(*at)),
                Step::Drop(_) => {}
                Step::Write { edits, fails } => {
                    let mut next = model.clone();
                    let written = state.write(|tx| {
                        edits.iter().try_for_each(|each| edit(each, value, tx, &mut next))?;
                        reads_what_it_wrote(tx, &next);
                        if *fails { Err(Error::refused("not wanted")) } else { Ok(()) }
                    });
                    prop_assert_eq!(written.is_err(), *fails);
                    if !*fails {
                        next.revision = state.revision();
                        model = next;
                    }
                }
            }
            prop_assert!(shows(&state.read(), &model));
            prop_assert!(held.iter().all(|(view, then)| shows(view, then)));
        }
    }
}

fn reads_what_it_wrote(tx: &ShopTx<'_>, next: &Model) {
    assert!(tx.users.iter().eq(&next.users), "a transaction reads what it wrote");
    assert!(tx.orders.iter().rev().eq(next.orders.iter().rev()), "backward, too");
}
