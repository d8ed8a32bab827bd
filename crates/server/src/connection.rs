//! One connection: commands in, replies out.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;

use crate::command::{self, Call};
use crate::input::Held;
use crate::keyspace::Keyspace;
use crate::output::Output;
use crate::pipeline::Pipeline;
use crate::resp::{Limits, Reader, Reply};
use crate::server::Server;
use crate::session::Session;

/// One connection.
pub(crate) struct Connection<'a, S> {
    server: &'a Arc<Server>,
    keyspace: Arc<Keyspace>,
    stream: S,
    reader: Reader,
    session: Session,
    pipeline: Pipeline,
    held: Held<'a>,
    stop: watch::Receiver<bool>,
    last_command: Option<&'static str>,
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin> Connection<'a, S> {
    pub(crate) fn new(
        server: &'a Arc<Server>,
        stream: S,
        session: Session,
        stop: watch::Receiver<bool>,
    ) -> Self {
        let config = &server.config;
        let limits = Limits {
            arguments_max: config.arguments,
            argument_bytes_max: config.value_bytes,
            command_bytes_max: config.command_bytes,
            trusted: session.is_trusted,
            ..Limits::default()
        };
        Self {
            stream,
            reader: Reader::new(limits),
            session,
            pipeline: Pipeline::new(Arc::clone(&server.wakes)),
            held: server.input.hold(),
            stop,
            last_command: None,
            keyspace: Arc::new(server.keyspace.for_client()),
            server,
        }
    }

    /// Serves the client until it goes, or misbehaves, or the server stops. Commands that have
    /// come in as a whole are answered first.
    pub(crate) async fn serve(mut self) -> io::Result<()> {
        let outcome = self.converse().await;
        // What was begun is finished, even if nobody is there any more to be answered.
        while self.pipeline.settle_one(self.session.protocol).await {
            self.pipeline.sent();
        }
        outcome
    }

    async fn converse(&mut self) -> io::Result<()> {
        while self.receive().await? {
            self.execute().await?;
            self.note();
            if self.session.is_closing {
                break;
            }
        }
        self.stream.shutdown().await
    }

    /// Waits for bytes; `false` if there will be none.
    async fn receive(&mut self) -> io::Result<bool> {
        if *self.stop.borrow() {
            return Ok(false);
        }
        // Room is made and counted before the wait: while a client says nothing, it holds no more
        // than is counted.
        self.reader.buffer();
        if !self.held.resize(self.reader.capacity() + self.session.transaction.bytes()) {
            let text = "too much input of all clients is held, try again later";
            self.pipeline.push_reply(Reply::error(text), self.session.protocol);
            self.send().await?;
            return Ok(false);
        }
        let idle = self.server.config.idle_timeout;
        let buffer = self.reader.buffer();
        tokio::select! {
            biased;
            _ = self.stop.changed() => Ok(false),
            read = within(idle, self.stream.read_buf(buffer)) => Ok(read? > 0),
        }
    }

    /// Executes every command that is there as a whole and sends the replies.
    async fn execute(&mut self) -> io::Result<()> {
        while !self.session.is_closing && self.execute_next().await? {
            if self.pipeline.is_full() {
                self.settle().await?;
            }
        }
        self.settle().await?;
        self.send().await
    }

    /// Begins the next command; `false` if there is none.
    async fn execute_next(&mut self) -> io::Result<bool> {
        let request = match self.reader.request() {
            Ok(Some(request)) => request,
            Ok(None) => return Ok(false),
            Err(error) => {
                let reply = Reply::error(error.to_string());
                self.pipeline.push_reply(reply, self.session.protocol);
                self.session.is_closing = true;
                return Ok(true);
            }
        };
        self.server.counters.commands.fetch_add(1, Ordering::Relaxed);
        let spec = match command::find(request) {
            Ok(spec) => spec,
            Err(failure) => {
                // A web page that makes a browser talk to us would come in this way.
                let failure = command::rejected(&mut self.session, request, failure);
                let is_http = command::is_http(request);
                if !is_http {
                    self.pipeline.push_reply(failure.into(), self.session.protocol);
                }
                self.session.is_closing |= is_http;
                return Ok(true);
            }
        };
        if !self.pipeline.admits(spec, request) {
            settle(&mut self.pipeline, &mut self.stream, &self.session, self.server).await?;
        }
        let (server, keyspace, session) = (self.server, &self.keyspace, &mut self.session);
        let answer = command::run(&mut Call { server, keyspace, session, request, spec });
        self.pipeline.push(answer, spec, request, self.session.protocol);
        self.reader.set_trusted(self.session.is_trusted);
        self.last_command = Some(spec.name);
        Ok(true)
    }

    async fn settle(&mut self) -> io::Result<()> {
        settle(&mut self.pipeline, &mut self.stream, &self.session, self.server).await
    }

    async fn send(&mut self) -> io::Result<()> {
        send(&mut self.pipeline, &mut self.stream, self.server).await
    }

    fn note(&mut self) {
        if let Some(command) = self.last_command.take() {
            let now = self.server.clock.now();
            self.session.client.touch(command, self.session.protocol, now);
        }
    }
}

