//! What the comparisons in `bench/` have in common. They are workspaces of their own, so that nobody
//! builds the peers by accident; this has no peer, and is tested with everything else.

mod arguments;
mod child;
pub mod clock;
mod ending;
mod folder;
mod ideal;
mod machine;
pub mod memory;
mod mixed;
mod parts;
pub mod picture;
pub mod quantity;
mod report;
mod spread;

pub use arguments::Arguments;
pub use child::{child, told};
pub use ending::{fail, hand_over, say};
pub use folder::{Folder, settle};
pub use ideal::Ideal;
pub use machine::Machine;
pub use mixed::mixed;
pub use parts::Parts;
pub use report::Report;
pub use spread::{Spread, paired};
