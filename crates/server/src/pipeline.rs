//! The replies of one connection, in the order of its commands.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher, RandomState};

use crate::command::{Access, Answer, Spec};
use crate::resp::{Protocol, Reply, Request, Writer};

/// The replies of one connection that were not sent yet: those that are there, and behind them
/// those that are waited for.
pub(crate) struct Pipeline {
    writer: Writer,
    waiting: VecDeque<Answer>,
    /// What the commands that are waited for do.
    access: Access,
    /// The keys that they write, hashed: two keys of one hash only wait for each other in vain.
    written: HashSet<u64>,
    hasher: RandomState,
}

impl Pipeline {
    /// How many replies may be waited for.
    const WAITING_MAX: usize = 128;
    /// From so many bytes on replies are sent before the next command is looked at.
    const SEND_BYTES: usize = 64 * 1024;

    pub(crate) fn new() -> Self {
        Self {
            writer: Writer::default(),
            waiting: VecDeque::new(),
            access: Access::Alone,
            written: HashSet::new(),
            hasher: RandomState::new(),
        }
    }

    /// Whether a command may begin while others are waited for: reads beside reads, and writes
    /// beside writes of other keys. So each key sees the commands of a connection in their order.
    pub(crate) fn admits(&self, spec: &Spec, request: Request<'_>) -> bool {
        if self.waiting.is_empty() {
            return true;
        }
        if self.waiting.len() >= Self::WAITING_MAX || spec.access != self.access {
            return false;
        }
        match spec.access {
            Access::Read => true,
            Access::Write => !self.hashes(spec, request).any(|hash| self.written.contains(&hash)),
            Access::Alone | Access::Open => false,
        }
    }

    /// Appends the answer of a command that was admitted.
    pub(crate) fn push(
        &mut self,
        answer: Answer,
        spec: &Spec,
        request: Request<'_>,
        protocol: Protocol,
    ) {
        match answer {
            Answer::Now(reply) => self.push_reply(reply, protocol),
            later @ Answer::Later(_) => {
                self.access = spec.access;
                if spec.access == Access::Write {
                    let hashes: Vec<_> = self.hashes(spec, request).collect();
                    self.written.extend(hashes);
                }
                self.waiting.push_back(later);
            }
        }
    }

    /// Appends a reply.
    pub(crate) fn push_reply(&mut self, reply: Reply, protocol: Protocol) {
        if self.waiting.is_empty() {
            self.writer.reply(&reply, protocol);
        } else {
            self.waiting.push_back(Answer::Now(reply));
        }
    }

    /// Whether replies should be sent before the next command is looked at.
    pub(crate) fn is_full(&self) -> bool {
        self.writer.bytes().len() >= Self::SEND_BYTES || self.waiting.len() >= Self::WAITING_MAX
    }

    /// Waits for the next reply that is waited for; `false` if there is none. After it what there
    /// is to send is not more than a reply beyond the bound.
    pub(crate) async fn settle_one(&mut self, protocol: Protocol) -> bool {
        let Some(front) = self.waiting.front_mut() else {
            self.written.clear();
            return false;
        };
        let reply = match front {
            Answer::Now(reply) => std::mem::replace(reply, Reply::Null),
            Answer::Later(future) => future.as_mut().await,
        };
        // Only now: if this future is dropped while it waits, the reply is still waited for.
        self.waiting.pop_front();
        self.writer.reply(&reply, protocol);
        true
    }

    /// What is to be sent.
    pub(crate) fn unsent(&self) -> &[u8] {
        self.writer.bytes()
    }

    /// Notes that everything was sent.
    pub(crate) fn sent(&mut self) {
        self.writer.clear();
    }

    fn hashes(&self, spec: &Spec, request: Request<'_>) -> impl Iterator<Item = u64> {
        let keys = spec.keys.positions(request.len());
        keys.map(move |index| self.hasher.hash_one(&request[index]))
    }
}
