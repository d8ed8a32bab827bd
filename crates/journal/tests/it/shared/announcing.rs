//! Announcements: who the tenants are is said again and again.

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_journal::{SharedRecord, read};

use super::rig::{SEGMENT, segments, two};

/// The numbers of the announcements and of all other records in the journal.
fn found(disk: &SimulatedDisk) -> (Vec<u64>, Vec<u64>) {
    let (mut announcements, mut others) = (Vec::new(), Vec::new());
    let sorted = |number, record: &[u8]| {
        match SharedRecord::decode(record)? {
            SharedRecord::Announcement(_) => announcements.push(number),
            _ => others.push(number),
        }
        Ok(())
    };
    read(disk.directory("a"), sorted).unwrap();
    (announcements, others)
}

#[test]
fn every_owner_announces_first() {
    let disk = SimulatedDisk::new(1);
    two(&disk).0.append_synced(b"1");
    two(&disk).1.append_synced(b"2");
    assert_eq!(found(&disk), (vec![1, 3], vec![2, 4]));
}

#[test]
fn before_what_is_needed_there_is_an_announcement_however_long_ago_the_owner_began() {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    for _ in 0..100 {
        let number = mail.append_synced(b"needed");
        shop.append_synced(&[1; 5000]);
        shop.channel.retire(number).unwrap();
        mail.channel.retire(number).unwrap();
        let (announcements, _) = found(&disk);
        assert!(announcements.first().is_some_and(|first| *first < number), "{announcements:?}");
    }
    assert!(segments(&disk) <= 5);
    let (announcements, others) = found(&disk);
    let often = others.len() as u64 * 5000 / (SEGMENT / 8);
    assert!(announcements.len() as u64 <= often, "{} for {}", announcements.len(), others.len());
}
