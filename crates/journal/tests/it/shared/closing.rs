//! The last one to close closes the journal.

use std::sync::Arc;

use forebay_journal::SharedJournal;
use forebay_journal::disk::simulated::{Call, Fault, SimulatedDisk};
use forebay_journal::read;
use forebay_store::ErrorKind;
use forebay_store::seam::manual::ManualClock;

use super::rig::{notes, settings, two};

#[test]
fn who_has_closed_writes_no_more_and_the_others_go_on() {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    let last = shop.append(b"1").unwrap();
    shop.channel.close().unwrap();
    assert!(mail.channel.position().synced >= last, "a close makes durable what was accepted");
    assert_eq!(shop.append(b"2").unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(shop.channel.include(|| Ok(7)).unwrap_err().kind(), ErrorKind::Closed);
    mail.append_synced(b"3");
    assert!(!read(disk.directory("a"), |_, _| Ok(())).unwrap().was_clean);
    shop.channel.close().unwrap();
    mail.channel.close().unwrap();
    assert!(read(disk.directory("a"), |_, _| Ok(())).unwrap().was_clean);
    assert_eq!(mail.append(b"4").unwrap_err().kind(), ErrorKind::Closed);
    mail.channel.close().unwrap();
}

#[test]
fn who_was_only_dropped_counts_as_closed() {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    shop.append_synced(b"needed");
    mail.append_synced(b"1");
    drop(shop);
    mail.channel.close().unwrap();
    assert!(read(disk.directory("a"), |_, _| Ok(())).unwrap().was_clean);
    let (again, _) = two(&disk);
    assert_eq!(again.texts(), ["needed"], "and it is kept");
}

#[test]
fn who_has_left_counts_as_closed_whatever_jobs_of_his_go_on() {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    shop.append_synced(b"needed");
    shop.channel.leave();
    shop.append(b"by a job").unwrap();
    mail.channel.close().unwrap();
    assert!(read(disk.directory("a"), |_, _| Ok(())).unwrap().was_clean);
    assert_eq!(shop.append(b"late").unwrap_err().kind(), ErrorKind::Closed);
    let (again, _) = two(&disk);
    assert_eq!(again.texts(), ["needed", "by a job"]);
}

#[test]
fn after_the_last_close_the_journal_can_be_opened_at_once() {
    let disk = SimulatedDisk::new(1);
    let open = || {
        let settings = settings(&disk, &ManualClock::new());
        SharedJournal::in_directory(disk.directory("a"), settings)
            .open((notes("shop"), notes("mail")))
    };
    let (shop, mail) = open().unwrap();
    shop.channel.close().unwrap();
    assert_eq!(open().unwrap_err().kind(), ErrorKind::Unavailable, "it has an owner");
    mail.append(b"1").unwrap();
    mail.channel.close().unwrap();
    let (_, again) = open().unwrap();
    assert_eq!(again.texts(), ["1"]);
}

#[test]
fn a_close_that_failed_is_made_up_for_by_another() {
    let disk = SimulatedDisk::new(1);
    let clock = ManualClock::new();
    let directory = disk.directory("a");
    let (shop, mail) = SharedJournal::in_directory(directory, settings(&disk, &Arc::clone(&clock)))
        .open((notes("shop"), notes("mail")))
        .unwrap();
    shop.append(b"1").unwrap();
    shop.channel.close().unwrap();
    mail.append_synced(b"2");
    disk.fail_from(Call::Rename, 1, Fault::Error);
    disk.fail_from(Call::Write, 1, Fault::Error);
    assert!(mail.channel.close().is_err());
    disk.heal();
    let again = mail.channel.close();
    let clean = read(disk.directory("a"), |_, _| Ok(())).unwrap().was_clean;
    assert_eq!(again.is_ok(), clean, "{again:?}");
    assert_eq!(two(&disk).1.texts(), ["2"]);
}

#[test]
fn what_a_closed_tenant_still_needs_is_kept() {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    mail.append(b"needed").unwrap();
    mail.channel.close().unwrap();
    for _ in 0..30 {
        let number = shop.append_synced(&[1; 9000]);
        shop.channel.retire(number + 1).unwrap();
    }
    shop.channel.close().unwrap();
    assert_eq!(two(&disk).1.texts(), ["needed"]);
}
