//! A manifest of whatever bytes, as a snapshot of an archive: it is listed whole or it is an error. Its head is made
//! good, so that what follows is read, too.
#![no_main]

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_pool::{ArchiveSettings, ByteSize, Catalog, Pool};
use forebay_store::ErrorKind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let disk = SimulatedDisk::new(1);
    let pool = Pool::builder().memory(ByteSize::mib(4)).build().expect("a pool");
    let opened = pool.archive_in(disk.directory("a"), ArchiveSettings::default());
    let archive = opened.wait().expect("made");
    let Some((&entries, body)) = bytes.split_first() else { return };
    let id = Catalog::open_in(disk.directory("a")).expect("it was made").id();
    let manifest = [&head(id.to_bytes(), entries, body)[..], body].concat();
    let file = disk.directory("a/snapshots").create("s").expect("made");
    assert_eq!(file.write_at(&manifest, 0).expect("written"), manifest.len());
    match archive.items("s").wait() {
        Ok(items) => assert_eq!(items.len(), usize::from(entries)),
        Err(error) => assert_eq!(error.kind(), ErrorKind::Corrupt),
    }
});

/// The head that fits to a body.
fn head(archive: [u8; 16], entries: u8, body: &[u8]) -> [u8; 128] {
    let sum = |bytes| crc_fast::checksum(crc_fast::CrcAlgorithm::Crc64Nvme, bytes);
    let mut head = [0; 128];
    head[..8].copy_from_slice(b"forebayM");
    head[8] = 1;
    head[12] = entries;
    head[16..32].copy_from_slice(&archive);
    head[32] = 1;
    head[48..56].copy_from_slice(&(body.len() as u64).to_le_bytes());
    head[56..64].copy_from_slice(&sum(body).to_le_bytes());
    let end = sum(&head[..120]).to_le_bytes();
    head[120..].copy_from_slice(&end);
    head
}
