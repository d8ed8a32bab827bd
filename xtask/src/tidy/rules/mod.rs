//! The rules, one a file. Each is a pure function, and each has a test that shows it red.

mod ascii;
mod changelog;
mod contents;
mod expectations;
mod guarantees;
mod header;
mod layers;
mod leftovers;
mod links;
mod machine_paths;
mod named_files;
mod names;
mod reach;
mod shown;
mod size;
mod sleep;
mod teeth;
mod unsafety;

use super::finding::Finding;
use super::source::Source;
use super::tree::{TextFile, Tree};

/// What a rule looks at.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Check {
    /// Each Rust file by itself.
    Source(fn(&Source) -> Vec<Finding>),
    /// Each other text file by itself.
    Text(fn(&TextFile) -> Vec<Finding>),
    /// All of them together.
    Tree(fn(&Tree) -> Vec<Finding>),
}

/// Every rule, in the order in which findings are printed.
pub(crate) const RULES: &[Check] = &[
    Check::Tree(layers::check),
    Check::Source(header::check),
    Check::Source(size::check_file),
    Check::Source(size::check_functions),
    Check::Source(contents::check),
    Check::Tree(reach::check),
    Check::Source(names::check_file),
    Check::Source(names::check_types),
    Check::Source(names::check_tests),
    Check::Source(sleep::check),
    Check::Source(unsafety::check),
    Check::Source(teeth::check_attributes),
    Check::Source(teeth::check_statements),
    Check::Tree(teeth::check_claims),
    Check::Source(expectations::check),
    Check::Source(leftovers::check_source),
    Check::Text(leftovers::check_text),
    Check::Source(ascii::check),
    Check::Source(machine_paths::check_source),
    Check::Text(machine_paths::check_text),
    Check::Tree(guarantees::check),
    Check::Tree(changelog::check),
    Check::Tree(links::check),
    Check::Tree(shown::check),
    Check::Tree(named_files::check),
];
