//! A full journal in which somebody who is gone has the oldest records.

use forebay_journal::SharedJournal;
use forebay_journal::disk::simulated::{Call, Fault, SimulatedDisk};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, ErrorKind};

use super::rig::{Lodger, frame, notes, settings, two};

const LENGTH: usize = 9100;

/// Appends until there is no room, and says the last number and what is told then.
fn fill(lodger: &Lodger) -> (u64, String) {
    let frame = frame(&[(lodger, &[1; 9000])]);
    let mut last = 0;
    loop {
        match lodger.channel.make_room(LENGTH) {
            Ok(()) => last = lodger.channel.append(&frame).unwrap(),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Busy);
                return (last, error.to_string());
            }
        }
        lodger.channel.wait(last, Durability::Synced).unwrap();
    }
}

#[test]
fn who_was_dropped_is_named_once_the_journal_is_full_because_of_him() {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    shop.append_synced(b"needed");
    mail.append_synced(b"1");
    assert!(mail.channel.held_up(LENGTH).is_none(), "he is there");
    drop(shop);
    assert!(mail.channel.held_up(LENGTH).is_none(), "there is room");
    let (_, told) = fill(&mail);
    assert!(told.contains("of the tenant `shop`"), "{told}");
    let error = mail.channel.held_up(LENGTH).unwrap();
    assert_eq!(error.kind(), ErrorKind::Busy);
    assert!(mail.channel.held_up(1).is_none(), "there is room for less");
}

#[test]
fn who_is_gone_is_not_blamed_for_what_was_not_synced_yet() {
    let disk = SimulatedDisk::new(1);
    let settings = settings(&disk, &ManualClock::new());
    let settings = forebay_journal::Settings { buffer_max: 20_000, ..settings };
    let journal = SharedJournal::in_directory(disk.directory("a"), settings);
    let (shop, mail) = journal.open((notes("shop"), notes("mail"))).unwrap();
    shop.append_synced(b"needed");
    drop(shop);
    let refused = (0..9).find_map(|_| mail.append(&[1; 9000]).err());
    assert_eq!(refused.unwrap().kind(), ErrorKind::Busy);
    assert!(mail.channel.held_up(LENGTH).is_none());
    mail.channel.make_room(LENGTH).unwrap();
    mail.append(&[1; 9000]).unwrap();
}

#[test]
fn who_is_gone_is_not_blamed_while_something_may_still_go() {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    for _ in 0..20 {
        mail.append_synced(&[1; 9000]);
    }
    shop.append_synced(b"needed");
    let (last, _) = fill(&mail);
    drop(shop);
    // What the mail lets go of is on its way, and does not get there at first.
    disk.fail_from(Call::Write, 1, Fault::Error);
    assert!(mail.channel.retire(last + 1).is_err());
    assert!(mail.channel.held_up(LENGTH).is_none());
    disk.heal();
    let told = mail.channel.make_room(LENGTH).err().map(|error| error.to_string());
    assert!(told.as_ref().is_none_or(|told| !told.contains("shop")), "{told:?}");
    mail.channel.make_room(LENGTH).unwrap();
    assert!(fill(&mail).1.contains("shop"), "now it is his doing");
}
