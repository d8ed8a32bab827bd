//! Shared journals that a release has written. What they say stays as it is.
//!
//! A fixture is a folder of `fixtures/shared/v1`: `files.hex` as those of `fixtures/journal` have it,
//! `expected.txt` who its tenants are, and what each of them is handed.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_journal::disk::{Directory, RealDirectory};
use forebay_journal::{Settings, SharedJournal, SharedRecord, read};

use super::rig::{Notes, SEGMENT, frame, journal, notes, open, two};
use crate::fixtures::expanded::expand;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/shared/v1")
}

fn text(name: &str, file: &str) -> String {
    fs::read_to_string(folder().join(name).join(file)).unwrap()
}

/// How the fixtures were made. They are in the tree and are never made again.
fn all() -> Vec<(&'static str, SimulatedDisk)> {
    vec![("good", good()), ("forgotten", forgotten()), ("cut-off", cut_off())]
}

/// Two owners, and a frame with records of both tenants.
fn good() -> SimulatedDisk {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    shop.append(b"of the shop").unwrap();
    let both = frame(&[(&shop, b"an order"), (&mail, b"its receipt"), (&shop, b"")]);
    let number = mail.channel.include(|| shop.channel.append(&both)).unwrap();
    mail.channel.wait(number, forebay_store::Durability::Synced).unwrap();
    let (shop, mail) = two(&disk);
    mail.append(b"one more").unwrap();
    shop.channel.close().unwrap();
    mail.channel.close().unwrap();
    disk
}

/// A tenant was forgotten, and his tag became another's; another one came again after that.
fn forgotten() -> SimulatedDisk {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    shop.append(b"old").unwrap();
    mail.append_synced(b"given up");
    let forget = |name: &str, names: &[&str]| {
        disk.kill();
        let tenants: Vec<_> = names.iter().map(|name| notes(name)).collect();
        journal(&disk).forget(name).open(tenants).unwrap()
    };
    forget("mail", &["shop"]);
    let lodgers = open(&disk, &["shop", "post"]).unwrap();
    lodgers[1].append_synced(b"of the post");
    forget("shop", &["post"]);
    let lodgers = open(&disk, &["post", "shop"]).unwrap();
    lodgers[1].append_synced(b"new");
    disk.kill();
    disk
}

/// The first segments went, and what is there begins with records from before an announcement.
fn cut_off() -> SimulatedDisk {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    for round in 0..17_u8 {
        let number = shop.append_synced(&[0; 7000]);
        shop.channel.retire(number).unwrap();
        let number = mail.append_synced(&[b'a' + round]);
        mail.channel.retire(number).unwrap();
    }
    disk.kill();
    disk
}

/// Who is in a journal, and what each is handed.
fn reading(directory: &Arc<dyn Directory>) -> String {
    let (mut text, mut tenants, mut first) = (String::new(), Vec::new(), 0);
    let announced = |number, record: &[u8]| {
        first = if first == 0 { number } else { first };
        if let SharedRecord::Announcement(newest) = SharedRecord::decode(record)? {
            write!(text, "record {number} announces").unwrap();
            for of in &newest {
                write!(text, " {} `{}` {},", of.tag, of.name, of.label).unwrap();
            }
            text.push('\n');
            tenants = newest.iter().map(|of| notes(&of.name).labelled(&of.label)).collect();
        }
        Ok(())
    };
    read(Arc::clone(directory), announced).unwrap();
    writeln!(text, "begins with record {first}").unwrap();
    let settings =
        Settings { segment_bytes: SEGMENT, bytes_max: 16 * SEGMENT, ..Settings::default() };
    let names: Vec<_> = tenants.iter().map(forebay_journal::Tenant::name).collect();
    let lodgers = SharedJournal::in_directory(Arc::clone(directory), settings)
        .open::<Vec<Notes>>(tenants)
        .unwrap();
    for (name, lodger) in names.iter().zip(lodgers) {
        for (number, record) in lodger.found {
            let end = record.len().min(40);
            let begin = record[..end].escape_ascii();
            writeln!(text, "{name} {number} {} {begin}", record.len()).unwrap();
        }
    }
    text
}

#[test]
fn every_shared_fixture_is_read_as_when_it_was_written() {
    for (name, _) in all() {
        let place = tempfile::tempdir().unwrap();
        expand(&text(name, "files.hex"), place.path());
        let directory: Arc<dyn Directory> =
            Arc::new(RealDirectory::existing(place.path()).unwrap());
        assert_eq!(reading(&directory), text(name, "expected.txt"), "{name}");
    }
}

/// The writer of today may lay out a journal otherwise, but says the same with it.
#[test]
fn the_same_made_again_is_read_as_the_shared_fixtures() {
    for (name, disk) in all() {
        assert_eq!(reading(&disk.directory("a")), text(name, "expected.txt"), "{name}");
    }
}
