//! Tenants who append, let go and close at the same time.

use forebay_journal::disk::simulated::{Remains, SimulatedDisk};
use forebay_journal::{Channel, Frame, Reading, Recovery, SharedJournal, Tenant};
use forebay_store::{Durability, ErrorKind, Result};
use shuttle::thread;

use super::rig::{SCHEDULES, Threads, settings};

#[derive(Debug)]
struct Notes(&'static str, Vec<Vec<u8>>);

impl Tenant for Notes {
    type Opened = (Channel, Vec<Vec<u8>>);
    type Reading = Self;

    fn name(&self) -> String {
        self.0.to_owned()
    }

    fn label(&self) -> String {
        "notes".to_owned()
    }

    fn read(self) -> Result<Self> {
        Ok(self)
    }
}

impl Reading for Notes {
    type Opened = (Channel, Vec<Vec<u8>>);

    fn record(&mut self, _number: u64, record: &[u8]) -> Result<()> {
        self.1.push(record.to_vec());
        Ok(())
    }

    fn forgotten(&mut self) {}

    fn begin(self, channel: Channel, _: &Recovery) -> Result<Self::Opened> {
        Ok((channel, self.1))
    }
}

type Lodger = (Channel, Vec<Vec<u8>>);

fn open(disk: &SimulatedDisk) -> (Lodger, Lodger) {
    let tenants = (Notes("shop", Vec::new()), Notes("mail", Vec::new()));
    SharedJournal::in_directory(disk.directory("a"), settings(Threads)).open(tenants).unwrap()
}

fn append(channel: &Channel, record: &[u8]) -> Result<u64> {
    let mut frame = Frame::new();
    frame.push_with(|bytes| {
        channel.begin_record(bytes);
        bytes.extend_from_slice(record);
        Ok(())
    })?;
    channel.append(&frame)
}

/// Appends as soon as there is room.
fn append_with_room(channel: &Channel, record: &[u8]) -> u64 {
    loop {
        match append(channel, record) {
            Ok(number) => return number,
            Err(error) => assert_eq!(error.kind(), ErrorKind::Busy),
        }
        channel.make_room(record.len() + 100).unwrap();
    }
}

#[test]
fn what_one_tenant_appends_while_another_lets_go_is_kept() {
    // One of them may have to stand still for as long as the other takes for everything.
    shuttle::check_pct(
        || {
            let disk = SimulatedDisk::new(1);
            let ((shop, _), (mail, _)) = open(&disk);
            // So much that a segment may go.
            let long = vec![1; 30_000];
            for _ in 0..2 {
                let number = append_with_room(&shop, &long);
                shop.wait(number, Durability::Synced).unwrap();
            }
            let writer = thread::spawn(move || {
                let number = append_with_room(&mail, b"needed");
                mail.wait(number, Durability::Synced).unwrap();
            });
            let letting_go = thread::spawn(move || {
                let number = append_with_room(&shop, &long);
                shop.wait(number, Durability::Synced).unwrap();
                shop.retire(number + 1).unwrap();
            });
            writer.join().unwrap();
            letting_go.join().unwrap();
            disk.power_cut_leaving(Remains::Nothing);
            let (_, (_, found)) = open(&disk);
            assert_eq!(found, [b"needed".to_vec()], "G1: it was synced");
        },
        SCHEDULES,
        3,
    );
}

#[test]
fn after_both_have_closed_the_journal_is_closed_and_has_what_was_accepted() {
    shuttle::check_random(
        || {
            let disk = SimulatedDisk::new(1);
            let ((shop, _), (mail, _)) = open(&disk);
            let writing = mail.clone();
            let writer = thread::spawn(move || match append(&writing, b"perhaps") {
                Ok(_) => true,
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Closed);
                    false
                }
            });
            let closers =
                [shop, mail].map(|channel| thread::spawn(move || channel.close().unwrap()));
            let is_accepted = writer.join().unwrap();
            for closer in closers {
                closer.join().unwrap();
            }
            // Nobody keeps it.
            let (_, (_, found)) = open(&disk);
            assert_eq!(found.len(), usize::from(is_accepted), "G12");
        },
        SCHEDULES,
    );
}
