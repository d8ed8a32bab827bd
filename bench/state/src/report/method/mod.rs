//! How it was measured, and what each number is and is not.

mod durable;
mod memory;
mod run;
mod writer;

use crate::measured::Measured;

pub(crate) fn method(measured: &Measured) -> String {
    let parts = [run::lines(measured), memory::lines(), writer::lines(), durable::lines()];
    parts.concat().iter().fold(String::new(), |text, line| text + "- " + line + "\n")
}
