//! A state that is opened with a journal that it shares.

use forebay_cache::Settings;
use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_journal::{Settings as JournalSettings, SharedJournal};
use forebay_state::{Home, State, Verdict, inspect, verify};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, Error, ErrorKind};

use super::partners::Odd;
use super::rig::{Life, Shop, World};

/// All files but the locks.
fn contents(disk: &SimulatedDisk) -> Vec<(String, Vec<u8>)> {
    let all = ["shop", "shop/journal-00000001", "journal", "other"].into_iter();
    let all = all.flat_map(|directory| {
        let names = disk.files(directory).into_iter().filter(|name| name != "LOCK");
        names.map(move |name| (directory, name))
    });
    all.map(|(directory, name)| {
        (format!("{directory}/{name}"), disk.read_live(directory, &name).unwrap())
    })
    .collect()
}

/// It is refused twice in the same words, and nothing on disk has changed.
fn refused<R>(world: &World, open: impl Fn() -> Result<R, Error>) -> Error {
    let before = contents(&world.disk);
    let [first, second] = [(); 2].map(|()| open().err().unwrap());
    assert_eq!(first.to_string(), second.to_string());
    assert!(contents(&world.disk) == before, "it was refused, and changed: {first}");
    first
}

/// A shop with three orders, one of them in a snapshot only.
fn at_rest() -> World {
    let world = World::new(1);
    let life = world.open();
    life.order(1).unwrap();
    life.shop.snapshot().wait().unwrap();
    life.order(2).unwrap();
    world.kill(life);
    let life = world.open();
    life.order(3).unwrap();
    world.kill(life);
    world
}

fn is_whole(life: &Life) -> bool {
    (1..=3).all(|number| life.has(number))
}

#[test]
fn a_tenant_is_not_opened_alone_nor_a_state_with_a_journal_of_its_own_as_a_tenant() {
    let world = at_rest();
    let clock = ManualClock::new();
    let alone = || State::<Shop>::builder(world.home()).seams(clock.seams(1)).open();
    let error = refused(&world, alone);
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("tenant of a shared journal"), "{error}");
    assert!(is_whole(&world.open()));

    let world = World::new(2);
    let alone = State::<Shop>::builder(world.home()).seams(clock.seams(1)).open().unwrap();
    drop(alone);
    world.disk.kill();
    let error = refused(&world, || world.open_as(Settings::default()));
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("has a journal of its own"), "{error}");
}

#[test]
fn a_state_is_not_opened_with_a_journal_that_knows_nothing_of_it() {
    let world = at_rest();
    let clock = ManualClock::new();
    let error = refused(&world, || {
        SharedJournal::in_directory(world.disk.directory("other"), JournalSettings::default())
            .open((world.shop(&clock),))
    });
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("knows nothing of it"), "{error}");
    assert!(is_whole(&world.open()));
}

#[test]
fn another_state_of_the_same_name_is_not_let_in() {
    let world = at_rest();
    let clock = ManualClock::new();
    let error = refused(&world, || {
        let home = Home::simulated(world.disk.clone(), "new");
        let shop = State::<Shop>::builder(home).seams(clock.seams(9)).tenant("shop");
        let (mail, _) = world.mail(&clock, Settings::default());
        world.journal(&clock).open((shop, mail))
    });
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(world.disk.files("new").iter().all(|name| name == "LOCK"), "it was not made");
}

#[test]
fn a_state_that_was_forgotten_says_so_and_loses_nothing_of_its_snapshot() {
    let world = at_rest();
    let clock = ManualClock::new();
    let (mail, _) = world.mail(&clock, Settings::default());
    drop(world.journal(&clock).forget("shop").open((mail,)).unwrap());
    world.disk.kill();
    let error = refused(&world, || world.open_as(Settings::default()));
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("was forgotten there"), "{error}");
}

#[test]
fn what_was_forgotten_counts_no_more_although_it_is_still_there() {
    let world = World::new(1);
    let clock = ManualClock::new();
    // The other one never lets go of anything, so all records stay where they are.
    let (shop, _) = world.journal(&clock).open((world.shop(&clock), Odd::default())).unwrap();
    shop.write(|tx| tx.orders.put(1, super::rig::order(1))).unwrap();
    world.disk.kill();
    drop(shop);
    drop(world.journal(&clock).forget("shop").open((Odd::default(),)).unwrap());
    world.disk.kill();
    let error =
        refused(&world, || world.journal(&clock).open((world.shop(&clock), Odd::default())));
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("was forgotten there"), "{error}");
}

