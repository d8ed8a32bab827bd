//! The chores seen from outside.

mod tidy;
