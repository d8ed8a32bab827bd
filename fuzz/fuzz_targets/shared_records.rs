//! The records of a shared journal: whatever the bytes are, each is read as what it says, or it is damage;
//! and who opens the journal is told so, or is handed his own records. The input is a list of records with a
//! length of one byte each; the highest bit of the length makes it a record of the first tenant.
#![no_main]

use std::collections::BTreeSet;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_journal::{
    Channel, Frame, Journal, Reading, Recovery, SHARED_LABEL, Settings, SharedJournal,
    SharedRecord, Tenant,
};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, ErrorKind, Result};
use libfuzzer_sys::fuzz_target;

/// Collects what it is handed.
struct Collector(&'static str, Vec<Vec<u8>>);

impl Tenant for Collector {
    type Opened = Vec<Vec<u8>>;
    type Reading = Self;

    fn name(&self) -> String {
        self.0.to_owned()
    }

    fn label(&self) -> String {
        String::new()
    }

    fn read(self) -> Result<Self> {
        Ok(self)
    }
}

impl Reading for Collector {
    type Opened = Vec<Vec<u8>>;

    fn record(&mut self, _number: u64, record: &[u8]) -> Result<()> {
        self.1.push(record.to_vec());
        Ok(())
    }

    fn forgotten(&mut self) {
        self.1.clear();
    }

    fn begin(self, _: Channel, _: &Recovery) -> Result<Self::Opened> {
        Ok(self.1)
    }
}

fuzz_target!(|bytes: &[u8]| {
    let mut records = vec![b"\x00\x02\x01\x01\x00a\x00\x00\x02\x01\x00b\x00\x00".to_vec()];
    let mut rest = bytes;
    while let Some((&length, after)) = rest.split_first() {
        let (record, after) = after.split_at(usize::from(length & 127).min(after.len()));
        let is_of_one = length & 128 > 0;
        records.push(if is_of_one { [&[0x81], record].concat() } else { record.to_vec() });
        rest = after;
    }
    records.iter().for_each(|record| check(record));
    open(&records);
});

/// One record by itself.
fn check(record: &[u8]) {
    match SharedRecord::decode(record) {
        Ok(SharedRecord::Of(tag, own)) => {
            assert_eq!((record[0], &record[1..]), (0x80 | tag, own));
            assert!(tag > 0);
        }
        Ok(SharedRecord::Announcement(tenants)) => {
            let tags: BTreeSet<_> = tenants.iter().map(|of| of.tag).collect();
            let names: BTreeSet<_> = tenants.iter().map(|of| &of.name).collect();
            assert!(tags.len() == tenants.len() && names.len() == tenants.len());
            let texts = tenants.iter().map(|of| 5 + of.name.len() + of.label.len());
            assert_eq!(texts.sum::<usize>() + 2, record.len(), "all of it is said");
            assert!(SharedRecord::decode(&record[..record.len() - 1]).is_err());
        }
        Ok(_) => {}
        Err(error) => assert_eq!(error.kind(), ErrorKind::Corrupt),
    }
}

/// A journal of these records, opened by two tenants.
fn open(records: &[Vec<u8>]) {
    let (disk, clock) = (SimulatedDisk::new(1), ManualClock::new());
    let settings = |label: &str| Settings {
        label: label.to_owned(),
        segment_bytes: 64 << 10,
        bytes_max: 8 << 16,
        seams: clock.seams(1),
        ..Settings::default()
    };
    let (journal, _) = Journal::open(disk.directory("j"), settings(SHARED_LABEL), |_, _| Ok(()))
        .expect("the disk is well");
    for record in records {
        let mut frame = Frame::new();
        let pushed = frame.push(record);
        if pushed.is_err() || journal.append(&frame).is_err() {
            return;
        }
    }
    journal.wait(journal.position().appended, Durability::Synced).expect("the disk is well");
    drop(journal);
    disk.kill();
    let tenants = (Collector("a", Vec::new()), Collector("b", Vec::new()));
    let opened = SharedJournal::in_directory(disk.directory("j"), settings("")).open(tenants);
    let is_plain = records[1..].iter().all(|record| record.first() == Some(&0x81));
    match opened {
        Ok((own, other)) => {
            if is_plain {
                let should: Vec<_> = records[1..].iter().map(|record| &record[1..]).collect();
                assert!(own.iter().eq(should) && other.is_empty(), "it is handed its own");
            }
        }
        Err(error) => {
            assert!(!is_plain, "{error:?}");
            assert!(matches!(error.kind(), ErrorKind::Corrupt | ErrorKind::Invalid), "{error:?}");
        }
    }
}