#[test]
fn a_new_state_is_not_made_if_another_tenant_refuses() {
    let world = World::new(1);
    let clock = ManualClock::new();
    let odd = || Odd { refuses: true };
    refused(&world, || world.journal(&clock).open((world.shop(&clock), odd())));
    refused(&world, || world.journal(&clock).open((odd(), world.shop(&clock))));
    assert!(contents(&world.disk).is_empty());
    world.open().order(1).unwrap();
}

#[test]
fn a_shared_journal_older_than_a_snapshot_is_an_error() {
    let world = World::new(1);
    let life = world.open();
    life.order(1).unwrap();
    world.kill(life);
    let older = contents(&world.disk);
    let life = world.open();
    life.order(2).unwrap();
    life.shop.snapshot().wait().unwrap();
    world.kill(life);
    let journal = world.disk.directory("journal");
    for name in journal.list().unwrap() {
        journal.remove(&name).unwrap();
    }
    for (path, bytes) in older {
        if let Some(name) = path.strip_prefix("journal/") {
            journal.create(name).unwrap().write_at(&bytes, 0).unwrap();
        }
    }
    let error = refused(&world, || world.open_as(Settings::default()));
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains("has lost what was durable"), "{error}");
}

#[test]
fn a_snapshot_that_is_gone_or_older_than_what_the_journal_still_has_is_an_error() {
    let world = World::new(1);
    let life = world.open();
    for number in 1..4 {
        life.order(number).unwrap();
    }
    let filled = |life: &Life| {
        // So much that segments go.
        for number in 0..60 {
            let what = "kettles".repeat(3000);
            life.shop
                .write_at(Durability::Synced, |tx| {
                    tx.orders.put(number % 3, super::rig::Order { what })
                })
                .unwrap();
            life.script.come_back();
            life.mail.flush().wait().unwrap();
            life.clock.advance(super::rig::SECOND);
            life.shop.snapshot().wait().unwrap();
        }
    };
    life.shop.snapshot().wait().unwrap();
    let first = contents(&world.disk);
    filled(&life);
    world.kill(life);
    let files = world.disk.directory("shop");
    for name in files.list().unwrap() {
        if name.starts_with("snap-") {
            files.remove(&name).unwrap();
        }
    }
    let missing = |revisions: &str| {
        let error = refused(&world, || world.open_as(Settings::default()));
        assert_eq!(error.kind(), ErrorKind::Corrupt);
        let wanted = format!("transactions after revision {revisions} are missing");
        assert!(error.to_string().contains(&wanted), "{error}");
        // The tools say the same.
        let home = world.home().with_shared_journal("journal");
        let Verdict::Damaged(told) = verify(&home, |_| Ok(())).unwrap().verdict else {
            panic!("it is called good")
        };
        assert!(told.to_string().contains(&wanted), "{told}");
    };
    missing("0");
    for (path, bytes) in first {
        if let Some(name) = path.strip_prefix("shop/snap-") {
            let file = files.create(&format!("snap-{name}")).unwrap();
            file.write_at(&bytes, 0).unwrap();
        }
    }
    missing("4294967299");
}

#[test]
fn the_tools_say_where_the_journal_is_not() {
    let world = at_rest();
    let found = inspect(&world.home()).unwrap();
    assert_eq!(found.snapshots.len(), 1);
    assert_eq!(found.journal.unwrap().unwrap_err().kind(), ErrorKind::Unsupported);
    let error = verify(&world.home(), |_| Ok(())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

#[test]
fn a_new_state_is_the_tenant_of_a_journal_that_was_there() {
    let world = World::new(1);
    let clock = ManualClock::new();
    let (mail, _) = world.mail(&clock, Settings::default());
    let (mail,) = world.journal(&clock).open((mail,)).unwrap();
    mail.put("a".into(), vec![1]).wait().unwrap();
    drop(mail);
    world.disk.kill();
    let life = world.open();
    life.order(1).unwrap();
    world.kill(life);
    let life = world.open();
    assert!(life.has(1) && life.mail.peek(&"a".to_owned()).is_some());
}
