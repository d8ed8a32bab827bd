//! Moves from `file_backed` to a pool and its archive: `cargo run -p forebay --features pool --example from_file_backed`.
//!
//! It brings a place over that a real `file_backed` 0.6.14 has written. Give it another one with texts, and a
//! directory for the archive, as its arguments.
#![expect(clippy::print_stdout, reason = "an example shows its result")]

use std::ops::ControlFlow;
use std::path::PathBuf;

use forebay::pool::file_backed::{Import, Persisted};
use forebay::pool::{Bincode1, BlobCodec, DirMedium, Handle, Object, Pool};
use forebay::{ByteSize, Postcard, Result};
use serde::{Deserialize, Serialize};

/// What `FBPool<Note, FBStore<BinCodec>>` had. It is written as postcard from now on.
#[derive(Serialize, Deserialize)]
struct Note(String);

impl Object for Note {
    const NAME: &'static str = "note/1";
    const CODEC: &'static dyn BlobCodec<Self> = &Postcard;

    fn heap_bytes(&self) -> usize {
        self.0.capacity()
    }
}

fn main() -> Result<()> {
    let fixture = "../../fixtures/file_backed-0.6.14/texts";
    let fixture = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(fixture);
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let place = arguments.next().unwrap_or_else(fixture);
    let scratch = tempfile::tempdir().expect("there is room for files");
    let archive = arguments.next().unwrap_or_else(|| scratch.path().join("archive"));

    // Before: `FBPool::new(store, 1000)`, a number of objects. Now a number of bytes.
    let spill = DirMedium::open(scratch.path().join("spill"))?;
    let pool = Pool::builder().memory(ByteSize::mib(64)).spill(spill).build()?;
    let archive = pool.archive(archive).wait()?;

    let place = Persisted::open(place)?;
    let keys = place.keys().to_vec();
    let report = Import::<Note>::of(place)
        .written_by(&Bincode1)
        .progress(|now| {
            println!("{} of {}", now.objects, now.total);
            ControlFlow::Continue(())
        })
        .commit_to(&archive, "moved")
        .wait()?;
    print!("{report}");

    // Before: `pool.register(&tracked, key)`, with the same keys.
    for key in keys {
        let note: Handle<Note> = archive.open(key).wait()?;
        println!("{key}: {:?}", note.get().wait()?.0);
    }
    Ok(())
}
