//! Work on many objects at once.

mod all_at_once;
mod bounds;
mod closing;
mod flushing;
mod in_a_row;
mod strangers;
