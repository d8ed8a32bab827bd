//! The real file system: the only place of the journal that touches it.

mod directory;
#[cfg(not(target_os = "linux"))]
mod elsewhere;
mod file;
#[cfg(target_os = "linux")]
mod linux;

#[cfg(not(target_os = "linux"))]
use elsewhere as system;
#[cfg(target_os = "linux")]
use linux as system;

pub use directory::RealDirectory;
