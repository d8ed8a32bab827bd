//! What a pool can do, a function each: what users of other pools of objects look for, and find.
//!
//! `cargo run -p forebay --features pool --example pool_tour`
#![expect(clippy::print_stdout, reason = "an example shows its result")]

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use forebay::pool::{
    BlobCodec, Catalog, DirMedium, Guard, Handle, HeapBytes, Hint, Key, Object, Order, PackBytes,
    Pool, Quota, StoreMedium, WhenFull,
};
use forebay::{ByteSize, ErrorKind, IntoStore, MemoryStore, Postcard, Result, Seams};
use serde::{Deserialize, Serialize};

/// An object of one's own: its name, how it becomes bytes, what it has on the heap.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Tile {
    name: String,
    heights: Vec<i16>,
}

impl Object for Tile {
    const NAME: &'static str = "tile/1";
    const CODEC: &'static dyn BlobCodec<Self> = &Postcard;

    fn heap_bytes(&self) -> usize {
        self.name.on_heap() + self.heights.on_heap()
    }
}

fn tile(number: usize) -> Tile {
    Tile { name: format!("tile {number}"), heights: vec![500; 50_000] }
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let pool = open(folder.path())?;
    insert(&pool)?;
    read(&pool)?;
    change(&pool)?;
    ahead(&pool)?;
    let key = keep(&pool, &folder.path().join("maps"))?;
    save(&pool, &folder.path().join("maps"), key)?;
    pack(&folder.path().join("maps"))?;
    other_media()?;
    end(&pool)?;
    Ok(())
}

/// One pool for objects of all types, bounded in bytes.
fn open(folder: &Path) -> Result<Pool> {
    let quota = Quota::bytes(ByteSize::gib(1));
    let spill = DirMedium::builder().dir_with(folder.join("spill"), quota).open()?;
    Pool::builder()
        .memory(ByteSize::mib(2))
        .spill(spill)
        .order(Order::Segmented { protected: 0.5 })
        .when_full(WhenFull::Wait(Duration::from_secs(10)))
        .lanes(2, 2)
        .build()
}

/// Ten times as much as there is memory.
fn insert(pool: &Pool) -> Result<()> {
    let tiles = (0..100).map(|n| Ok(pool.insert(tile(n)).wait()?)).collect::<Result<Vec<_>>>()?;
    let stats = pool.stats();
    println!("{} objects, {} of {} in memory", tiles.len(), stats.resident, stats.budget);
    assert_eq!(stats.objects.all(), 100);
    assert!(stats.resident <= stats.budget);
    // One that does not get in comes back.
    let too_large = pool.try_insert(vec![0_u8; 3 << 20]);
    assert!(too_large.is_err_and(|rejected| rejected.given_back.len() == 3 << 20));
    Ok(())
}

/// The same on a thread, in async code, and with no wait at all.
fn read(pool: &Pool) -> Result<()> {
    let handle = pool.insert(tile(7)).wait()?;
    handle.evict().wait()?; // On the disk only.
    assert!(handle.try_get().is_none());
    let guard: Guard<Tile> = handle.get_blocking()?;
    let in_async = async { handle.get().await };
    assert!(forebay::seam::block_on(in_async)?.ptr_eq(&guard));
    let (other, weak) = (handle.clone(), handle.downgrade());
    assert!(other.ptr_eq(&handle) && weak.upgrade().is_some());
    drop((handle, other));
    assert!(weak.upgrade().is_none());
    assert_eq!(guard.name, "tile 7"); // Who looks at it has it.
    Ok(())
}

/// An object that has several handles never changes under them.
fn change(pool: &Pool) -> Result<()> {
    let mut mine = pool.insert(tile(1)).wait()?;
    let first = mine.key();
    assert_eq!(mine.get_mut().wait()?.name, "tile 1"); // Only looked at: it is what it was.
    assert_eq!(mine.key(), first);
    mine.get_mut().wait()?.heights[0] = 2;
    assert_ne!(mine.key(), first);
    let yours = mine.clone();
    assert!(mine.get_mut().wait().is_err_and(|error| error.kind() == ErrorKind::Refused));
    mine.make_mut().wait()?.heights[0] = 3; // A copy of its own.
    assert_eq!((mine.get().wait()?.heights[0], yours.get().wait()?.heights[0]), (3, 2));
    mine.write_now().wait()?; // In memory and on the disk.
    let value: Tile = mine.into_inner().wait()?;
    assert_eq!(value.heights[0], 3);
    Ok(())
}

