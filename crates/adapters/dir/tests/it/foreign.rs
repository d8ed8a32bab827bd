//! Directories that are somebody else's.

use forebay_dir::DirStore;
use forebay_store::ErrorKind;

#[test]
fn a_directory_with_something_else_in_it_is_not_made_a_store() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("photos")).unwrap();
    let error = DirStore::<String, u64>::open(folder.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("photos"), "{error}");
    let names = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(names, 1, "nothing was added");
}
