//! What a log's user does with its records after a restart: a map of them, here in many parts by key,
//! filled by two threads. Every log whose records come one by one is loaded like this.

use std::collections::HashMap;
use std::mem;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use super::subject::Result;
use crate::records::{KEY, VALUE};

type Map = HashMap<[u8; KEY], Box<[u8]>>;

/// So many that the map of a part fits into a processor's cache.
const PARTS: usize = 256;
const THREADS: usize = 2;
/// Records are handed over so many bytes at a time, all of one part.
const CHUNK: usize = 128 * (KEY + VALUE);
/// How many chunks may wait for one thread.
const CHUNKS: usize = 64;

/// Takes records in order; those of one key stay in order.
#[derive(Debug)]
pub(crate) struct Loader {
    /// What is still to be handed over, for each part.
    chunks: Vec<Vec<u8>>,
    threads: Vec<Thread>,
}

/// Each has the parts whose number leaves its own when it is divided by the number of threads.
#[derive(Debug)]
struct Thread {
    chunks: SyncSender<(usize, Vec<u8>)>,
    handle: JoinHandle<Vec<Map>>,
}

/// All records, by part.
#[derive(Debug)]
pub(crate) struct Maps(Vec<Vec<Map>>);

impl Loader {
    #[expect(
        clippy::disallowed_methods,
        reason = "it stands for an application, which has threads"
    )]
    pub(crate) fn new() -> Self {
        let thread = |_| {
            let (chunks, arriving) = sync_channel(CHUNKS);
            Thread { chunks, handle: thread::spawn(move || fill(&arriving)) }
        };
        Self { chunks: vec![Vec::new(); PARTS], threads: (0..THREADS).map(thread).collect() }
    }

    /// A record is a key and its value.
    pub(crate) fn take(&mut self, record: &[u8]) {
        let part = part_of(record);
        let chunk = &mut self.chunks[part];
        chunk.extend_from_slice(record);
        if chunk.len() >= CHUNK {
            let next = Vec::with_capacity(CHUNK);
            self.threads[part % THREADS].hand(part, mem::replace(chunk, next));
        }
    }

    /// Waits until everything is in its place.
    pub(crate) fn finish(self) -> Result<Maps> {
        for (part, chunk) in self.chunks.into_iter().enumerate() {
            self.threads[part % THREADS].hand(part, chunk);
        }
        let finish = |thread: Thread| {
            drop(thread.chunks);
            thread.handle.join().map_err(|_| "a thread that fills maps has panicked".into())
        };
        Ok(Maps(self.threads.into_iter().map(finish).collect::<Result<_>>()?))
    }
}

impl Thread {
    fn hand(&self, part: usize, chunk: Vec<u8>) {
        // If nobody takes it, the thread has panicked, and that is told at the end.
        let _ = self.chunks.send((part, chunk));
    }
}

impl Maps {
    pub(crate) fn get(&self, key: &[u8; KEY]) -> Option<Vec<u8>> {
        let part = part_of(key);
        self.0[part % THREADS][part / THREADS].get(key).map(|value| value.to_vec())
    }

    pub(crate) fn len(&self) -> usize {
        self.0.iter().flatten().map(Map::len).sum()
    }
}

fn fill(arriving: &Receiver<(usize, Vec<u8>)>) -> Vec<Map> {
    let mut maps = vec![Map::new(); PARTS / THREADS];
    for (part, chunk) in arriving {
        let map = &mut maps[part / THREADS];
        for record in chunk.chunks_exact(KEY + VALUE) {
            if let Some((key, value)) = record.split_first_chunk() {
                map.insert(*key, value.into());
            }
        }
    }
    maps
}

/// Keys are random, so any byte will do.
fn part_of(key: &[u8]) -> usize {
    key.first().map_or(0, |byte| usize::from(*byte) % PARTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_record_of_a_key_holds() -> Result<()> {
        let mut loader = Loader::new();
        for number in 0..5_000_u32 {
            let mut record = [0; KEY + VALUE];
            record[..2].copy_from_slice(&(number % 1_000).to_le_bytes()[..2]);
            record[KEY..KEY + 4].copy_from_slice(&number.to_le_bytes());
            loader.take(&record);
        }
        let maps = loader.finish()?;
        assert_eq!(maps.len(), 1_000);
        let mut key = [0; KEY];
        key[..2].copy_from_slice(&777_u16.to_le_bytes());
        let value = maps.get(&key).ok_or("it is not there")?;
        assert_eq!(value[..4], 4_777_u32.to_le_bytes());
        Ok(())
    }
}
