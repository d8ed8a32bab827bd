//! The virtual environment of the tests that are written in Python.

use std::path::PathBuf;

use crate::failure::{Failure, Result};
use crate::plan::Step;
use crate::workspace::Workspace;

/// The packages that such tests import, each at a fixed version.
const PACKAGE: &str = "redis";
const VERSION: &str = "6.4.0";

/// What the tests of that package need to run.
const FOR_ITS_TESTS: [&str; 3] = ["mock==5.2.0", "pytest==9.2.0", "pytest-asyncio==1.5.0"];

/// A Python on this machine that can make a virtual environment.
pub(super) fn find(workspace: &Workspace) -> Option<&'static str> {
    let can_make_one = ["-c", "import venv, ensurepip"];
    // The system's own may be able to where the first in the path is not.
    ["python3", "/usr/bin/python3"]
        .into_iter()
        .find(|python| workspace.succeeds(python, &can_make_one))
}

/// Whether the environment is there and has the right versions.
pub(super) fn venv_is_ready(workspace: &Workspace) -> bool {
    let python = workspace.venv().join("bin/python");
    let script = format!(
        "import mock, pytest, sys, {PACKAGE}; sys.exit({PACKAGE}.__version__ != '{VERSION}')"
    );
    let has_tests = sources(workspace).join("tests/test_commands.py").exists();
    has_tests && workspace.succeeds(&python.to_string_lossy(), &["-c", &script])
}

/// The sources of the package, which have its tests.
fn sources(workspace: &Workspace) -> PathBuf {
    workspace.servers().join("redis-py")
}

/// One step that makes the environment. Python is looked for when the step runs, because a step
/// before it may have installed it.
pub(super) fn step(workspace: &Workspace) -> Step {
    let workspace = workspace.clone();
    Step::inside(format!("make target/servers/venv with {PACKAGE} {VERSION}"), move || {
        let python = find(&workspace)
            .ok_or_else(|| Failure::new("no python3 here can make a virtual environment"))?;
        let venv = workspace.venv();
        let venv = venv.to_string_lossy();
        run(&workspace, python, &["-m", "venv", "--clear", &venv])?;
        let package = format!("{PACKAGE}=={VERSION}");
        let pip = format!("{venv}/bin/python");
        let install = ["-m", "pip", "install", "--disable-pip-version-check", &package];
        run(&workspace, &pip, &[&install[..], &FOR_ITS_TESTS].concat())?;
        fetch(&workspace, &pip, &package)?;
        Ok(String::new())
    })
}

/// Fetches the sources and takes them apart.
fn fetch(workspace: &Workspace, pip: &str, package: &str) -> Result {
    let folder = sources(workspace);
    std::fs::create_dir_all(&folder).map_err(|error| Failure::to("make a folder", error))?;
    let folder = folder.to_string_lossy();
    let download = ["-m", "pip", "download", "--disable-pip-version-check", "--no-deps"];
    let from_source = ["--no-binary", PACKAGE, "--dest", &folder, package];
    run(workspace, pip, &[&download[..], &from_source].concat())?;
    let archive = format!("{folder}/{PACKAGE}-{VERSION}.tar.gz");
    run(workspace, "tar", &["-xzf", &archive, "-C", &folder, "--strip-components=1"])
}

fn run(workspace: &Workspace, program: &str, arguments: &[&str]) -> Result {
    let what = || format!("run {program} {}", arguments.join(" "));
    let output = workspace
        .command(program, arguments)
        .output()
        .map_err(|error| Failure::to(what(), error))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(Failure::to(what(), format!("{}\n{}", output.status, String::from_utf8_lossy(&said))))
}
