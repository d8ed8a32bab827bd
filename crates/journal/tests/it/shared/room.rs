//! A full journal, and who is asked to make room in it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_store::{Durability, ErrorKind};

use super::rig::{Lodger, frame, two};

/// Counts how often a tenant is asked.
fn counted(lodger: &Lodger) -> Arc<AtomicUsize> {
    let count = Arc::new(AtomicUsize::new(0));
    let own = Arc::clone(&count);
    lodger.channel.make_room_with(move |_| _ = own.fetch_add(1, Ordering::SeqCst));
    count
}

/// Appends until there is no room.
fn fill(lodger: &Lodger) -> u64 {
    let frame = frame(&[(lodger, &[1; 9000])]);
    let mut last = 0;
    loop {
        match lodger.channel.make_room(frame.length()) {
            Ok(()) => last = lodger.channel.append(&frame).unwrap(),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Busy);
                return last;
            }
        }
        lodger.channel.wait(last, Durability::Synced).unwrap();
    }
}

#[test]
fn in_a_full_journal_the_tenant_who_needs_the_oldest_record_is_asked_to_make_room() {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    let (of_shop, of_mail) = (counted(&shop), counted(&mail));
    let asked = || (of_shop.load(Ordering::SeqCst), of_mail.load(Ordering::SeqCst));
    let old = mail.append_synced(b"needed");
    let last = fill(&shop);
    assert_eq!(asked(), (0, 1));

    // The shop letting go of its own brings nothing, and it is not asked.
    shop.channel.retire(last).unwrap();
    assert!(shop.channel.make_room(9100).is_err());
    assert_eq!(asked(), (0, 1), "nothing has come in since");

    // What the mail needs is appended again.
    let again = mail.channel.append_own(&frame(&[(&mail, b"needed")])).unwrap();
    mail.channel.wait(again, Durability::Synced).unwrap();
    assert!(again > old);
    mail.channel.retire(again).unwrap();
    fill(&shop);
    assert_eq!(asked(), (0, 1), "now the shop holds up most, and knows it, for it finds no room");
    assert!(shop.channel.is_oldest() && !mail.channel.is_oldest());
    assert!(mail.channel.make_room(9100).is_err());
    assert_eq!(asked(), (1, 1), "the mail has no room because of it");
    assert_eq!(two(&disk).1.texts().last(), Some(&"needed"));
}

#[test]
fn who_was_asked_in_vain_is_asked_again_now_and_then() {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    let of_mail = counted(&mail);
    mail.append_synced(b"needed");
    fill(&shop);
    for _ in 0..40 {
        assert!(shop.channel.make_room(9100).is_err());
    }
    let asked = of_mail.load(Ordering::SeqCst);
    assert!((2..=8).contains(&asked), "{asked}");
}

#[test]
fn a_tenant_that_finds_no_room_because_of_itself_is_not_asked() {
    let disk = SimulatedDisk::new(1);
    let (shop, _mail) = two(&disk);
    let of_shop = counted(&shop);
    fill(&shop);
    for _ in 0..40 {
        assert!(shop.channel.make_room(9100).is_err());
    }
    assert_eq!(of_shop.load(Ordering::SeqCst), 0);
}

#[test]
fn what_one_of_them_appends_again_is_told_apart_from_what_is_new() {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    let (news, again) = (frame(&[(&shop, b"news")]), frame(&[(&shop, b"old news")]));
    shop.channel.append(&news).unwrap();
    shop.channel.append_own(&news).unwrap();
    shop.channel.append_again(&again).unwrap();
    let seen = mail.channel.others();
    assert_eq!((seen.came, seen.again), (2, again.length() as u64));
    assert_eq!(shop.channel.others().came, 0, "its own does not count");
    shop.channel.append_reminder(&again).unwrap();
    assert_eq!(mail.channel.others(), seen, "of that nobody knows");
    shop.channel.note_news();
    assert_eq!(mail.channel.others().came, 3, "though nothing was appended");
}

