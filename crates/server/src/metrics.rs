//! The server in numbers for Prometheus, over HTTP as far as that needs it.

use std::fmt::Write;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

use crate::server::Server;

/// So many are answered at once; the rest waits to be accepted.
const TOGETHER: usize = 16;
/// A request is no longer, and takes no longer.
const HEAD_MAX: usize = 8 << 10;
const PATIENCE: Duration = Duration::from_secs(10);
/// How long to wait after the system refused to give a connection.
const PAUSE: Duration = Duration::from_millis(100);

/// Answers until the server stops.
pub(crate) async fn serve(
    server: Arc<Server>,
    listener: TcpListener,
    mut stop: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(TOGETHER));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        let Ok((stream, _)) = accepted else {
            sleep(PAUSE).await;
            continue;
        };
        let server = Arc::clone(&server);
        tokio::spawn(async move {
            // Who goes away or dawdles gets no answer.
            let _ = timeout(PATIENCE, answer(&server, stream)).await;
            drop(place);
        });
    }
}

async fn answer(server: &Server, mut stream: TcpStream) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if head.len() >= HEAD_MAX || stream.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let mut words = line.split(|byte| *byte == b' ');
    let (status, body) = match (words.next(), words.next()) {
        (Some(b"GET"), Some(b"/metrics")) => ("200 OK", text(server)),
        (Some(b"GET"), _) => ("404 Not Found", "it is at /metrics\n".into()),
        _ => ("405 Method Not Allowed", "only GET\n".into()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.shutdown().await
}

/// Everything, as counted since the start.
pub(crate) fn text(server: &Server) -> String {
    let counted = server.statistics();
    let stats = server.keyspace.stats();
    let mut text = stats.metrics().to_string();
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "# HELP forebay_info Always 1.\n# TYPE forebay_info gauge\n\
         forebay_info{{version=\"{}\",durability=\"{}\"}} 1",
        env!("CARGO_PKG_VERSION"),
        server.config.rung()
    );
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let clients = count(server.clients.count());
    let rows = [
        ("connections_total", "counter", "Clients that came", counted.connections),
        ("commands_total", "counter", "Commands", counted.commands),
        ("rejected_total", "counter", "Clients that found no place", counted.rejected),
        ("cut_total", "counter", "Clients that did not take their replies", server.output.cut()),
        (
            "tls_failures_total",
            "counter",
            "TLS connections that did not begin",
            counted.tls_failures,
        ),
        ("swept_total", "counter", "Expired keys that were deleted", counted.swept),
        ("clients", "gauge", "Clients that are there", clients),
        ("input_bytes", "gauge", "Bytes of unfinished commands", count(server.input.held())),
        (
            "output_bytes",
            "gauge",
            "Bytes of replies that are not taken",
            count(server.output.held()),
        ),
        ("uptime_seconds", "gauge", "Since the start", server.uptime().as_secs()),
    ];
    for (name, kind, help, value) in rows {
        let _ = write!(
            text,
            "# HELP forebay_{name} {help}.\n# TYPE forebay_{name} {kind}\nforebay_{name} {value}\n"
        );
    }
    text
}
