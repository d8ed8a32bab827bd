//! The program from its start to its end.

use std::ffi::OsString;
use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use forebay::{Durability, Error, Seams, Write};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, watch};

use crate::cli::{self, Wish};
use crate::config::{ConfigError, Resolved, Sources, way};
use crate::drain::drain;
use crate::keyspace::Keyspace;
use crate::listener::Door;
use crate::metrics;
use crate::open;
use crate::report;
use crate::server::Server;
use crate::signals::Signals;
use crate::socket::Socket;
use crate::sweeper::sweep;
use crate::tls::Acceptor;
use crate::tool;

/// What the program answers to a wrong configuration.
const MISUSED: u8 = 2;

/// Runs the program. It ends with 0 if all went well and everything is stored, with 1 if not, with
/// 2 if it was called or configured wrongly, with 3 if it was told twice to stop.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> ExitCode {
    let (sources, file) = match cli::parse(arguments) {
        Wish::Serve { sources, file } => (sources, file),
        Wish::Journal(task) => return tool::run(task),
        Wish::State(task) => return tool::run_state(&task),
        Wish::Pool(task) => return tool::run_pool(&task),
        Wish::Quarantine(task) => return tool::run_quarantine(&task),
        Wish::Top(task) => return tool::run_top(&task),
        Wish::Told(error) => {
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(MISUSED));
        }
    };
    match configure(sources, file.as_deref(), environment) {
        Ok(resolved) => serve(resolved),
        Err(error) => {
            report::tell(error);
            ExitCode::from(MISUSED)
        }
    }
}

