//! From nothing to a running server.

use std::io::{self, IsTerminal, Write};
use std::process::Stdio;
use std::time::Instant;

use super::round_trip::visit;
use super::server::{self, Server};
use crate::failure::{Failure, Result};
use crate::plan::Elapsed;
use crate::workspace::Workspace;

/// What becomes of the server after the round trip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stay {
    /// It runs until Ctrl-C if somebody sits at a terminal, else it is stopped.
    IfWatched,
    /// It is stopped.
    Never,
}

/// Builds, starts and visits a server.
pub fn start(workspace: &Workspace, stay: Stay, out: &mut dyn Write) -> Result {
    build(workspace, out)?;
    let server = Server::prepare(workspace)?;
    writeln!(out, "try: starting {}", server.typed())?;
    out.flush()?;
    let is_watched = io::stdin().is_terminal() && io::stdout().is_terminal();
    if stay == Stay::IfWatched && is_watched {
        return server.become_it();
    }
    let mut running = server.spawn()?;
    let mut is_alive = || running.try_wait().is_ok_and(|ended| ended.is_none());
    let visited = visit(server.port(), &mut is_alive, out);
    if visited.is_ok() {
        writeln!(out, "try: telling the server to stop (SIGTERM); this is its report:")?;
        out.flush()?;
    }
    let stopped = server::stop(&mut running);
    visited.and(stopped)?;
    writeln!(out, "try: the server ended well")?;
    Ok(())
}

fn build(workspace: &Workspace, out: &mut dyn Write) -> Result {
    writeln!(
        out,
        "try: building the server (a debug build; the first time takes a minute or two)"
    )?;
    out.flush()?;
    let begun = Instant::now();
    let status = workspace
        .cargo(&["build", "--package", "forebay-server", "--bin", "forebay"])
        .stdin(Stdio::null())
        .status()
        .map_err(|error| Failure::to("start cargo", error))?;
    if !status.success() {
        return Err(Failure::new("the server does not build; see above"));
    }
    writeln!(out, "try: built in {}", Elapsed(begun.elapsed()))?;
    Ok(())
}
