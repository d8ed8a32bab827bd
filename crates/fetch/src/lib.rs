//! Has the processor fetch what will be looked at soon.
//!
//! What is not in its cache a processor waits for, a hundred times as long as for what is. Whoever knows well before which lines
//! of memory come next has them [fetched](fetch) meanwhile: that is an instruction that waits for nothing and changes nothing.
//! Where the processor is none that has it here, nothing is done.
//!
//! ```
//! let far = vec![7_u64; 1 << 20];
//! let next = &far[1 << 19];
//! forebay_fetch::fetch(next);
//! // Something else is done meanwhile.
//! assert_eq!(*next, 7);
//! ```
//!
//! `unsafe` is in one file, `line.rs`, which opens with the facts that make it sound.

mod held;
mod line;

pub use held::fetch_held;
pub use line::fetch;