fn configure(
    mut sources: Sources,
    file: Option<&str>,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Resolved, ConfigError> {
    // What is not text cannot be one of ours.
    let texts = environment
        .into_iter()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    sources.environment = texts.collect();
    sources.read_file(file)?;
    let mut resolved = sources.resolve()?;
    resolved.read_password()?;
    for name in &resolved.strangers {
        report::tell(format_args!(
            "{name} in the environment is no setting; `forebay serve --help` lists them"
        ));
    }
    Ok(resolved)
}

fn serve(resolved: Resolved) -> ExitCode {
    let seams = Seams::real();
    // Before the store is opened, which may take long.
    let acceptor = match Acceptor::open(&resolved.config) {
        Ok(acceptor) => acceptor,
        Err(reason) => {
            report::tell(reason);
            return ExitCode::from(MISUSED);
        }
    };
    let keyspace = match open(&resolved, &seams) {
        Ok(keyspace) => keyspace,
        Err((what, error)) => {
            report::tell(format_args!("cannot open {what}: {}", error.chain()));
            return ExitCode::FAILURE;
        }
    };
    let server = Arc::new(Server::new(resolved, keyspace, &seams));
    let outcome = runtime(server.config.threads).and_then(|runtime| {
        let code = runtime.block_on(serve_until_told(&server, acceptor));
        // Connections that did not end in time do not hold up the end.
        runtime.shutdown_background();
        code
    });
    outcome.unwrap_or_else(|error| {
        report::tell(format_args!("cannot serve: {error}"));
        ExitCode::FAILURE
    })
}

/// Opens the store, and the journal if there is one. An error comes with what could not be opened.
fn open(resolved: &Resolved, seams: &Seams) -> Result<Keyspace, (String, Error)> {
    let config = &resolved.config;
    let address = resolved.given().remove("store").unwrap_or_default();
    let store = open::store(&config.store, seams).map_err(|error| (address.clone(), error))?;
    let journal = config.journal_path().map(|path| path.display().to_string());
    let keyspace = open::keyspace(config, store, seams).map_err(|error| {
        let what = journal.as_ref().map_or("the cache".into(), |path| format!("journal {path}"));
        (what, error)
    })?;
    if let Some(path) = &journal {
        let told = match keyspace.stats().restored {
            0 => "nothing in it was unstored".into(),
            1 => "1 write in it was not stored and is dirty again".into(),
            many => format!("{many} writes in it were not stored and are dirty again"),
        };
        report::tell(format_args!("journal {path}: {told}"));
        if let Some(torn) = keyspace.recovery().and_then(tool::torn) {
            report::tell(format_args!("journal {path}: {torn}"));
        }
    }
    report::tell(what_is_served(&address, config.rung(), journal.as_deref()));
    Ok(keyspace)
}

/// The store, how writes get there, and when they are answered by default.
fn what_is_served(store: &str, rung: Durability, journal: Option<&str>) -> String {
    let way = match way(rung) {
        Write::Behind(_) => "behind",
        _ => "through",
    };
    let journal = journal.map_or("no journal".into(), |path| format!("journal {path}"));
    format!("store {store}, writes {way}, answered at {rung}, {journal}")
}

fn runtime(threads: usize) -> io::Result<Runtime> {
    let threads = if threads > 0 { threads } else { usual_threads() };
    // One thread needs nothing of what several need to share their work.
    let mut builder =
        if threads == 1 { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    if threads > 1 {
        builder.worker_threads(threads);
    }
    builder.enable_all().build()
}

/// A processor is left for the store, the journal and the system: with as many threads as processors
/// those who serve clients would be interrupted by them.
fn usual_threads() -> usize {
    std::thread::available_parallelism().map_or(1, |count| count.get().saturating_sub(1).max(1))
}

async fn serve_until_told(
    server: &Arc<Server>,
    acceptor: Option<Acceptor>,
) -> io::Result<ExitCode> {
    let mut signals = Signals::listen()?;
    let (stop, stopped) = watch::channel(false);
    let (alive, all_gone) = mpsc::channel(1);
    let door = Door { server: Arc::clone(server), stop: stopped, alive };
    tokio::spawn(Arc::clone(&server.wakes).serve());
    listen(&door, acceptor).await?;
    tokio::spawn(sweep(Arc::clone(server), door.stop.clone(), door.alive.clone()));
    drop(door);
    signals.next().await;
    Ok(drain(server, &stop, all_gone, &mut signals).await)
}

/// Opens every door and says where they are.
async fn listen(door: &Door, acceptor: Option<Acceptor>) -> io::Result<()> {
    let config = &door.server.config;
    let tcp = bind(config.listen).await?;
    let tls = bind(config.tls_listen).await?.zip(acceptor);
    let name = config.socket.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
    let unix = config.socket.as_ref().map(|path| Socket::bind(path, config.socket_mode));
    let unix = unix.transpose().map_err(|error| at(&name, &error))?;
    let metrics = bind(config.metrics).await?;
    // Nobody comes in before all doors are there: a write that was answered would be lost if the
    // next door could not be opened.
    if let Some(listener) = metrics {
        report::tell(format_args!("metrics at http://{}/metrics", listener.local_addr()?));
        tokio::spawn(metrics::serve(Arc::clone(&door.server), listener, door.stop.clone()));
    }
    if let Some((listener, acceptor)) = tls {
        report::tell(format_args!("listening for TLS on {}", listener.local_addr()?));
        tokio::spawn(door.clone().open_tls(listener, acceptor));
    }
    if let Some(listener) = tcp {
        let bound = listener.local_addr()?;
        door.server.set_bound(bound);
        report::tell(format_args!("listening on {bound}"));
        tokio::spawn(door.clone().open_tcp(listener));
    }
    if let Some(socket) = unix {
        report::tell(format_args!("listening on {name}"));
        tokio::spawn(door.clone().open_unix(socket, name));
    }
    Ok(())
}

async fn bind(address: Option<SocketAddr>) -> io::Result<Option<TcpListener>> {
    let Some(address) = address else { return Ok(None) };
    let listener = TcpListener::bind(address).await;
    listener.map(Some).map_err(|error| at(&address.to_string(), &error))
}

fn at(place: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("listen on {place}: {error}"))
}
