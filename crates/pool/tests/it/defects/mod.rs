//! Defects of other pools that are not repeated here; `docs/defects.md` has their numbers.

mod half_way;
mod one_thread;
mod pressure;
mod restarts;
mod side_by_side;
mod strangers;
mod system_calls;
