//! The server as a process: how it is started, replaced and stopped.

use std::fs;
use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};
use std::{env, thread};

use crate::failure::{Failure, Result};
use crate::workspace::Workspace;

/// How long the server may take to drain.
const STOP_LIMIT: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(20);

/// A server that is about to be started.
#[derive(Debug)]
pub(super) struct Server {
    program: PathBuf,
    arguments: Vec<String>,
    root: PathBuf,
    port: u16,
}

impl Server {
    /// A server with an empty store below `target/` and a port that is free.
    pub(super) fn prepare(workspace: &Workspace) -> Result<Self> {
        let folder = workspace.root().join("target/try");
        if let Err(error) = fs::remove_dir_all(&folder)
            && error.kind() != io::ErrorKind::NotFound
        {
            return Err(Failure::to("remove the store of the last try", error));
        }
        fs::create_dir_all(&folder)
            .map_err(|error| Failure::to("create a folder for the store", error))?;
        let port = free_port().map_err(|error| Failure::to("find a free port", error))?;
        let arguments = [
            "serve",
            "--listen",
            &format!("127.0.0.1:{port}"),
            "--store",
            "redb:target/try/forebay.redb",
            // So that there is something to drain at the end.
            "--write",
            "behind",
            "--flush-delay",
            "10s",
        ];
        Ok(Self {
            program: beside_this_program()?,
            arguments: arguments.map(str::to_owned).to_vec(),
            root: workspace.root().to_owned(),
            port,
        })
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// The command as a person would type it.
    pub(super) fn typed(&self) -> String {
        let program = self.program.strip_prefix(&self.root).unwrap_or(&self.program);
        format!("{} {}", program.display(), self.arguments.join(" "))
    }

    /// Starts it as a child.
    pub(super) fn spawn(&self) -> Result<Child> {
        self.command().spawn().map_err(|error| Failure::to("start the server", error))
    }

    /// Leaves this process to the server, so that Ctrl-C goes to it alone and its report is the
    /// last that is seen. A child makes the visit.
    pub(super) fn become_it(&self) -> Result {
        let this = this_program()?;
        Command::new(this)
            .args(["try", "--visit", &self.port.to_string()])
            .spawn()
            .map_err(|error| Failure::to("start the visit", error))?;
        replace(&mut self.command())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).current_dir(&self.root);
        // What the person has set for a server of their own is not meant for this one.
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("FOREBAY_") {
                command.env_remove(name);
            }
        }
        command
    }
}

/// Tells the server to stop and waits until it has.
pub(super) fn stop(server: &mut Child) -> Result {
    let what = |error| Failure::to("stop the server", error);
    if let Some(status) = server.try_wait().map_err(what)? {
        return Err(Failure::new(format!("the server ended by itself: {status}")));
    }
    let script = format!("kill -TERM {}", server.id());
    Command::new("sh").args(["-c", &script]).status().map_err(what)?;
    let begun = Instant::now();
    while begun.elapsed() < STOP_LIMIT {
        match server.try_wait().map_err(what)? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(Failure::new(format!("the server ended with {status}"))),
            None => thread::sleep(PAUSE),
        }
    }
    server.kill().map_err(what)?;
    Err(Failure::new("the server did not stop in time and was killed"))
}

#[cfg(unix)]
fn replace(command: &mut Command) -> Result {
    use std::os::unix::process::CommandExt;
    Err(Failure::to("start the server", command.exec()))
}

#[cfg(not(unix))]
fn replace(command: &mut Command) -> Result {
    let status = command.status().map_err(|error| Failure::to("start the server", error))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!("the server ended with {status}")))
}

/// A port that is free now. Somebody may take it before the server does; then it says so.
fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Cargo puts what it builds in one folder, and this program was built with the same profile.
fn beside_this_program() -> Result<PathBuf> {
    let this = this_program()?;
    let folder = this.parent().unwrap_or(Path::new(""));
    Ok(folder.join("forebay").with_extension(env::consts::EXE_EXTENSION))
}

fn this_program() -> Result<PathBuf> {
    env::current_exe().map_err(|error| Failure::to("find this program", error))
}
