//! From a request to the command that it names.

use std::fmt::Write;

use super::call::{QUOTED_BYTES_MAX, quoted};
use super::{Access, Answer, Call, Failure, Spec, table, transaction};
use crate::resp::{Reply, Request};

/// The command that `request` names, if its arguments can be right.
pub(crate) fn find(request: Request<'_>) -> Result<&'static Spec, Failure> {
    let unknown = || unknown_command(request);
    let mut spec = table::find(&request[0]).ok_or_else(unknown)?;
    if let (Some(name), false) = (request.get(1), spec.subcommands.is_empty()) {
        spec = table::find_within(spec, name).ok_or_else(|| unknown_subcommand(spec, name))?;
    }
    if spec.takes(request.len()) { Ok(spec) } else { Err(Failure::arity(spec.name)) }
}

/// Runs a command.
pub(crate) fn run(call: &mut Call<'_>) -> Answer {
    let outcome = if call.session.is_trusted || call.spec.access == Access::Open {
        transaction::queue(call).unwrap_or_else(|| (call.spec.run)(call))
    } else {
        Err(Failure::NO_AUTH)
    };
    outcome.unwrap_or_else(|failure| Answer::Now(Reply::from(failure)))
}

/// Whether this is the beginning of a request over HTTP rather than a command.
pub(crate) fn is_http(request: Request<'_>) -> bool {
    ["post", "host:"].iter().any(|word| request[0].eq_ignore_ascii_case(word.as_bytes()))
}

fn unknown_command(request: Request<'_>) -> Failure {
    let mut arguments = String::new();
    for argument in request.iter_from(1) {
        let room = QUOTED_BYTES_MAX.saturating_sub(arguments.len());
        if room == 0 {
            break;
        }
        let _ = write!(arguments, "'{}' ", quoted(argument, room));
    }
    let name = quoted(&request[0], QUOTED_BYTES_MAX);
    Failure::new(format!("unknown command '{name}', with args beginning with: {arguments}"))
}

fn unknown_subcommand(container: &Spec, name: &[u8]) -> Failure {
    let name = quoted(name, QUOTED_BYTES_MAX);
    let container = container.name.to_ascii_uppercase();
    Failure::new(format!("unknown subcommand '{name}'. Try {container} HELP."))
}
