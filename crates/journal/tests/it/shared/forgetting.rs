//! Giving up a tenant.

use forebay_journal::disk::simulated::SimulatedDisk;

use super::rig::{Lodger, journal, notes, open, two};

fn forgetting(disk: &SimulatedDisk, name: &str, names: &[&str]) -> Vec<Lodger> {
    disk.kill();
    let tenants: Vec<_> = names.iter().map(|name| notes(name)).collect();
    journal(disk).forget(name).open(tenants).unwrap()
}

#[test]
fn a_forgotten_tenant_is_missed_no_more_and_begins_with_nothing_should_he_come_again() {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    mail.append(b"old").unwrap();
    shop.append_synced(b"1");
    let lodgers = forgetting(&disk, "mail", &["shop"]);
    assert_eq!(lodgers[0].texts(), ["1"]);
    lodgers[0].append_synced(b"2");
    assert_eq!(open(&disk, &["shop"]).unwrap()[0].texts(), ["1", "2"]);

    let lodgers = open(&disk, &["mail", "shop"]).unwrap();
    assert_eq!((lodgers[0].texts(), lodgers[1].texts()), (vec![], vec!["1", "2"]));
    lodgers[0].append_synced(b"new");
    let (shop, mail) = two(&disk);
    assert_eq!((shop.texts(), mail.texts()), (vec!["1", "2"], vec!["new"]));
}

#[test]
fn the_tag_of_a_forgotten_tenant_may_become_anothers_who_is_not_handed_his_records() {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    mail.append(b"old").unwrap();
    shop.append_synced(b"1");
    let tag = mail.channel.tag();
    forgetting(&disk, "mail", &["shop"]);
    let lodgers = open(&disk, &["shop", "post"]).unwrap();
    assert_eq!(lodgers[1].channel.tag(), tag);
    assert_eq!(lodgers[1].texts(), [""; 0]);
    lodgers[1].append_synced(b"new");
    assert_eq!(open(&disk, &["shop", "post"]).unwrap()[1].texts(), ["new"]);
}

#[test]
fn to_forget_somebody_who_is_there_changes_nothing() {
    let disk = SimulatedDisk::new(1);
    let (_, mail) = two(&disk);
    mail.append_synced(b"1");
    for _ in 0..2 {
        assert_eq!(forgetting(&disk, "mail", &["shop", "mail"])[1].texts(), ["1"]);
    }
}

#[test]
fn a_forgotten_tenant_holds_up_nothing() {
    let disk = SimulatedDisk::new(1);
    let (_, mail) = two(&disk);
    mail.append_synced(b"old");
    let lodgers = forgetting(&disk, "mail", &["shop"]);
    for _ in 0..60 {
        let number = lodgers[0].append_synced(&[7; 9000]);
        lodgers[0].channel.retire(number).unwrap();
    }
    assert!(super::rig::segments(&disk) <= 5, "{}", super::rig::segments(&disk));
}

#[test]
fn a_tenant_who_has_become_another_is_let_in_once_the_old_one_is_forgotten() {
    let disk = SimulatedDisk::new(1);
    let (_, mail) = two(&disk);
    mail.append_synced(b"old");
    let other = || (notes("shop"), notes("mail").labelled("letters"));
    disk.kill();
    assert!(journal(&disk).open(other()).is_err());
    let (_, letters) = journal(&disk).forget("mail").open(other()).unwrap();
    assert_eq!(letters.texts(), [""; 0]);
    letters.append_synced(b"new");
    disk.kill();
    assert_eq!(journal(&disk).open(other()).unwrap().1.texts(), ["new"]);
}
