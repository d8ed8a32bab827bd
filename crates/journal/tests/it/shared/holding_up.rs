//! A full journal in which somebody who is gone has the oldest records.

use std::sync::{Arc, Mutex};

use forebay_journal::disk::Directories;
use forebay_journal::disk::simulated::{Call, Fault, SimulatedDisk};
use forebay_journal::{Settings, SharedJournal};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, ErrorKind};

use super::rig::{Lodger, frame, notes, segments, settings, two};

const LENGTH: usize = 9100;

/// Appends until there is no room, and says the last number and what is told then.
fn fill(lodger: &Lodger) -> (u64, String) {
    fill_with(lodger, 9000)
}

/// The same with records of this length.
fn fill_with(lodger: &Lodger, length: usize) -> (u64, String) {
    let frame = frame(&[(lodger, &vec![1; length])]);
    let mut last = 0;
    loop {
        match lodger.channel.make_room(frame.length()) {
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
    let settings = Settings { buffer_max: 20_000, ..settings };
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

#[test]
fn he_is_named_though_a_failure_has_left_an_empty_segment_behind() {
    let (disk, other) = (SimulatedDisk::new(1), SimulatedDisk::new(2));
    let directories = Directories::from(disk.directory("a")).with_second(other.directory("b"));
    let journal = SharedJournal::in_directory(directories, settings(&disk, &ManualClock::new()));
    let (shop, mail) = journal.open((notes("shop"), notes("mail"))).unwrap();
    shop.append_synced(b"needed");
    drop(shop);
    mail.append_synced(&vec![1; 20_000]);
    assert_eq!(segments(&disk), 2, "the next one is ready");
    disk.fail(Call::Write, 1, Fault::Error);
    mail.append_synced(&[1; 9000]);
    let names = other.files("b");
    assert!(names.iter().any(|name| name.contains("3.seg")), "{names:?}");
    let (_, told) = fill(&mail);
    assert!(told.contains("of the tenant `shop`"), "{told}");
    assert!(mail.channel.held_up(LENGTH).is_some());
}

/// Segments so long that the first are shorter.
fn long(disk: &SimulatedDisk, segment: u64, bytes_max: u64) -> (Lodger, Lodger) {
    disk.kill();
    let settings = settings(disk, &ManualClock::new());
    let settings =
        Settings { segment_bytes: segment << 20, bytes_max: bytes_max << 20, ..settings };
    let journal = SharedJournal::in_directory(disk.directory("a"), settings);
    journal.open((notes("shop"), notes("mail"))).unwrap()
}

#[test]
fn he_is_named_though_a_segment_that_was_too_short_is_left_behind() {
    let disk = SimulatedDisk::new(1);
    // 8 + 16 + 32 + 32 + 32 MiB, of which the second stays empty.
    let (shop, mail) = long(&disk, 32, 136);
    shop.append_synced(b"needed");
    drop(shop);
    mail.append_synced(&vec![1; 3 << 20]);
    mail.append_synced(&vec![1; (16 << 20) - 4096]);
    let second = disk.read_live("a", "0000000000000002.seg");
    assert_eq!(second.map(|bytes| bytes.len()), Some(16 << 20));
    let (_, told) = fill_with(&mail, 7 << 20);
    assert!(told.contains("of the tenant `shop`"), "{told}");
}

#[test]
fn he_is_named_where_the_segment_that_is_ready_is_too_short() {
    let disk = SimulatedDisk::new(1);
    for owner in 0..6 {
        let (shop, mail) = long(&disk, 20, 80);
        if owner == 0 {
            shop.append_synced(b"needed");
        }
        mail.append_synced(b"1");
    }
    let (shop, mail) = long(&disk, 20, 80);
    drop(shop);
    mail.append_synced(&vec![1; 3 << 20]);
    let length = (16 << 20) - 100;
    let told = mail.channel.make_room(length).unwrap_err().to_string();
    assert!(told.contains("of the tenant `shop`"), "{told}");
    assert!(mail.channel.held_up(length).is_some());
    assert!(mail.channel.held_up(7 << 20).is_none(), "it takes so much");
}

#[test]
fn nobody_is_blamed_while_the_last_segment_is_being_entered() {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    shop.append_synced(b"needed");
    drop(shop);
    while segments(&disk) < 8 {
        mail.append_synced(&vec![1; 25_000]);
    }
    mail.append_synced(&vec![1; 25_000]);
    let last = mail.append_waiting(&vec![1; 25_000]);
    let mail = Arc::new(mail);
    let found = Arc::new(Mutex::new(Vec::new()));
    let (asking, own) = (Arc::clone(&mail), Arc::clone(&found));
    disk.on_call(Box::new(move |call| {
        if call == Call::Write {
            let room = asking.channel.make_room(20_000).map_err(|error| error.to_string());
            let name = asking.channel.held_up(20_000).map(|error| error.to_string());
            own.lock().unwrap().push((room, name));
        }
    }));
    mail.channel.wait(last, Durability::Journaled).unwrap();
    disk.off_call();
    assert_eq!(*found.lock().unwrap(), [(Ok(()), None)]);
    assert_eq!(segments(&disk), 8);
}
