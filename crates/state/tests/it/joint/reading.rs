//! A state in a shared journal, read without its types.

use forebay_journal::SHARED_LABEL;
use forebay_state::copy::Bare;
use forebay_state::{Home, State, Verdict, inspect, verify};
use forebay_store::{ErrorKind, Result};

use super::rig::{Shop, World, answered, key};

fn there(world: &World) -> Home {
    world.home().with_shared_journal("journal")
}

fn bare(home: Home) -> Result<Bare> {
    Bare::read(home, |_| Ok(()))
}

/// Two orders in a snapshot and two behind it, mails between them, and a mail of nobody's order.
fn filled() -> World {
    let world = World::new(1);
    let life = world.open();
    life.order(1).unwrap();
    life.order(2).unwrap();
    life.shop.snapshot().wait().unwrap();
    life.order(3).unwrap();
    answered(life.mail.put(key(9), vec![1; 100])).unwrap();
    life.order(4).unwrap();
    world.kill(life);
    world
}

#[test]
fn a_tenant_is_verified_with_what_the_others_have_beside_it() {
    let world = filled();
    let found = verify(&there(&world), |_| Ok(())).unwrap();
    assert!(matches!(found.verdict, Verdict::Good), "{found:?}");
    assert_eq!((found.transactions, found.changes), (2, 2));
    assert_eq!(found.snapshot.map(|totals| totals.entries()), Some(2));
    let names: Vec<_> = found.tenants.iter().map(|each| each.tenant.name.as_str()).collect();
    assert_eq!(names, ["shop", "mail"]);
    // Of the cache: five writes. Of the state: two beginnings of two records, layouts, transactions.
    assert_eq!(found.tenants[1].records, 5, "{:?}", found.tenants);
    assert!(found.tenants[0].records >= 8 && found.tenants[1].bytes > 100, "{:?}", found.tenants);
    let looked = inspect(&there(&world)).unwrap().journal.unwrap().unwrap();
    assert_eq!(looked.identity.unwrap().label, SHARED_LABEL);
}

#[test]
fn a_tenant_is_copied_without_its_types_and_is_a_state_of_its_own_then() {
    let world = filled();
    let read = bare(there(&world)).unwrap();
    assert_eq!((read.name(), read.entries()), ("shop", 4));
    let copy = Home::simulated(world.disk.clone(), "copy");
    read.checkpoint(copy.clone(), |_| Ok(())).unwrap();
    let copy = State::<Shop>::open(copy).unwrap();
    assert!((1..=4).all(|number| copy.read().orders.get(&number).is_some()));
    // And what it was made of is as it was.
    let life = world.open();
    assert!((1..=4).all(|number| life.has(number)));
}

#[test]
fn a_journal_that_is_not_named_or_not_its_own_is_refused() {
    let world = filled();
    let kind = |home: Home| bare(home).unwrap_err().kind();
    assert_eq!(kind(world.home()), ErrorKind::Unsupported);
    assert_eq!(kind(world.home().with_shared_journal("nowhere")), ErrorKind::Invalid);
    // One that is shared by others.
    let other = World { disk: world.disk.clone(), ..World::new(2) };
    let clock = forebay_store::seam::manual::ManualClock::new();
    let (mail, _) = other.mail(&clock, forebay_cache::Settings::default());
    let settings = forebay_journal::Settings { seams: clock.seams(3), ..Default::default() };
    let journal =
        forebay_journal::SharedJournal::in_directory(world.disk.directory("other"), settings);
    drop(journal.open((mail,)).unwrap());
    let error = bare(world.home().with_shared_journal("other")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("knows nothing of the state"), "{error}");
    // And one that is not shared.
    let alone = Home::simulated(world.disk.clone(), "alone");
    drop(State::<Shop>::open(alone).unwrap());
    let error = bare(world.home().with_shared_journal("alone/journal-00000001")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("is no shared one"), "{error}");
}
