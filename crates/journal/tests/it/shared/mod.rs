//! A journal with several tenants: each sees his own records, all of them and in order, whatever the
//! others do and whenever it ends.

mod crashes;
mod model;
mod rig;

mod announcing;
mod closing;
mod fixtures;
mod forgetting;
mod holding_up;
mod letting_in;
mod retiring;
mod room;
mod together;
