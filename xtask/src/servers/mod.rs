//! What the tests need beyond a Rust toolchain: looked for first, installed only when missing.

mod apt;
mod cargo_tool;
mod install;
mod need;
mod python;

pub use install::{announce, check, install, steps};
pub use need::{For, Need, needs};
