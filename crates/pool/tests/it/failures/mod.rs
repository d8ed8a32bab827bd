//! What fails costs nothing.

mod foreign_code;
mod lost_jobs;
mod reads;
mod writes;