/// What comes next, and what comes no more.
fn ahead(pool: &Pool) -> Result<()> {
    let tiles = (0..20).map(|n| Ok(pool.insert(tile(n)).wait()?)).collect::<Result<Vec<_>>>()?;
    tiles[3].prefetch();
    tiles[4].hint(Hint::Once);
    assert_eq!(pool.get_many(&tiles[..2]).wait()?.len(), 2); // Both or none.
    let (mut scan, mut seen) = (pool.scan(tiles), 0);
    while let Some(tile) = scan.next().wait()? {
        seen += tile.heights.len();
    }
    assert_eq!(seen, 20 * 50_000);
    Ok(())
}

/// An object that outlives its pool, under its key.
fn keep(pool: &Pool, place: &Path) -> Result<Key> {
    let archive = pool.archive(place).wait()?;
    let handle = pool.insert(tile(42)).wait()?;
    let key = archive.keep(&handle).wait()?; // Durable when it is answered.
    assert_eq!(archive.keep(&handle).wait()?, key); // Twice is once.
    assert!(archive.contains(key).wait()? && archive.keys().wait()? == [key]);
    let again: Handle<Tile> = archive.open(key).wait()?;
    assert!(again.ptr_eq(&handle)); // One key is one object, and in memory once.
    assert!(archive.find::<Tile>(Key::from_bytes([0; 16])).wait()?.is_none());
    Ok(key)
}

/// A whole state under a name: all of it or nothing, and what is no longer a part of any goes.
fn save(pool: &Pool, place: &Path, key: Key) -> Result<()> {
    let archive = pool.archive(place).wait()?;
    let old = (0..5).map(|n| Ok(pool.insert(tile(n)).wait()?)).collect::<Result<Vec<_>>>()?;
    let named = old.iter().enumerate().map(|(n, tile)| (format!("{n}"), tile.item()));
    archive.commit("map", named).wait()?;
    // The next state has one of the old ones, and one that is new.
    let new = pool.insert(tile(9)).wait()?;
    let report = archive.commit_at_most("map", [("0", &old[0]), ("9", &new)], 2).wait()?;
    assert_eq!(report.objects, 2);
    println!("{:?}", archive.gc().wait()?);
    let tiles: Vec<Handle<Tile>> = archive.open_all(&[old[0].key(), key]).wait()?;
    assert_eq!(tiles[1].get().wait()?.name, "tile 42");
    assert_eq!(archive.open_in::<Tile>("map", "9").wait()?.get().wait()?.name, "tile 9");
    assert!(archive.delete(key).wait()?);
    let kept = archive.keep_all([&new]).wait()?; // Many at the price of one.
    assert_eq!(kept.keys, [new.key()]);
    assert!(archive.delete_snapshot(&kept.snapshot).wait()?);
    Ok(())
}

/// A file of an archive as bytes, wherever they are.
#[expect(clippy::disallowed_methods, reason = "a program reads a file as it likes")]
fn pack(place: &Path) -> Result<(), Box<dyn Error>> {
    let catalog = Catalog::open(place)?; // Without a pool.
    println!("{:?}", catalog.stock()?);
    for file in std::fs::read_dir(place.join("packs"))? {
        let pack = PackBytes::parse(std::fs::read(file?.path())?)?; // All of it is checked.
        for key in pack.keys() {
            let (tile, blob) = (pack.get::<Tile>(key)?, pack.blob(key));
            let name = tile.map(|tile| tile.name);
            println!("{key} is {name:?}, {} bytes", blob.map_or(0, |blob| blob.len()));
        }
    }
    Ok(())
}

/// Blobs in a store: any backing store will do.
fn other_media() -> Result<()> {
    let store = MemoryStore::new().into_store(&Seams::real());
    let spill = StoreMedium::over(store)?;
    let pool = Pool::builder().memory(ByteSize::mib(1)).spill(spill).build()?;
    let handle = pool.insert(vec![15_u64; 1000]).wait()?;
    assert!(handle.evict().wait()?);
    assert_eq!(handle.get().wait()?[999], 15);
    Ok(())
}

/// Everything is awaited, and it is told what was left.
fn end(pool: &Pool) -> Result<()> {
    pool.flush().wait()?;
    pool.idle().wait()?;
    let report = pool.close(Duration::from_secs(5)).wait()?;
    println!("{report}");
    assert!(report.is_clean());
    Ok(())
}
