//! The connection itself.

use std::sync::Arc;

use super::spec::{Keys, Run};
use super::{Access, Answer, Call, Failure, Spec, client, hello};
use crate::resp::Reply;
use crate::session::Session;

pub(super) const COMMANDS: &[Spec] = &[
    row("ping", -1, Access::Alone, ping, "Answers PONG, or its argument."),
    row("echo", 2, Access::Alone, echo, "Answers its argument."),
    row("hello", -1, Access::Open, hello::hello, "Agrees on the protocol and on who one is."),
    row("auth", -2, Access::Open, hello::auth, "Gives the password."),
    row("select", 2, Access::Alone, select, "Chooses a database; there is one."),
    row("quit", -1, Access::Open, quit, "Closes the connection."),
    row("reset", 1, Access::Open, reset, "Makes the connection as new."),
    row("client", -2, Access::Alone, client::help, "What concerns clients.")
        .with(client::SUBCOMMANDS),
];

const fn row(
    name: &'static str,
    arity: i32,
    access: Access,
    run: Run,
    summary: &'static str,
) -> Spec {
    Spec::new(name, arity, access, Keys::NONE, run, summary).of("connection")
}

fn ping(call: &mut Call<'_>) -> Result<Answer, Failure> {
    match call.len() {
        1 => Ok(Answer::Now(Reply::Status("PONG"))),
        2 => Ok(Answer::Now(Reply::Bulk(call.value(1)))),
        _ => Err(Failure::arity("ping")),
    }
}

fn echo(call: &mut Call<'_>) -> Result<Answer, Failure> {
    Ok(Answer::Now(Reply::Bulk(call.value(1))))
}

fn select(call: &mut Call<'_>) -> Result<Answer, Failure> {
    database(call, 1)?;
    Ok(Answer::OK)
}

/// The argument at `index` must name our only database.
pub(super) fn database(call: &Call<'_>, index: usize) -> Result<(), Failure> {
    let database = call.integer(index)?;
    if i32::try_from(database).is_err() {
        let text = "ERR value is out of range, value must between -2147483648 and 2147483647";
        return Err(Failure::fixed(text));
    }
    match database {
        0 => Ok(()),
        _ => Err(Failure::fixed("ERR DB index is out of range")),
    }
}

fn quit(call: &mut Call<'_>) -> Result<Answer, Failure> {
    call.session.is_closing = true;
    Ok(Answer::OK)
}

fn reset(call: &mut Call<'_>) -> Result<Answer, Failure> {
    call.session.client.rename(b"");
    *call.session = Session::new(Arc::clone(&call.session.client), &call.server.config);
    Ok(Answer::Now(Reply::Status("RESET")))
}
