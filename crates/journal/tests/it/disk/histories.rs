//! Random histories against a model of what a log is entitled to.

use std::collections::BTreeSet;

use forebay_journal::disk::simulated::{Call, Fault, SimulatedDisk};
use forebay_store::seam::Random;
use forebay_store::seam::manual::SeededRandom;

use super::rig::{durable_file, write};

const SIZE: usize = 6000;

/// For each byte of a file, every value that it may have after a power cut.
struct Model(Vec<BTreeSet<u8>>);

impl Model {
    fn write(&mut self, bytes: &[u8], offset: usize) {
        for (allowed, byte) in self.0[offset..].iter_mut().zip(bytes) {
            allowed.insert(*byte);
        }
    }

    fn sync(&mut self, live: &[u8]) {
        self.0 = live.iter().map(|byte| BTreeSet::from([*byte])).collect();
    }

    fn check(&self, bytes: &[u8], seed: u64) {
        assert_eq!(bytes.len(), SIZE, "seed {seed}");
        for (at, (allowed, byte)) in self.0.iter().zip(bytes).enumerate() {
            assert!(allowed.contains(byte), "seed {seed}: byte {at} is {byte}, not {allowed:?}");
        }
    }
}

#[test]
fn after_any_history_every_byte_is_one_that_it_was_since_its_last_sync() {
    for seed in 0..60 {
        let random = SeededRandom::new(seed);
        let draw = |end: usize| usize::try_from(random.next_u64() % end as u64).unwrap();
        let disk = SimulatedDisk::new(seed);
        let mut model = Model(vec![BTreeSet::from([0]); SIZE]);
        let mut file = durable_file(&disk, "one", &[0; SIZE]);
        for step in 1..60u8 {
            match draw(12) {
                0 | 1 => {
                    file.sync().unwrap();
                    model.sync(&disk.read_live("a", "one").unwrap());
                }
                2 => {
                    disk.power_cut();
                    let left = disk.read_live("a", "one").unwrap();
                    model.check(&left, seed);
                    model.sync(&left);
                    file = disk.directory("a").open("one", true).unwrap();
                }
                3 => {
                    disk.fail(Call::Write, 1, Fault::Error);
                    let offset = draw(SIZE - 1500);
                    assert!(file.write_at(&[step; 1500], offset as u64).is_err());
                    model.write(&[step; 1500], offset);
                }
                _ => {
                    let offset = draw(SIZE - 1500);
                    let bytes = vec![step; draw(1500)];
                    write(&*file, &bytes, offset as u64);
                    model.write(&bytes, offset);
                }
            }
        }
    }
}
