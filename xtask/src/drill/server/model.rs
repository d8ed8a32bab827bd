//! All keys of a drill, and what the server says of them.

use super::answer::Answer;
use super::client::Client;
use super::key::State;
use super::wire::Wire;
use crate::failure::{Failure, Result};

/// The key that all clients count up.
pub(super) const SHARED: &[u8] = b"shared";

/// All keys of a drill.
pub(super) struct Model {
    pub(super) clients: Vec<Client>,
    /// What the shared key was when it was looked at last.
    counted: i64,
}

/// What a look at the server found.
#[derive(Debug, Default)]
pub(super) struct Looked {
    /// Keys that were not as after the newest write that was sent.
    pub(super) behind: usize,
    /// Keys that are there.
    pub(super) present: i64,
}

impl Model {
    pub(super) fn new(clients: Vec<Client>) -> Self {
        Self { clients, counted: 0 }
    }

    /// Looks at every key. What is there must be possible, and is certain from now on.
    pub(super) fn check(&mut self, wire: &mut Wire) -> Result<Looked> {
        let mut looked = Looked::default();
        for key in self.clients.iter_mut().flat_map(|client| &mut client.keys) {
            let state = look(wire, &key.name)?;
            looked.present += i64::from(state.is_some());
            looked.behind += usize::from(!key.found(state)?);
        }
        let counted = look(wire, SHARED)?;
        looked.present += i64::from(counted.is_some());
        self.check_counted(counted)?;
        Ok(looked)
    }

    fn check_counted(&mut self, state: State) -> Result<()> {
        let text = state.map_or_else(|| b"0".to_vec(), |(value, _)| value);
        let found: Option<i64> = std::str::from_utf8(&text).ok().and_then(|it| it.parse().ok());
        let sent: i64 = self.clients.iter().map(|client| client.counts.sent).sum();
        let kept = self.clients.iter().map(|client| client.counts.kept).max().unwrap_or_default();
        match found {
            Some(found) if (kept..=self.counted + sent).contains(&found) => {
                self.counted = found;
                self.clients.iter_mut().for_each(|client| client.counts.restart(found));
                Ok(())
            }
            _ => Err(Failure::new(format!(
                "the shared counter is {found:?}: it was {}, counted up at most {sent} times since, \
                 and {kept} was answered",
                self.counted
            ))),
        }
    }
}

/// What a key is.
pub(super) fn look(wire: &mut Wire, key: &[u8]) -> Result<State> {
    let value = wire.ask(&[b"GET", key])?;
    let expires = wire.ask(&[b"PEXPIRETIME", key])?;
    match (value, expires) {
        (Answer::Bulk(None), Answer::Integer(-2)) => Ok(None),
        (Answer::Bulk(Some(value)), Answer::Integer(-1)) => Ok(Some((value, None))),
        (Answer::Bulk(Some(value)), Answer::Integer(at)) if at >= 0 => {
            Ok(Some((value, Some(at.unsigned_abs()))))
        }
        (value, expires) => {
            let (value, expires) = (value.short(), expires.short());
            Err(Failure::new(format!("a look at a key was answered {value}, {expires}")))
        }
    }
}