/// Waits for all replies that are waited for. A client that does not read what it asked for is
/// waited for, too, so that its replies do not pile up.
async fn settle<S: AsyncWrite + Unpin>(
    pipeline: &mut Pipeline,
    stream: &mut S,
    session: &Session,
    server: &Server,
) -> io::Result<()> {
    if pipeline.has_writes() {
        let_others_write(server).await;
    }
    while pipeline.settle_one(session.protocol).await {
        if pipeline.is_full() {
            send(pipeline, stream, server).await?;
        }
    }
    if pipeline.is_full() { send(pipeline, stream, server).await } else { Ok(()) }
}

/// Whoever waits first for a write asks for a sync. What others have sent by now is written before, so that it is
/// for them, too.
async fn let_others_write(server: &Server) {
    const ROUNDS_MAX: usize = 8;
    let commands = || server.counters.commands.load(Ordering::Relaxed);
    let mut before = commands();
    for _ in 0..ROUNDS_MAX {
        tokio::task::yield_now().await;
        let now = commands();
        if std::mem::replace(&mut before, now) == now {
            break;
        }
    }
}

async fn send<S: AsyncWrite + Unpin>(
    pipeline: &mut Pipeline,
    stream: &mut S,
    server: &Server,
) -> io::Result<()> {
    let unsent = pipeline.unsent();
    if unsent.is_empty() {
        return Ok(());
    }
    let idle = server.config.idle_timeout;
    if unsent.len() > Output::FREE {
        within(idle, send_long(unsent, stream, server)).await?;
    } else {
        within(idle, stream.write_all(unsent)).await?;
    }
    // A stream that encrypts may still have some of it.
    within(idle, stream.flush()).await?;
    pipeline.sent();
    Ok(())
}

/// Sends more than a client has for free. If it does not take it, it may be cut off in favour of others.
async fn send_long<S: AsyncWrite + Unpin>(
    mut unsent: &[u8],
    stream: &mut S,
    server: &Server,
) -> io::Result<()> {
    let mut lying = server.output.lay(unsent.len());
    while !unsent.is_empty() {
        let written = tokio::select! {
            biased;
            written = stream.write(unsent) => written?,
            () = lying.cut() => return Err(io::ErrorKind::OutOfMemory.into()),
        };
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        unsent = &unsent[written..];
        lying.took(unsent.len());
    }
    Ok(())
}

/// Waits for `future`, but not longer than `limit`; zero is no limit.
async fn within<T>(limit: Duration, future: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    if limit.is_zero() {
        return future.await;
    }
    tokio::time::timeout(limit, future)
        .await
        .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

#[cfg(test)]
#[path = "connection_tests.rs"]
mod tests;
