//! The real file system: the only place of the journal that touches it.

mod directory;
mod file;
#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(not(target_os = "linux"), path = "elsewhere.rs")]
mod system;

pub use directory::RealDirectory;
