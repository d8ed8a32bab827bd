//! Where things are, and how a command is started there.

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The workspace this program belongs to.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
    in_ci: bool,
}

impl Workspace {
    /// The workspace from which Cargo started this program, else the one it was compiled in.
    pub fn find() -> Self {
        let compiled_in = || PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let xtask = env::var_os("CARGO_MANIFEST_DIR").map_or_else(compiled_in, PathBuf::from);
        Self::at(xtask.parent().unwrap_or(&xtask))
    }

    /// The workspace in this folder.
    pub fn at(root: &Path) -> Self {
        Self { root: root.to_owned(), in_ci: env::var_os("CI").is_some() }
    }

    /// The same workspace, with everything done as CI does it.
    #[must_use]
    pub fn as_in_ci(&self) -> Self {
        Self { in_ci: true, ..self.clone() }
    }

    /// Whether everything is done as CI does it.
    pub fn is_in_ci(&self) -> bool {
        self.in_ci
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where logs of chores go.
    pub fn logs(&self) -> PathBuf {
        self.root.join("target/chores")
    }

    /// Where what the tests need is kept.
    pub fn servers(&self) -> PathBuf {
        self.root.join("target/servers")
    }

    /// The root of the Cargo tools that were installed here.
    pub fn tools(&self) -> PathBuf {
        self.servers().join("tools")
    }

    /// The virtual environment of the tests that are written in Python.
    pub fn venv(&self) -> PathBuf {
        self.servers().join("venv")
    }

    /// A command that is started in the root, finds the tools, and reads no input.
    pub fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.root).stdin(Stdio::null());
        command.env("PATH", self.path_with_tools());
        if io::stdout().is_terminal() {
            command.env("CARGO_TERM_COLOR", "always");
        }
        command
    }

    /// A Cargo command. In CI the lock file must be right as it is.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let mut all = arguments.to_vec();
        let builds =
            matches!(arguments.first(), Some(&("build" | "clippy" | "test" | "doc" | "run")));
        let builds = builds || arguments.starts_with(&["nextest", "run"]);
        if builds && self.in_ci {
            let end = all.iter().position(|argument| *argument == "--").unwrap_or(all.len());
            all.insert(end, "--locked");
        }
        self.command("cargo", &all)
    }

    /// Whether this command runs and succeeds; its output is thrown away.
    pub fn succeeds(&self, program: &str, arguments: &[&str]) -> bool {
        let mut command = self.command(program, arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    fn path_with_tools(&self) -> OsString {
        let before = env::var_os("PATH").unwrap_or_default();
        let parts = std::iter::once(self.tools().join("bin")).chain(env::split_paths(&before));
        env::join_paths(parts).unwrap_or(before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_that_were_installed_here_are_found_first() {
        let workspace = Workspace::at(Path::new("/somewhere"));
        let path = workspace.path_with_tools();
        let first = env::split_paths(&path).next();
        assert_eq!(first, Some(PathBuf::from("/somewhere/target/servers/tools/bin")));
    }

    #[test]
    fn in_ci_the_lock_file_must_be_right() {
        let workspace = Workspace::at(Path::new("/")).as_in_ci();
        let command = workspace.cargo(&["clippy", "--", "-D", "warnings"]);
        let arguments: Vec<_> = command.get_args().collect();
        assert_eq!(arguments, ["clippy", "--locked", "--", "-D", "warnings"]);
    }

    #[test]
    fn a_program_that_is_not_there_does_not_succeed() {
        let workspace = Workspace::at(Path::new("/"));
        assert!(!workspace.succeeds("no-such-program-anywhere", &[]));
    }
}
