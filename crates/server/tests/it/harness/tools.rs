//! Other people's tools. A test that needs one fails without it and says how to get it.

use std::path::{Path, PathBuf};

const HOW: &str = "install it with `cargo xtask servers`";

pub(crate) fn redis_cli() -> PathBuf {
    program("redis-cli")
}

pub(crate) fn redis_benchmark() -> PathBuf {
    program("redis-benchmark")
}

pub(crate) fn redis_server() -> PathBuf {
    program("redis-server")
}

/// A Python that has the `redis` library.
pub(crate) fn python() -> PathBuf {
    let path = servers().join("venv/bin/python");
    assert!(path.exists(), "{} is missing: {HOW}", path.display());
    path
}

/// The sources of that library, with its own tests.
pub(crate) fn redis_py() -> PathBuf {
    let path = servers().join("redis-py");
    assert!(path.join("tests/test_commands.py").exists(), "{} is missing: {HOW}", path.display());
    path
}

/// A program from where the chore puts it, or else from the `PATH`.
fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let places = [servers().join("bin"), servers().join("usr/bin")];
    places
        .into_iter()
        .chain(std::env::split_paths(&path))
        .map(|place| place.join(name))
        .find(|path| path.is_file())
        .unwrap_or_else(|| panic!("{name} is missing: {HOW}"))
}

fn servers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/servers")
}
