//! The suite passes the stores that keep the contract, and catches those that do not.

mod stores;
mod suite;
mod wrong;
mod wrong_loads;
mod wrong_scans;
mod wrong_times;
mod wrong_writes;
