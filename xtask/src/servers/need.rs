//! One thing that is needed, how to see that it is there, and what for.

use super::{cargo_tool, python};
use crate::workspace::Workspace;

/// What needs a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum For {
    /// The tests.
    Tests,
    /// What `cargo xtask test` checks besides.
    Gate,
    /// `cargo xtask ci --deep`.
    Deep,
}

/// Something that is looked for on this machine.
#[derive(Clone, Copy, Debug)]
pub struct Need {
    /// What it is called.
    pub name: &'static str,
    /// Why it is needed.
    pub why: &'static str,
    /// What needs it.
    pub wanted_for: For,
    /// How to get it.
    pub(super) source: Source,
}

/// Where a thing comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    /// These packages of the system bring a program that answers `--version`.
    System(&'static str),
    /// These packages of the system bring a Python that can make a virtual environment.
    SystemPython,
    /// A virtual environment of ours with the packages the tests import.
    Venv,
    /// A program built by Cargo; the version is fixed.
    Cargo { version: &'static str },
    /// A toolchain next to the one in use.
    Nightly,
}

/// Everything that is needed, in the order in which it is installed.
pub fn needs() -> &'static [Need] {
    NEEDS
}

const NEEDS: &[Need] = &[
    Need {
        name: "redis-server",
        why: "the tests compare our answers with its answers",
        wanted_for: For::Tests,
        source: Source::System("redis-server"),
    },
    Need {
        name: "redis-cli",
        why: "the tests talk to the server as users do",
        wanted_for: For::Tests,
        source: Source::System("redis-tools"),
    },
    Need {
        name: "python3 with venv",
        why: "the tests use a client library of another language",
        wanted_for: For::Tests,
        source: Source::SystemPython,
    },
    Need {
        name: "redis for Python",
        why: "that client library, in target/servers/venv, and its own tests",
        wanted_for: For::Tests,
        source: Source::Venv,
    },
    Need {
        name: "cargo-deny",
        why: "licences, sources and banned crates; about two minutes to build",
        wanted_for: For::Gate,
        source: Source::Cargo { version: "0.20.2" },
    },
    Need {
        name: "nightly toolchain",
        why: "the fuzzers need its sanitizers",
        wanted_for: For::Deep,
        source: Source::Nightly,
    },
    Need {
        name: "cargo-fuzz",
        why: "runs the fuzzers",
        wanted_for: For::Deep,
        source: Source::Cargo { version: "0.13.2" },
    },
];

impl Need {
    /// Whether it is there already.
    pub fn is_met(&self, workspace: &Workspace) -> bool {
        match self.source {
            Source::System(_) => workspace.succeeds(self.name, &["--version"]),
            Source::SystemPython => python::find(workspace).is_some(),
            Source::Venv => python::venv_is_ready(workspace),
            Source::Cargo { .. } => cargo_tool::is_installed(workspace, self.name),
            Source::Nightly => {
                workspace.succeeds("rustup", &["run", "nightly", "rustc", "--version"])
            }
        }
    }
}
