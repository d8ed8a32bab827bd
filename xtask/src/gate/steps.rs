//! The steps of the gate, cheap ones first.

use std::io::{self, IsTerminal};
use std::time::Duration;

use super::test_count::test_count;
use super::{examples, fuzz};
use crate::failure::{Failure, Result};
use crate::plan::{Plan, Step};
use crate::servers::{self, For};
use crate::tidy;
use crate::workspace::Workspace;

/// Workspaces of their own, which Cargo does not count to this one.
const APART: &[&str] = &[
    "fuzz",
    "bench/compare",
    "bench/journal",
    "bench/pool",
    "bench/promise",
    "bench/ratio",
    "bench/server",
    "bench/state",
    "bench/tier",
];

/// Those of them whose peers are databases written in C, which take long to build.
const WITH_C: &[&str] = &["bench/journal", "bench/state"];

/// Those of them that look whether what they measure did what it was asked for, and are quick. Their peers need no server.
const TRIED: &[&str] = &["bench/compare", "bench/tier"];

/// How much is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// What a change needs while it is being made: style, lints, all tests.
    Quick,
    /// Documentation, examples and the supply chain as well.
    Everything,
    /// And every fuzzer for a minute, and what measures beside peers in C.
    WithFuzzers,
}

/// The whole gate, and the names of what it will install.
pub fn plan(workspace: &Workspace, depth: Depth) -> Result<(Vec<String>, Plan)> {
    let for_tests = servers::steps(workspace, For::Tests)?;
    let wanted = match depth {
        Depth::Quick => For::Tests,
        Depth::Everything => For::Gate,
        Depth::WithFuzzers => For::Deep,
    };
    let mut later = servers::steps(workspace, wanted)?;
    later.drain(..for_tests.len());
    let installed = for_tests.iter().chain(&later).map(|step| step.name().to_owned()).collect();
    Ok((installed, assemble(workspace, depth, for_tests, later)?))
}

/// What is missing is installed right before it is needed.
fn assemble(
    workspace: &Workspace,
    depth: Depth,
    for_tests: Vec<Step>,
    later: Vec<Step>,
) -> Result<Plan> {
    let name = if workspace.is_in_ci() { "ci" } else { "test" };
    let mut plan = Plan::new(name, &workspace.logs())
        .then(style(workspace))
        .then(for_tests)
        .then(tests(workspace));
    if depth != Depth::Quick {
        plan = plan.then(schedules(workspace));
        plan = plan.then([kills(workspace)]);
        plan = plan
            .then(examples::steps(workspace))
            .then(apart(workspace, depth))
            .then([docs(workspace)]);
        plan = plan.then(later).then([deny(workspace)]);
    }
    if depth == Depth::WithFuzzers {
        plan = plan.then(tried(workspace)).then(fuzz::steps(workspace)?);
    }
    Ok(plan)
}

fn style(workspace: &Workspace) -> Vec<Step> {
    let root = workspace.root().to_owned();
    let tidy = Step::inside("tidy", move || {
        let report = tidy::inspect(&root).map_err(|error| Failure::to("read the tree", error))?;
        if report.is_tidy() {
            Ok(report.to_string())
        } else {
            Err(Failure::new(report.to_string()))
        }
    });
    let mut steps = vec![format(workspace, "format", &["--all"])];
    for (folder, manifest) in workspaces_apart(workspace) {
        let name = format!("format {folder}");
        steps.push(format(workspace, &name, &["--manifest-path", &manifest]));
    }
    steps.push(tidy);
    steps
}

/// The folders of the workspaces of their own, and their manifests.
fn workspaces_apart(workspace: &Workspace) -> impl Iterator<Item = (&'static str, String)> {
    let manifest = |folder: &&'static str| (*folder, format!("{folder}/Cargo.toml"));
    APART.iter().map(manifest).filter(|(_, manifest)| workspace.root().join(manifest).exists())
}

/// What measures and what fuzzes still compiles, with the versions that its own lock file names. One target folder
/// is enough for all of them, for much of what they build is the same.
fn apart(workspace: &Workspace, depth: Depth) -> Vec<Step> {
    let is_due = |folder: &str| depth == Depth::WithFuzzers || !WITH_C.contains(&folder);
    let check = |(folder, manifest): (&str, String)| {
        let arguments = ["check", "--locked", "--manifest-path", &manifest];
        let mut command = workspace.cargo(&arguments);
        command.env("CARGO_TARGET_DIR", workspace.root().join("target/apart"));
        Step::command(format!("check {folder}"), command)
    };
    workspaces_apart(workspace).filter(|(folder, _)| is_due(folder)).map(check).collect()
}

/// What measures still runs to its end. The figures of such a run are of no worth.
fn tried(workspace: &Workspace) -> Vec<Step> {
    let run = |folder: &&str| {
        let manifest = format!("{folder}/Cargo.toml");
        let arguments =
            ["run", "--release", "--locked", "--manifest-path", &manifest, "--", "--quick"];
        Step::command(format!("try {folder}"), workspace.cargo(&arguments))
    };
    TRIED.iter().map(run).collect()
}

