//! Who is let in, and what he is handed.

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_journal::{Channel, Frame, Journal};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, Error, ErrorKind};

use super::rig::{frame, journal, notes, open, settings, two};

#[test]
fn each_is_handed_his_own_records_in_order_and_nothing_else() {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    for (lodger, text) in [(&shop, "1"), (&mail, "2"), (&shop, "3"), (&shop, "4"), (&mail, "5")] {
        lodger.append(text.as_bytes()).unwrap();
    }
    let last = shop.channel.append(&frame(&[(&shop, b"6"), (&mail, b"7"), (&shop, b"8")])).unwrap();
    mail.channel.wait(last, Durability::Synced).unwrap();
    let (shop, mail) = two(&disk);
    assert_eq!(shop.texts(), ["1", "3", "4", "6", "8"]);
    assert_eq!(mail.texts(), ["2", "5", "7"]);
    // The announcement is the first record.
    assert_eq!(shop.found.iter().map(|found| found.0).collect::<Vec<_>>(), [2, 4, 5, 7, 9]);
    assert_eq!((shop.last, mail.last), (last, last));
}

#[test]
fn the_order_in_which_they_come_is_of_no_importance() {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    shop.append(b"of the shop").unwrap();
    mail.append_synced(b"of the mail");
    let lodgers = open(&disk, &["mail", "more", "shop"]).unwrap();
    let texts: Vec<_> = lodgers.iter().map(super::rig::Lodger::texts).collect();
    assert_eq!(texts, [vec!["of the mail"], vec![], vec!["of the shop"]]);
    lodgers[1].append_synced(b"of one more");
    let lodgers = open(&disk, &["shop", "mail", "more"]).unwrap();
    let texts: Vec<_> = lodgers.iter().map(super::rig::Lodger::texts).collect();
    assert_eq!(texts, [["of the shop"], ["of the mail"], ["of one more"]]);
}

#[test]
fn a_tenant_who_is_missing_is_refused_by_name_and_nothing_is_changed() {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    shop.append(b"1").unwrap();
    mail.append_synced(b"2");
    disk.kill();
    let changes = disk.changes();
    for _ in 0..2 {
        let error = open(&disk, &["shop"]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert!(error.to_string().contains("`mail` (notes of mail)"), "{error}");
    }
    // Its lock is taken, and that is all.
    assert!(disk.changes() - changes <= 4, "{}", disk.changes() - changes);
    let (shop, mail) = two(&disk);
    assert_eq!((shop.texts(), mail.texts()), (vec!["1"], vec!["2"]));
}

#[test]
fn a_tenant_with_another_label_is_refused() {
    let disk = SimulatedDisk::new(1);
    two(&disk);
    disk.kill();
    let other = notes("mail").labelled("letters");
    let error = journal(&disk).open((notes("shop"), other)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("`mail` of the journal is `notes of mail`, not `letters`"));
}

#[test]
fn names_that_make_no_sense_are_refused() {
    let disk = SimulatedDisk::new(1);
    let long = "n".repeat(256);
    for names in [&["shop", "shop"][..], &[""], &[&long]] {
        assert_eq!(open(&disk, names).unwrap_err().kind(), ErrorKind::Invalid, "{names:?}");
    }
    open(&disk, &[&long[1..]]).unwrap();
}

#[test]
fn what_a_tenant_says_at_the_end_of_reading_keeps_all_out_and_nothing_is_changed() {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    shop.append(b"1").unwrap();
    mail.append_synced(b"2");
    disk.kill();
    let before = disk.copy();
    let failing = notes("mail").failing(Error::corrupt("it knows more than there is"));
    let error = journal(&disk).open((notes("shop"), failing)).unwrap_err();
    assert_eq!(error.to_string(), "it knows more than there is");
    for name in disk.files("a") {
        if name != "LOCK" {
            assert_eq!(disk.read_live("a", &name), before.read_live("a", &name), "{name}");
        }
    }
}

#[test]
fn a_journal_of_one_alone_is_not_shared_and_the_other_way_round() {
    let disk = SimulatedDisk::new(1);
    let alone =
        || Journal::open(disk.directory("a"), settings(&disk, &ManualClock::new()), |_, _| Ok(()));
    drop(alone().unwrap());
    disk.kill();
    assert_eq!(open(&disk, &["shop"]).unwrap_err().kind(), ErrorKind::Invalid);
    let disk = SimulatedDisk::new(1);
    two(&disk);
    disk.kill();
    let error =
        Journal::open(disk.directory("a"), settings(&disk, &ManualClock::new()), |_, _| Ok(()));
    assert!(error.unwrap_err().to_string().contains("`forebay shared 1`"));
}

#[test]
fn a_record_without_a_tag_and_one_with_a_tag_of_nobody_are_damage() {
    for record in [&b"no tag"[..], b"\x83of nobody"] {
        let disk = SimulatedDisk::new(1);
        let (shop, _mail) = two(&disk);
        let number = shop.channel.append(&Frame::of(record).unwrap()).unwrap();
        shop.channel.wait(number, Durability::Synced).unwrap();
        let error = open(&disk, &["shop", "mail"]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
    }
}

#[test]
fn alone_a_channel_adds_nothing() {
    let disk = SimulatedDisk::new(1);
    let (journal, _) =
        Journal::open(disk.directory("a"), settings(&disk, &ManualClock::new()), |_, _| Ok(()))
            .unwrap();
    let id = journal.id();
    let channel = Channel::alone(journal);
    let mut bytes = b"as before".to_vec();
    channel.begin_record(&mut bytes);
    assert_eq!((&bytes[..], channel.tag(), channel.journal_id()), (&b"as before"[..], 0, id));
    assert!(!channel.is_beside(&channel.clone()), "it is beside nobody");
}