#[test]
fn the_tenant_that_is_asked_is_told_for_how_long_a_frame_another_found_no_room() {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    let told = Arc::new(Mutex::new(Vec::new()));
    let (noted, channel) = (Arc::clone(&told), mail.channel.clone());
    mail.channel.make_room_with(move |wanted| {
        let is_full = wanted.is_some_and(|length| channel.is_full_for(length));
        noted.lock().unwrap().push((wanted, is_full));
    });
    mail.append_synced(b"needed");
    let last = fill(&shop);
    let length = frame(&[(&shop, &[1; 9000])]).length();
    assert_eq!(told.lock().unwrap().split_off(0), [(Some(length), true)]);
    // The mail has done nothing since the first of these, and once it has been asked it takes some more.
    for _ in 0..9 {
        shop.channel.retire(last).unwrap();
    }
    assert_eq!(told.lock().unwrap().split_off(0), [(None, false)]);
}

#[test]
fn a_tenant_that_panics_when_it_is_asked_is_its_own_trouble() {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    let asked = counted(&mail);
    let own = Arc::clone(&asked);
    mail.channel.make_room_with(move |_| {
        own.fetch_add(1, Ordering::SeqCst);
        panic!("of the mail's");
    });
    mail.append_synced(b"needed");
    let last = fill(&shop);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    for _ in 0..9 {
        shop.channel.retire(last).unwrap();
    }
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[test]
fn who_has_closed_is_not_asked() {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    let of_mail = counted(&mail);
    mail.append_synced(b"needed");
    mail.channel.close().unwrap();
    fill(&shop);
    assert_eq!(of_mail.load(Ordering::SeqCst), 0);
}

#[test]
fn room_that_one_of_them_makes_is_there_for_the_other() {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    for _ in 0..3 {
        let last = fill(&shop);
        assert!(mail.channel.make_room(9100).is_err());
        shop.channel.retire(last + 1).unwrap();
        mail.append_synced(&[2; 9000]);
        let needed = shop.channel.position().synced;
        mail.channel.retire(needed + 1).unwrap();
    }
}

/// Fills the journal, and says the last record before the announcement that is made then.
fn fill_to_an_announcement(shop: &Lodger) -> u64 {
    fill(shop);
    let last = shop.channel.append_own(&frame(&[(shop, b"something new")])).unwrap();
    shop.channel.wait(last, Durability::Synced).unwrap();
    assert!(shop.channel.make_room(9100).is_err());
    last
}

#[test]
fn in_a_full_journal_there_is_an_announcement_behind_all_that_may_be_retired() {
    let disk = SimulatedDisk::new(1);
    let (shop, _mail) = two(&disk);
    let last = fill_to_an_announcement(&shop);
    assert_eq!(shop.channel.position().appended, last + 1);
}

#[test]
fn the_journal_is_not_cut_off_at_an_announcement_that_a_power_cut_may_take() {
    let disk = SimulatedDisk::new(1);
    let (shop, _mail) = two(&disk);
    let last = fill_to_an_announcement(&shop);
    assert_eq!(shop.channel.position().synced, last, "the announcement is not synced");
    shop.channel.retire(last + 1).unwrap();
    disk.power_cut();
    // So the mail is still known.
    assert_eq!(super::rig::open(&disk, &["shop"]).unwrap_err().kind(), ErrorKind::Invalid);
}

#[test]
fn who_is_idle_is_asked_to_let_go_when_another_does_long_before_the_journal_is_full() {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    let of_mail = counted(&mail);
    let old = mail.append_synced(b"needed");
    let let_go = || {
        let last = shop.append_synced(&[1; 3000]);
        shop.channel.retire(last).unwrap();
        of_mail.load(Ordering::SeqCst)
    };
    assert_eq!(let_go(), 0, "it has just written");
    assert_eq!(let_go(), 1);
    let again = mail.append_synced(b"needed");
    assert_eq!(let_go(), 1, "it is at work, and sees to it by itself");
    mail.channel.retire(again + 1).unwrap();
    assert!(again > old);
    assert_eq!((let_go(), let_go()), (1, 1), "it holds up nothing");
}
