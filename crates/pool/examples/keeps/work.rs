//! The load under which the process is killed.

use std::collections::VecDeque;

use forebay_pool::{Archive, Handle, Key, Pool};
use forebay_store::{Error, Result};

use crate::content::Content;
use crate::place::Place;
use crate::say;

pub(crate) const THREADS: u64 = 4;
/// So many are in a snapshot.
pub(crate) const OBJECTS: u64 = 5;
/// So many of each thread are only spilled: together more than the memory.
const SPILLED: usize = 32;

pub(crate) fn run(place: &Place) -> Result<()> {
    let pool = Place::pool(place.spill()?)?;
    let archive = place.owned(&pool)?;
    std::thread::scope(|scope| {
        let start = |thread| {
            let (pool, archive) = (&pool, &archive);
            scope.spawn(move || work(thread, pool, archive))
        };
        let threads: Vec<_> = (0..THREADS).map(start).collect();
        for thread in threads {
            thread.join().map_err(|_| Error::invalid("a thread panicked"))??;
        }
        Ok(())
    })
}

/// Goes on for ever.
fn work(thread: u64, pool: &Pool, archive: &Archive) -> Result<()> {
    let name = format!("snapshot-{thread}");
    let before: Option<Handle<Vec<u8>>> = archive.open_in(&name, "object-0").wait().ok();
    let mut generation = match before {
        Some(object) => Content::of(&object.get().wait()?)?.generation,
        None => 0,
    };
    let (mut kept, mut spilled) = (Vec::new(), VecDeque::new());
    loop {
        generation += 1;
        let insert = |number| {
            let content = Content { thread, generation, number };
            Ok(pool.insert(content.bytes()).wait()?)
        };
        let objects = (0..OBJECTS).map(insert).collect::<Result<Vec<_>>>()?;
        // Some are spilled before, so that their files are linked.
        objects[1].evict().wait()?;
        say(&format!("committing {thread} {generation}"))?;
        let named = (0..).zip(&objects).map(|(at, object)| (format!("object-{at}"), object.item()));
        archive.commit(&name, named).wait()?;
        say(&format!("committed {thread} {generation}"))?;
        // What a snapshot has is kept by a link, what is new by a file of its own.
        let alone = insert(OBJECTS)?;
        for (object, number) in [(&alone, OBJECTS), (&objects[0], 0)] {
            let key = archive.keep(object).wait()?;
            let content = Content { thread, generation, number };
            say(&format!("kept {key} {}", content.name()))?;
            kept.push(key);
        }
        if kept.len() > 2 {
            delete(archive, kept.remove(0))?;
        }
        if generation % THREADS == thread {
            archive.gc().wait()?;
        }
        spilled.push_back((insert(OBJECTS + 1)?, generation));
        read_the_oldest(&mut spilled, thread)?;
    }
}

/// What went to the spill comes back as it was.
fn read_the_oldest(spilled: &mut VecDeque<(Handle<Vec<u8>>, u64)>, thread: u64) -> Result<()> {
    if spilled.len() < SPILLED {
        return Ok(());
    }
    let Some((oldest, generation)) = spilled.pop_front() else { return Ok(()) };
    let expected = Content { thread, generation, number: OBJECTS + 1 };
    if Content::of(&oldest.get().wait()?)? == expected {
        return Ok(());
    }
    Err(Error::corrupt(format!("{expected:?} came back as another one")))
}

fn delete(archive: &Archive, key: Key) -> Result<()> {
    say(&format!("deleting {key}"))?;
    archive.delete(key).wait()?;
    say(&format!("deleted {key}"))
}
