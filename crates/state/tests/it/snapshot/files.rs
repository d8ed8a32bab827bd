//! Snapshots on a disk, through the journal's seam.

use forebay_journal::disk::simulated::{Call, Fault, SimulatedDisk};
use forebay_state::snapshot::{Compression, FileReader, FileWriter, Reader, Writer};
use forebay_store::{Error, ErrorKind, Result};

use super::rig::{Content, head, read};

fn content() -> Content {
    let entries = (0..30_000_u32).map(|n| (n.to_be_bytes().to_vec(), vec![0x41; 30]));
    [(1, entries.collect())].into()
}

fn write(disk: &SimulatedDisk) -> Result<()> {
    let file = disk.directory("a").create("snap").map_err(failed)?;
    let mut writer = Writer::new(FileWriter::new(file), &head(), Compression::None)?;
    writer.table(1)?;
    for (key, value) in &content()[&1] {
        writer.entry(key, value)?;
    }
    writer.finish()?.0.sync().map_err(failed)
}

fn failed(error: std::io::Error) -> Error {
    Error::unavailable("write").with_source(error)
}

fn open(disk: &SimulatedDisk) -> Result<Reader<FileReader>> {
    let file = disk.directory("a").open("snap", false).unwrap();
    Reader::open(FileReader::new(file))
}

#[test]
fn a_synced_file_is_whole_after_a_power_cut_and_is_written_in_few_pieces() {
    let disk = SimulatedDisk::new(1);
    write(&disk).unwrap();
    let bytes = disk.read_durable("a", "snap").unwrap_or_default();
    assert!(bytes.is_empty(), "the name is not durable");
    let bytes = disk.read_live("a", "snap").unwrap();
    assert!(disk.counts().writes <= bytes.len() as u64 / (256 << 10) + 1);
    disk.directory("a").sync().unwrap();
    disk.power_cut();
    assert_eq!(disk.read_live("a", "snap").unwrap(), bytes);
    assert!(read(&bytes).unwrap().0 == content());
    assert_eq!(open(&disk).unwrap().read_all(|_| Ok(())).unwrap().entries(), 30_000);
}

#[test]
fn short_writes_and_short_reads_lose_nothing() {
    let disk = SimulatedDisk::new(2);
    disk.set_rate(Call::Write, Fault::Short, 700);
    disk.set_rate(Call::Read, Fault::Short, 700);
    write(&disk).unwrap();
    assert_eq!(open(&disk).unwrap().read_all(|_| Ok(())).unwrap().entries(), 30_000);
    assert!(read(&disk.read_live("a", "snap").unwrap()).unwrap().0 == content());
}

#[test]
fn a_disk_that_fails_is_not_damage() {
    let disk = SimulatedDisk::new(3);
    disk.fail(Call::Write, 2, Fault::Full);
    assert_eq!(write(&disk).unwrap_err().kind(), ErrorKind::Unavailable);
    let disk = SimulatedDisk::new(3);
    write(&disk).unwrap();
    for nth in 1..8 {
        disk.fail(Call::Read, nth, Fault::Error);
        let read = open(&disk).and_then(|mut reader| reader.read_all(|_| Ok(())));
        assert_eq!(read.unwrap_err().kind(), ErrorKind::Unavailable, "read {nth}");
        disk.heal();
    }
}

#[test]
fn a_bit_that_the_disk_reads_wrong_is_damage() {
    let disk = SimulatedDisk::new(4);
    write(&disk).unwrap();
    for nth in 1..8 {
        disk.fail(Call::Read, nth, Fault::Flip);
        let read = open(&disk).and_then(|mut reader| reader.read_all(|_| Ok(())));
        super::rig::damage_of(&read.unwrap_err());
        disk.heal();
    }
}
