//! Tests of what no caller sees.

mod cells;
mod packs;
