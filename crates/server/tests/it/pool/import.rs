//! What `forebay pool import` brings over.
#![expect(clippy::disallowed_methods, reason = "the tests break real files")]

use std::fs;
use std::path::{Path, PathBuf};

use forebay::pool::{ByteSize, Handle, Pool};

use crate::journal::rig::run;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/file_backed-0.6.14").join(name)
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// A copy of a place, with an archive to be beside it.
fn copied(name: &str) -> (tempfile::TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let (place, archive) = (folder.path().join("place"), folder.path().join("archive"));
    for shard in fs::read_dir(fixture(name)).expect("listed") {
        let shard = shard.expect("an entry").path();
        let to = place.join(shard.file_name().expect("a name"));
        fs::create_dir_all(&to).expect("made");
        for file in fs::read_dir(shard).expect("listed") {
            let file = file.expect("an entry").path();
            fs::copy(&file, to.join(file.file_name().expect("a name"))).expect("copied");
        }
    }
    (folder, place, archive)
}

/// An object of a place: the first by name.
fn first(place: &Path) -> PathBuf {
    let mut shards: Vec<_> = fs::read_dir(place).expect("listed").collect();
    shards.sort_by_key(|shard| shard.as_ref().expect("an entry").file_name());
    let shard = shards.remove(0).expect("an entry").path();
    fs::read_dir(shard).expect("listed").next().expect("one").expect("an entry").path()
}

fn opened(archive: &Path, key: &str) -> String {
    let pool = Pool::builder().memory(ByteSize::mib(8)).build().expect("a pool");
    let archive = pool.archive_to_read(archive).wait().expect("opened");
    let object: Handle<String> =
        archive.open(key.parse().expect("a key")).wait().expect("it is there");
    let text = object.get().wait().expect("read");
    String::clone(&text)
}

#[test]
fn objects_are_kept_under_their_keys_with_their_type_and_compared() {
    for name in ["texts", "redb"] {
        let folder = tempfile::tempdir().expect("a folder");
        let archive = folder.path().join("archive");
        let place = fixture(name);
        let answer =
            run(&["pool", "import", "--as", "text", "--progress", text(&place), text(&archive)]);
        assert_eq!(answer.code, Some(0), "{answer:?}");
        let told = "3 objects: 3 brought over, 0 there before, 3 compared and the same, ";
        assert!(answer.out.starts_with(told), "{answer:?}");
        assert!(answer.err.contains("all looked at"), "{answer:?}");
        let expected = fs::read_to_string(fixture(&format!("{name}.txt"))).expect("read");
        for line in expected.lines() {
            let (key, value) = line.split_once(' ').expect("a key and a value");
            assert_eq!(format!("{:?}", opened(&archive, key)), value);
        }
        let verified = run(&["pool", "verify", text(&archive)]);
        assert!(verified.out.starts_with("good: 3 objects"), "{verified:?}");
    }
}

#[test]
fn as_they_are_they_are_bytes_and_a_second_time_nothing_is_brought_over() {
    let (_folder, place, archive) = copied("texts");
    fs::write(place.join("7f/notes"), "mine").expect("written");
    let json = ["pool", "import", "--json", text(&place), text(&archive)];
    let answer = run(&json);
    let told = "{\"verdict\":\"good\",\"found\":3,\"taken\":3,\"present\":0,\"compared\":3,";
    assert!(answer.code == Some(0) && answer.out.starts_with(told), "{answer:?}");
    let strangers = "\"no_objects\":1,\"strangers\":[{\"name\":\"7f/notes\"}]}\n";
    assert!(answer.out.ends_with(strangers), "{answer:?}");
    let again = run(&json);
    assert!(again.out.contains("\"taken\":0,\"present\":3,\"compared\":3,"), "{again:?}");
    let listed = run(&["pool", "stats", text(&archive)]);
    assert!(listed.out.contains("kept       3 objects"), "{listed:?}");
}

#[test]
fn what_is_damaged_keeps_all_out_unless_the_good_ones_are_wanted() {
    let (_folder, place, archive) = copied("texts");
    let damaged = first(&place);
    fs::write(&damaged, "no").expect("written");
    let import = ["pool", "import", "--as", "text", text(&place), text(&archive)];
    let answer = run(&import);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    for told in ["DAMAGED: ", text(&damaged), "3 objects: 0 brought over", "nothing was kept"] {
        assert!(answer.out.contains(told), "no {told:?} in {answer:?}");
    }
    let good = run(&[&import[..], &["--keep-good"]].concat());
    assert_eq!(good.code, Some(1), "{good:?}");
    assert!(good.out.contains("3 objects: 2 brought over, 0 there before, 2 compared"), "{good:?}");
}

#[test]
fn one_that_is_another_in_the_archive_is_told() {
    let (_folder, place, archive) = copied("texts");
    let import = ["pool", "import", text(&place), text(&archive)];
    assert_eq!(run(&import).code, Some(0));
    fs::write(first(&place), "something else").expect("written");
    let answer = run(&import);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    assert!(
        answer.out.contains("another content") && answer.out.contains("2 compared"),
        "{answer:?}"
    );
    assert!(!answer.out.contains("nothing was kept"), "{answer:?}");
    for shard in fs::read_dir(&place).expect("listed") {
        for file in fs::read_dir(shard.expect("an entry").path()).expect("listed") {
            fs::write(file.expect("an entry").path(), "something else").expect("written");
        }
    }
    let answer = run(&import);
    assert!(answer.out.contains(" 0 compared"), "{answer:?}");
    assert!(!answer.out.contains("nothing was kept"), "{answer:?}");
}

#[test]
fn what_is_no_place_makes_no_archive() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = folder.path().join("archive");
    let answer = run(&["pool", "import", text(folder.path()), text(&archive)]);
    assert!(answer.code == Some(2) && answer.err.contains("no place of file_backed"), "{answer:?}");
    assert!(!archive.exists());
    let wrong = run(&["pool", "import", "--as", "photo", "x", "y"]);
    assert!(wrong.code == Some(2) && wrong.err.contains("photo"), "{wrong:?}");
}
