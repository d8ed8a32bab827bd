//! Where the outside world comes in: time, threads, randomness, ownership.
//!
//! The core reads no clock, starts no thread and draws no number by itself. With the simulated
//! seams one seed is one run; the real ones stand in one file each.

mod clock;
pub mod manual;
mod owner_lock;
mod random;
mod seams;
mod spawn;
mod system_clock;
mod thread_pool;
#[cfg(target_os = "linux")]
mod ticks;

pub use clock::{Clock, Moment, WallTime};
pub use owner_lock::OwnerLock;
pub use random::{Random, SystemRandom};
pub use seams::Seams;
pub use spawn::{Job, Spawn, block_on};
pub use system_clock::SystemClock;
pub use thread_pool::ThreadPool;
