//! Threads that only let go of something.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};

use forebay_pool::{BlobCodec, ByteSize, Guard, Handle, Object, Room, Sink, Source};
use forebay_store::Result;

use super::world::{World, explore_some, timed};

const SIZE: usize = 8_000;
const WEIGHT: u64 = 8_024 + 8;

forebay_store::sync::thread_local! {
    /// This thread lets go of the value of this name.
    static LETS_GO_OF: Cell<Option<u8>> = const { Cell::new(None) };
}

/// One was dropped or cloned where somebody let go of something else. A panic there would be caught.
static WAS_DISTURBED: AtomicBool = AtomicBool::new(false);

fn let_go<T>(name: u8, what: T) {
    LETS_GO_OF.with(|of| of.set(Some(name)));
    drop(what);
    LETS_GO_OF.with(|of| of.set(None));
}

/// A value of which nothing is run where others let go.
struct Private(Vec<u8>);

impl Private {
    fn new(name: u8) -> Self {
        Self(vec![name; SIZE])
    }

    fn look(&self) {
        let other = LETS_GO_OF.with(Cell::get).is_some_and(|name| name != self.0[0]);
        WAS_DISTURBED.fetch_or(other, Ordering::SeqCst);
    }
}

impl Clone for Private {
    fn clone(&self) -> Self {
        self.look();
        Self(self.0.clone())
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        self.look();
    }
}

struct Bytewise;

impl BlobCodec<Private> for Bytewise {
    fn id(&self) -> u16 {
        1040
    }

    fn name(&self) -> &'static str {
        "bytewise"
    }

    fn encode(&self, value: &Private, out: &mut dyn Sink) -> Result<()> {
        out.put(&value.0)
    }

    fn decode(&self, from: &mut dyn Source, _scrap: Option<Private>) -> Result<Private> {
        let mut bytes = vec![0; SIZE];
        from.fill(&mut bytes)?;
        Ok(Private(bytes))
    }
}

impl Object for Private {
    const NAME: &'static str = "private";
    const CODEC: &'static dyn BlobCodec<Self> = &Bytewise;

    fn heap_bytes(&self) -> usize {
        self.0.len()
    }
}

/// A pool with room for so many values.
fn small(values: u64) -> World {
    let bytes = values * WEIGHT + 8_192 + 8 * 704;
    World::with(ByteSize::bytes(bytes), |builder| builder.objects_max(16))
}

/// Two objects that fill the pool, one of them saved, and a guard of that.
fn full(world: &World) -> (Handle<Private>, Handle<Private>, Guard<Private>) {
    let [first, second] = [1, 2].map(|name| world.pool.insert(Private::new(name)).wait().unwrap());
    first.write_now().wait().unwrap();
    let guard = first.get().wait().unwrap();
    (first, second, guard)
}

fn check(world: &World) {
    for _ in 0..100 {
        world.clock.advance(std::time::Duration::from_millis(32));
        shuttle::thread::yield_now();
    }
    world.check();
    assert!(!WAS_DISTURBED.load(Ordering::SeqCst), "others' code where somebody let go");
}

fn insert(world: &World, name: u8) -> Box<dyn FnOnce() + Send> {
    let pool = world.pool.clone();
    Box::new(move || {
        let handle = pool.insert(Private::new(name)).wait().unwrap();
        assert_eq!(handle.get().wait().unwrap().0[SIZE - 1], name);
        let_go(name, handle);
    })
}

#[test]
fn a_guard_and_a_handle_beside_inserts() {
    explore_some(|| {
        let world = small(2);
        let (first, second, guard) = full(&world);
        let letting_go = Box::new(move || {
            let_go(1, guard);
            let_go(1, first);
        });
        timed(&world, vec![letting_go, insert(&world, 3), insert(&world, 4)]);
        drop(second);
        check(&world);
    });
}

#[test]
fn a_room_beside_a_replacement_and_a_copy() {
    explore_some(|| {
        let world = small(3);
        let (mut first, mut second, guard) = full(&world);
        let room: Room = world.pool.reserve(ByteSize::bytes(WEIGHT)).wait().unwrap();
        let shared = second.clone();
        let threads: Vec<Box<dyn FnOnce() + Send>> = vec![
            Box::new(move || {
                let_go(0, room);
                let_go(1, guard);
            }),
            Box::new(move || {
                first.replace(Private::new(5)).wait().unwrap();
                assert_eq!(first.get().wait().unwrap().0[0], 5);
            }),
            Box::new(move || {
                second.make_mut().wait().unwrap().0[1] = 9;
                assert_eq!(second.get().wait().unwrap().0[1], 9);
            }),
        ];
        timed(&world, threads);
        drop(shared);
        check(&world);
    });
}

#[test]
fn the_end_of_a_change_beside_many_and_an_insert() {
    explore_some(|| {
        let world = small(3);
        let (first, mut second, guard) = full(&world);
        let weak = second.downgrade();
        let (pool, one) = (world.pool.clone(), first.clone());
        let threads: Vec<Box<dyn FnOnce() + Send>> = vec![
            Box::new(move || {
                let lent = second.get_mut().wait();
                let_go(1, guard);
                let_go(2, lent);
                let_go(2, second);
            }),
            Box::new(move || {
                if let Some(second) = weak.upgrade() {
                    let both = [one, second];
                    drop(pool.get_many(&both).wait());
                }
            }),
            insert(&world, 3),
        ];
        timed(&world, threads);
        drop(first);
        check(&world);
    });
}
