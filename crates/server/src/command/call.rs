//! A command that is about to run.

use std::sync::Arc;

use forebay::{Modified, Op, Write};

use super::{Answer, Failure, Spec};
use crate::config::way;
use crate::keyspace::{Change, Keyspace};
use crate::octets::Octets;
use crate::record::Record;
use crate::resp::{Reply, Request, parse_integer};
use crate::server::Server;
use crate::session::Session;

/// How much of an argument a message may quote.
pub(super) const QUOTED_BYTES_MAX: usize = 128;

/// A command with its arguments and all that it may use.
pub(crate) struct Call<'a> {
    pub(crate) server: &'a Arc<Server>,
    /// As this client sees it, or a transaction.
    pub(crate) keyspace: &'a Arc<Keyspace>,
    pub(crate) session: &'a mut Session,
    pub(crate) request: Request<'a>,
    pub(crate) spec: &'static Spec,
}

impl<'a> Call<'a> {
    /// All keys and values.
    pub(crate) fn keyspace(&self) -> &'a Arc<Keyspace> {
        self.keyspace
    }

    /// How the connection wants its writes done.
    pub(crate) fn way(&self) -> Write {
        way(self.session.rung)
    }

    /// Sets a key, and answers when that is as safe as the connection wants it.
    pub(crate) fn put(&self, key: Octets, record: Record) -> Result<Answer, Failure> {
        if let Some(draft) = self.keyspace().draft() {
            draft.put(key, Some(record));
            return Ok(Answer::OK);
        }
        Answer::of(self.keyspace().put(key, record, self.way()), |_| Ok(Reply::OK))
    }

    /// Changes a key, as [`Keyspace::modify`] does, and answers when that is as safe as the connection
    /// wants it.
    pub(crate) fn modify<R: Send + 'static>(
        &self,
        key: Octets,
        change: impl FnMut(Option<&Record>) -> (Change, R) + Send + 'static,
    ) -> Op<Modified<R>> {
        self.keyspace().modify(key, change, self.way())
    }

    /// How many arguments there are, the name included.
    pub(crate) fn len(&self) -> usize {
        self.request.len()
    }

    /// The argument at `index`; empty if there is none.
    pub(crate) fn argument(&self, index: usize) -> &'a [u8] {
        self.request.get(index).unwrap_or_default()
    }

    /// Whether the argument at `index` is `word`, in capitals or not.
    pub(crate) fn is(&self, index: usize, word: &str) -> bool {
        self.argument(index).eq_ignore_ascii_case(word.as_bytes())
    }

    /// The argument at `index` as text for a message.
    pub(crate) fn text(&self, index: usize) -> String {
        quoted(self.argument(index), QUOTED_BYTES_MAX)
    }

    /// The number at `index`.
    pub(crate) fn integer(&self, index: usize) -> Result<i64, Failure> {
        parse_integer(self.argument(index)).ok_or(Failure::NOT_AN_INTEGER)
    }

    /// The key at `index`, copied: it must not hold on to the buffer of the connection.
    pub(crate) fn key(&self, index: usize) -> Result<Octets, Failure> {
        let key = self.argument(index);
        let max = self.server.config.key_bytes;
        if key.len() > max {
            let text = format!("key is too long: {} bytes, at most {max}", key.len());
            return Err(Failure::new(text));
        }
        Ok(Octets::copy_from_slice(key))
    }

    /// The keys of the command, copied.
    pub(crate) fn keys(&self) -> Result<Vec<Octets>, Failure> {
        self.spec.keys.positions(self.len()).map(|index| self.key(index)).collect()
    }

    /// The value at `index`, copied.
    pub(crate) fn value(&self, index: usize) -> Octets {
        Octets::copy_from_slice(self.argument(index))
    }
}

/// The beginning of an argument, up to its first NUL, as Redis quotes it in messages; what is no
/// text in it is replaced.
pub(super) fn quoted(argument: &[u8], max: usize) -> String {
    let argument = &argument[..argument.len().min(max)];
    let end = argument.iter().position(|byte| *byte == 0).unwrap_or(argument.len());
    String::from_utf8_lossy(&argument[..end]).into_owned()
}
