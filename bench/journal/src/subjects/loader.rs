//! What a log's user does with its records after a restart: a map of them, here in many parts by key,
//! filled by two threads. Every log whose records come one by one is loaded like this. Values stay in
//! the pieces of memory in which they were handed over, and a map says where.

use std::collections::HashMap;
use std::mem;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use super::subject::Result;
use crate::records::{KEY, VALUE};

/// The records of one part.
#[derive(Debug, Default)]
struct Map {
    /// In the order of their numbers.
    chunks: Vec<Vec<u8>>,
    /// The number of the last record of each key.
    places: HashMap<[u8; KEY], u32>,
}

/// So many that the map of a part fits into a processor's cache.
const PARTS: usize = 256;
const THREADS: usize = 2;
/// Records are handed over so many bytes at a time, all of one part.
const CHUNK: usize = RECORDS * RECORD;
const RECORDS: usize = 128;
const RECORD: usize = KEY + VALUE;
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
    handle: JoinHandle<Option<Vec<Map>>>,
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
            let filled =
                thread.handle.join().map_err(|_| "a thread that fills maps has panicked")?;
            filled.ok_or_else(|| "a part has too many records".into())
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
        self.0[part % THREADS][part / THREADS].get(key).map(<[u8]>::to_vec)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.iter().flatten().map(Map::len).sum()
    }
}

impl Map {
    fn take(&mut self, chunk: Vec<u8>) -> Option<()> {
        let first = self.chunks.len() * RECORDS;
        for (number, record) in (first..).zip(chunk.chunks_exact(RECORD)) {
            self.places.insert(*record.first_chunk()?, u32::try_from(number).ok()?);
        }
        self.chunks.push(chunk);
        Some(())
    }

    fn get(&self, key: &[u8; KEY]) -> Option<&[u8]> {
        let number = *self.places.get(key)? as usize;
        let chunk = self.chunks.get(number / RECORDS)?;
        let begin = number % RECORDS * RECORD;
        chunk.get(begin + KEY..begin + RECORD)
    }

    fn len(&self) -> usize {
        self.places.len()
    }
}

/// `None` if there are more records than can be counted.
fn fill(arriving: &Receiver<(usize, Vec<u8>)>) -> Option<Vec<Map>> {
    let mut maps: Vec<_> = (0..PARTS / THREADS).map(|_| Map::default()).collect();
    for (part, chunk) in arriving {
        maps[part / THREADS].take(chunk)?;
    }
    Some(maps)
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