fn format(workspace: &Workspace, name: &str, which: &[&str]) -> Step {
    // rustfmt colours a log too, unless it is told.
    let color = if io::stdout().is_terminal() { "always" } else { "never" };
    let arguments = [&["fmt"], which, &["--", "--check", "--color", color]].concat();
    Step::command(name, workspace.cargo(&arguments)).at_most(Duration::from_secs(120))
}

fn tests(workspace: &Workspace) -> Vec<Step> {
    let lints =
        ["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"];
    let documented = ["test", "--workspace", "--all-features", "--doc"];
    vec![
        Step::command("lints", workspace.cargo(&lints)),
        Step::command("tests", runner(workspace)).telling(test_count),
        Step::command("doc tests", workspace.cargo(&documented)).telling(test_count),
    ]
}

/// nextest where it is installed, because it stops a test that hangs and says which it was. It is
/// not installed for this: building it takes longer than it saves.
fn runner(workspace: &Workspace) -> std::process::Command {
    if workspace.succeeds("cargo", &["nextest", "--version"]) {
        let profile = if workspace.is_in_ci() { "ci" } else { "default" };
        return workspace.cargo(&[
            "nextest",
            "run",
            "--workspace",
            "--all-features",
            "--profile",
            profile,
        ]);
    }
    let which = ["--workspace", "--all-features", "--lib", "--bins", "--tests"];
    workspace.cargo(&[&["test", "--no-fail-fast"], &which[..]].concat())
}

/// The cache's engine under a schedule explorer, as a plan of its own.
pub fn schedules_alone(workspace: &Workspace) -> Plan {
    Plan::new("schedules", &workspace.logs()).then(schedules(workspace))
}

/// They need the whole workspace built for the explorer, so they have a target folder of their own. The pool
/// and the state have some beside their private parts.
fn schedules(workspace: &Workspace) -> Vec<Step> {
    let of = |name: &str, which: &[&str]| {
        let mut command = workspace.cargo(&[&["test", "--release"], which].concat());
        command.env("RUSTFLAGS", "--cfg shuttle");
        command.env("CARGO_TARGET_DIR", workspace.root().join("target/schedules"));
        Step::command(name, command).telling(test_count)
    };
    let open = [
        "-p",
        "forebay-journal",
        "-p",
        "forebay-cache",
        "-p",
        "forebay-state",
        "--test",
        "schedules",
    ];
    let pool = [
        "-p",
        "forebay-counted",
        "-p",
        "forebay-lock",
        "-p",
        "forebay-pool",
        "--test",
        "schedules",
    ];
    let parts = [
        "-p",
        "forebay-cache",
        "-p",
        "forebay-journal",
        "-p",
        "forebay-lock",
        "-p",
        "forebay-pool",
        "-p",
        "forebay-state",
        "--lib",
        "schedules",
    ];
    vec![
        of("schedules", &open),
        of("schedules of the pool and of the locks", &pool),
        of("schedules of private parts", &parts),
    ]
}

/// A few real kills of a real server; hundreds are a drill of their own.
fn kills(workspace: &Workspace) -> Step {
    let drill = ["run", "--quiet", "-p", "xtask", "--", "drill", "server", "5"];
    Step::command("kills of a server", workspace.cargo(&drill)).at_most(Duration::from_secs(600))
}

fn docs(workspace: &Workspace) -> Step {
    let mut command = workspace.cargo(&["doc", "--workspace", "--no-deps", "--all-features"]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    Step::command("documentation", command)
}

/// Advisories are left out: they live in a repository that not every machine can reach.
fn deny(workspace: &Workspace) -> Step {
    let command = workspace.cargo(&["deny", "check", "licenses", "bans", "sources"]);
    Step::command("licences, bans, sources", command).at_most(Duration::from_secs(300))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn names(depth: Depth) -> Vec<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask has a parent");
        let plan = assemble(&Workspace::at(root), depth, Vec::new(), Vec::new()).unwrap();
        plan.names().into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn the_cheapest_checks_come_first_and_every_test_is_run() {
        let names = names(Depth::Quick);
        assert_eq!(names[0], "format");
        assert!(names[1..=APART.len() + 1].contains(&"tidy".to_owned()), "{names:?}");
        assert_eq!(names[names.len() - 3..], ["lints", "tests", "doc tests"]);
    }

    #[test]
    fn what_measures_is_tried_where_there_is_time() {
        let is_tried = |name: &String| name.starts_with("try ");
        assert!(!names(Depth::Everything).iter().any(is_tried));
        let tried = names(Depth::WithFuzzers).iter().filter(|name| is_tried(name)).count();
        assert_eq!(tried, TRIED.len());
    }

    #[test]
    fn everything_is_the_quick_part_and_more() {
        let all = names(Depth::Everything);
        assert!(names(Depth::Quick).iter().all(|name| all.contains(name)), "{all:?}");
        assert!(all.contains(&"licences, bans, sources".to_owned()), "{all:?}");
        assert!(all.contains(&"documentation".to_owned()), "{all:?}");
        assert!(all.contains(&"kills of a server".to_owned()), "{all:?}");
        for folder in APART {
            let is_checked = all.contains(&format!("check {folder}"));
            assert_eq!(is_checked, !WITH_C.contains(folder), "{folder}: {all:?}");
        }
    }
}
