//! A process that lives on while another one is killed again and again.

use std::io::stdin;
use std::sync::mpsc::{self, Receiver, TryRecvError};

use forebay_pool::{Archive, Handle, Key, Pool};
use forebay_store::{Error, ErrorKind, Result};

use crate::check::whole;
use crate::content::Content;
use crate::place::Place;
use crate::say;

/// So many objects of its own.
const OWN: u64 = 24;
/// What stands in them in place of a thread.
const NEIGHBOUR: u64 = 77;

/// What it has seen.
#[derive(Default)]
struct Seen {
    looks: u64,
    snapshots: u64,
    overtaken: u64,
}

pub(crate) fn run(place: &Place) -> Result<()> {
    let pool = Place::still_pool(place.spill()?)?;
    let own = (0..OWN).map(|number| spilled(&pool, number)).collect::<Result<Vec<_>>>()?;
    let (asked, questions) = mpsc::channel();
    say("ready")?;
    let done = std::thread::scope(|scope| {
        scope.spawn(move || {
            // Nobody listens any more when this process ends by itself.
            stdin().lines().map_while(std::io::Result::ok).all(|_line| asked.send(()).is_ok())
        });
        let done = look(place, &pool, &own, &questions);
        // It is said at once: the thread that listens ends with its input.
        done.or_else(|error| say(&format!("failed: {error:?}")).and(Err(error)))
    });
    drop((own, pool));
    done.and_then(|()| say("closed"))
}

/// Goes on until nobody can ask any more.
fn look(
    place: &Place,
    pool: &Pool,
    own: &[Handle<Vec<u8>>],
    questions: &Receiver<()>,
) -> Result<()> {
    let (mut seen, mut archive) = (Seen::default(), None);
    loop {
        look_at_own(own)?;
        // Until its first owner has made it there is none.
        if archive.is_none() {
            archive = pool.archive_to_read(place.archive()).wait().ok();
        }
        if let Some(archive) = &archive {
            look_at(archive, &mut seen)?;
        }
        seen.looks += 1;
        match questions.try_recv() {
            Ok(()) => {
                let Seen { looks, snapshots, overtaken } = std::mem::take(&mut seen);
                say(&format!("whole {looks} {snapshots} {overtaken}"))?;
            }
            Err(TryRecvError::Disconnected) => return Ok(()),
            Err(TryRecvError::Empty) => {}
        }
    }
}

fn spilled(pool: &Pool, number: u64) -> Result<Handle<Vec<u8>>> {
    let content = Content { thread: NEIGHBOUR, generation: number, number };
    let object = pool.insert(content.bytes()).wait()?;
    object.evict().wait()?;
    Ok(object)
}

/// Its own come back from the spill as they went.
fn look_at_own(own: &[Handle<Vec<u8>>]) -> Result<()> {
    for (number, object) in (0..).zip(own) {
        let content = Content::of(&object.get().wait()?)?;
        if content != (Content { thread: NEIGHBOUR, generation: number, number }) {
            return Err(Error::corrupt(format!("{content:?} is where {number} was")));
        }
        object.evict().wait()?;
    }
    Ok(())
}

/// Each snapshot is whole, or was replaced while it was looked at.
fn look_at(archive: &Archive, seen: &mut Seen) -> Result<()> {
    for snapshot in archive.snapshots().wait()?.all()? {
        let looked = archive.items(&snapshot.name).wait().and_then(|items| {
            let keys: Vec<Key> = items.iter().map(|item| item.key).collect();
            whole(archive, &snapshot.name, &keys)
        });
        match looked {
            Ok(_) => seen.snapshots += 1,
            Err(error) if error.kind() == ErrorKind::Corrupt => return Err(error),
            Err(error) => {
                let now = archive.snapshots().wait()?.all()?;
                if now.iter().any(|now| now.sequence == snapshot.sequence) {
                    return Err(error);
                }
                seen.overtaken += 1;
            }
        }
    }
    Ok(())
}
