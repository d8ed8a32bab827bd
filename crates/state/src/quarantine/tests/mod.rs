//! What is seen from inside only.

mod cost;
mod form;
