//! Who the client is and which protocol it speaks.

use super::{Answer, Call, Failure, client};
use crate::resp::{Protocol, Reply, parse_integer};

/// The Redis version whose behaviour clients may expect.
pub(super) const COMPATIBLE_WITH: &str = "7.0.15";

pub(super) fn auth(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let (user, password) = match call.len() {
        2 if call.server.config.password.is_none() => {
            return Err(Failure::fixed(
                "ERR AUTH <password> called without any password configured for the default \
                 user. Are you sure your configuration is correct?",
            ));
        }
        2 => (&b"default"[..], call.argument(1)),
        3 => (call.argument(1), call.argument(2)),
        _ => return Err(Failure::SYNTAX),
    };
    login(call, user, password)?;
    Ok(Answer::OK)
}

pub(super) fn hello(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let protocol = protocol(call)?;
    let mut name = None;
    let mut credentials = None;
    let mut index = 2;
    while index < call.len() {
        let left = call.len() - 1 - index;
        if call.is(index, "auth") && left >= 2 {
            credentials = Some((call.argument(index + 1), call.argument(index + 2)));
            index += 3;
        } else if call.is(index, "setname") && left >= 1 {
            name = Some(client::valid_name(call.argument(index + 1))?);
            index += 2;
        } else {
            let option = call.text(index);
            return Err(Failure::new(format!("Syntax error in HELLO option '{option}'")));
        }
    }
    if let Some((user, password)) = credentials {
        login(call, user, password)?;
    }
    if !call.session.is_trusted {
        return Err(Failure::fixed(
            "NOAUTH HELLO must be called with the client already authenticated, otherwise the \
             HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and \
             select the RESP protocol version at the same time",
        ));
    }
    if let Some(name) = name {
        call.session.client.rename(name);
    }
    if let Some(protocol) = protocol {
        call.session.protocol = protocol;
    }
    Ok(Answer::Now(greeting(call)))
}

fn protocol(call: &Call<'_>) -> Result<Option<Protocol>, Failure> {
    let Some(version) = call.request.get(1) else { return Ok(None) };
    let not_a_number = Failure::fixed("ERR Protocol version is not an integer or out of range");
    match parse_integer(version).ok_or(not_a_number)? {
        2 => Ok(Some(Protocol::Resp2)),
        3 => Ok(Some(Protocol::Resp3)),
        _ => Err(Failure::fixed("NOPROTO unsupported protocol version")),
    }
}

/// There is one user. Without a password everybody is that user already.
fn login(call: &mut Call<'_>, user: &[u8], password: &[u8]) -> Result<(), Failure> {
    let is_right = match &call.server.config.password {
        Some(secret) => secret.is(password),
        None => true,
    };
    if user != b"default" || !is_right {
        return Err(Failure::WRONG_PASSWORD);
    }
    call.session.is_trusted = true;
    Ok(())
}

fn greeting(call: &Call<'_>) -> Reply {
    let id = i64::try_from(call.session.client.id).unwrap_or(i64::MAX);
    let pairs = [
        ("server", Reply::fixed("forebay")),
        ("version", Reply::fixed(COMPATIBLE_WITH)),
        ("proto", Reply::Integer(call.session.protocol.number())),
        ("id", Reply::Integer(id)),
        ("mode", Reply::fixed("standalone")),
        ("role", Reply::fixed("master")),
        ("modules", Reply::Array(Vec::new())),
    ];
    Reply::Map(pairs.into_iter().map(|(key, value)| (Reply::fixed(key), value)).collect())
}
