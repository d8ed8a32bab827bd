//! Keys and their bytes.

mod claims;
mod keys;

mod bounds;
mod damage;
mod derived;
mod kinds;
mod prefixes;
mod seeking;
mod shapes;
mod written;
