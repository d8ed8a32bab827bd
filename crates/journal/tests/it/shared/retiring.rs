//! What nobody needs goes, and nothing else.

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_store::{Durability, ErrorKind};

use super::rig::{segments, two};

#[test]
fn nothing_goes_that_one_of_them_needs() {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    let first = mail.append_synced(b"needed");
    for _ in 0..30 {
        let number = shop.append_synced(&[1; 9000]);
        shop.channel.retire(number + 1).unwrap();
    }
    mail.channel.retire(first).unwrap();
    let (_, mail) = two(&disk);
    assert_eq!(mail.texts(), ["needed"]);
}

#[test]
fn what_is_needed_by_nobody_goes_although_one_of_them_is_idle() {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    let last = mail.append_synced(b"not needed");
    mail.channel.retire(last + 1).unwrap();
    for _ in 0..100 {
        let number = shop.append_synced(&[1; 9000]);
        shop.channel.retire(number).unwrap();
        assert!(segments(&disk) <= 5, "{}", segments(&disk));
    }
    let later = mail.append_synced(b"needed");
    for _ in 0..20 {
        let number = shop.append_synced(&[1; 9000]);
        shop.channel.retire(number + 1).unwrap();
    }
    let (_, mail) = two(&disk);
    assert_eq!(mail.found.last(), Some(&(later, b"needed".to_vec())));
}

#[test]
fn the_journal_is_cut_off_at_an_announcement_so_that_it_is_known_whose_the_rest_is() {
    for length in [500, 3000, 20_000] {
        let disk = SimulatedDisk::new(1);
        let (shop, mail) = two(&disk);
        let (mut kept, mut needed) = (Vec::new(), 0);
        for round in 0..200_u32 {
            let text = round.to_string().repeat(length / 3);
            shop.append_synced(text.as_bytes());
            if round % 7 == 0 {
                let number = mail.append_synced(text.as_bytes());
                kept.push((number, text.into_bytes()));
            }
            if round % 11 == 0 {
                needed = kept.last().unwrap().0;
                mail.channel.retire(needed).unwrap();
                shop.channel.retire(needed).unwrap();
            }
        }
        let (_, mail) = two(&disk);
        let found: Vec<_> =
            mail.found.into_iter().filter(|(number, _)| *number >= needed).collect();
        kept.retain(|(number, _)| *number >= needed);
        assert_eq!(found, kept, "{length}");
    }
}

#[test]
fn who_has_nothing_in_the_journal_needs_nothing_of_it() {
    let disk = SimulatedDisk::new(1);
    two(&disk);
    // After this opening, too, when he has said nothing.
    let (shop, _mail) = two(&disk);
    for _ in 0..60 {
        let number = shop.append_synced(&[1; 9000]);
        shop.channel.retire(number).unwrap();
    }
    assert!(segments(&disk) <= 5, "{}", segments(&disk));
}

#[test]
fn until_he_says_otherwise_one_needs_all_that_he_was_handed() {
    let disk = SimulatedDisk::new(1);
    let (_, mail) = two(&disk);
    mail.append_synced(b"needed");
    let (shop, _mail) = two(&disk);
    for _ in 0..30 {
        let number = shop.append_synced(&[1; 9000]);
        shop.channel.retire(number + 1).unwrap();
    }
    assert_eq!(two(&disk).1.texts(), ["needed"]);
}

#[test]
fn what_is_not_synced_is_not_retired() {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    mail.append_synced(b"1");
    let number = shop.append(b"2").unwrap();
    assert_eq!(shop.channel.retire(number + 1).unwrap_err().kind(), ErrorKind::Invalid);
    shop.channel.wait(number, Durability::Synced).unwrap();
    shop.channel.retire(number + 1).unwrap();
}
