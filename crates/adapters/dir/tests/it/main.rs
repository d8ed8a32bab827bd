//! The directory store: the contract, and what only a directory can get wrong.

mod conformance;
mod damage;
mod foreign;
mod layout;
mod owner;
mod private;
mod reopen;
mod stored;
