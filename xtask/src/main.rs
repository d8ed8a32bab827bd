//! Every chore of this workspace.

use std::env;
use std::io::{self, Write};
use std::process::ExitCode;

use xtask::{Chore, Failure, Workspace, bench, drill, gate, servers, tidy, trial};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let mut out = io::stdout();
    match Chore::parse(&arguments).and_then(|chore| run(chore, &mut out)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // If nobody can read it, the exit code still says it.
            writeln!(io::stderr(), "{failure}").ok();
            ExitCode::FAILURE
        }
    }
}

fn run(chore: Chore, out: &mut dyn Write) -> Result<(), Failure> {
    let workspace = Workspace::find();
    match chore {
        Chore::Try(stay) => trial::start(&workspace, stay, out),
        Chore::Visit(port) => trial::visit_parent(port, out),
        Chore::Test(depth) => pass(&workspace, depth, out),
        Chore::Ci(depth) => pass(&workspace.as_in_ci(), depth, out),
        Chore::Schedules => gate::schedules_alone(&workspace).run(out),
        Chore::Tidy => check_tree(&workspace, out),
        Chore::Bench(folder) => bench(&workspace, folder.as_deref(), out),
        Chore::Drill(which) => drill::start(&workspace, &which, out),
        Chore::Install => servers::install(&workspace, out),
        Chore::CheckServers => servers::check(&workspace, out),
        Chore::Help => Ok(write!(out, "{}", xtask::HELP)?),
    }
}

fn pass(workspace: &Workspace, depth: gate::Depth, out: &mut dyn Write) -> Result<(), Failure> {
    let (installs, plan) = gate::plan(workspace, depth)?;
    servers::announce(&installs, out)?;
    plan.run(out)
}

fn check_tree(workspace: &Workspace, out: &mut dyn Write) -> Result<(), Failure> {
    let report =
        tidy::inspect(workspace.root()).map_err(|error| Failure::to("read the tree", error))?;
    if report.is_tidy() {
        writeln!(out, "tidy: {report}")?;
        return Ok(());
    }
    Err(Failure::new(format!("tidy: {report}")))
}
