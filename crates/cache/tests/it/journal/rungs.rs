//! Rungs between memory and the store.

use forebay_cache::{Settings, Write};
use forebay_store::{Durability, ErrorKind};

use super::world::World;
use crate::rig::{Rig, SECOND, answered};

#[test]
fn with_a_journal_a_write_behind_is_journaled_unless_it_asks_for_more() {
    let world = World::new();
    let life = world.open();
    let receipt = answered(life.cache.put("a".into(), vec![])).unwrap();
    assert_eq!(receipt.rung(), Durability::Journaled);
    for rung in [Durability::Memory, Durability::Journaled, Durability::Synced, Durability::Stored]
    {
        let receipt = life.cache.put_with("a".into(), vec![], Write::Behind(rung)).wait();
        assert_eq!(receipt.unwrap().rung(), rung);
    }
}

#[test]
fn the_default_rung_can_be_chosen() {
    let world = World::new();
    let life =
        world.open_as(|builder| builder.write_behind_at(Durability::Synced, Settings::default()));
    assert_eq!(life.cache.put("a".into(), vec![]).wait().unwrap().rung(), Durability::Synced);
    world.cut_power(life);
    assert_eq!(world.open_with_store_down().get("a"), Some(vec![]));
}

#[test]
fn a_write_at_synced_survives_a_power_cut_and_one_at_journaled_a_kill_only() {
    for (rung, is_kept) in [(Durability::Journaled, false), (Durability::Synced, true)] {
        let world = World::new();
        let life = world.open_with_store_down();
        let write = Write::Behind(rung);
        life.cache.put_with("a".into(), b"1".into(), write).wait().unwrap();
        let killed = world.disk.copy();
        world.disk.power_cut_leaving(forebay_journal::disk::simulated::Remains::Nothing);
        drop(life);
        assert_eq!(world.open_with_store_down().peek("a").is_some(), is_kept, "{rung}");
        killed.kill();
        let world = World { disk: killed, ..World::new() };
        assert_eq!(world.open_with_store_down().get("a"), Some(b"1".to_vec()), "{rung}");
    }
}

#[test]
fn a_receipt_can_be_waited_for_until_the_write_is_synced() {
    let world = World::new();
    let life = world.open_with_store_down();
    let write = Write::Behind(Durability::Memory);
    let receipt = answered(life.cache.put_with("a".into(), b"1".into(), write)).unwrap();
    receipt.synced().wait().unwrap();
    world.cut_power(life);
    assert_eq!(world.open_with_store_down().get("a"), Some(b"1".to_vec()));
}

#[test]
fn the_bound_on_losses_tells_what_each_fault_would_take() {
    let world = World::new();
    let life = world.open_with_store_down();
    let put = |rung| life.cache.put_with("a".into(), vec![0; 100], Write::Behind(rung)).wait();
    put(Durability::Memory).unwrap();
    let bound = life.cache.loss_bound();
    assert_eq!((bound.killed.records, bound.power_cut.records), (1, 1));
    assert!(bound.killed.bytes > 100);
    life.clock.advance(SECOND / 50);
    assert_eq!(life.cache.loss_bound().killed.age, SECOND / 50);
    put(Durability::Journaled).unwrap();
    let bound = life.cache.loss_bound();
    assert_eq!((bound.killed.records, bound.power_cut.records), (0, 2));
    put(Durability::Synced).unwrap();
    assert_eq!(life.cache.loss_bound().power_cut.records, 0);
}

#[test]
fn without_a_journal_all_that_is_not_stored_would_be_lost() {
    let rig = Rig::<&str>::behind();
    answered(rig.cache.put("a", 1)).unwrap();
    rig.clock.advance(SECOND / 50);
    let bound = rig.cache.loss_bound();
    assert_eq!((bound.killed.records, bound.power_cut.age), (1, SECOND / 50));
    assert_eq!(
        (bound.killed, bound.killed.bytes + 64),
        (bound.power_cut, rig.cache.stats().dirty_bytes),
        "what is noted of a key is no loss"
    );
    answered(rig.cache.flush()).unwrap();
    assert_eq!(rig.cache.loss_bound(), forebay_journal::LossBound::default());
}

#[test]
fn what_is_stored_counts_as_synced() {
    let world = World::new();
    let life = world.open();
    let receipt = answered(life.cache.put_with("a".into(), vec![], Write::Through)).unwrap();
    answered(receipt.synced()).unwrap();
}

#[test]
fn without_a_journal_its_rungs_are_refused() {
    let rig = Rig::<&str>::behind();
    let receipt = answered(rig.cache.put("a", 1)).unwrap();
    assert_eq!(answered(receipt.synced()).unwrap_err().kind(), ErrorKind::Unsupported);
    for rung in [Durability::Journaled, Durability::Synced] {
        let refused = answered(rig.cache.put_with("a", 2, Write::Behind(rung)));
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Unsupported);
    }
    rig.clock.advance(SECOND);
}
