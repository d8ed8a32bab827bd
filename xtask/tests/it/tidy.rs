//! The tree itself keeps the rules of the house.

use std::path::Path;

#[test]
fn the_tree_is_tidy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask has a parent folder");
    let report = xtask::tidy::inspect(root).expect("the tree can be read");
    assert!(report.is_tidy(), "\n{report}\n");
}
