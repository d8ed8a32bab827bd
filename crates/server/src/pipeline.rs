//! The replies of one connection, in the order of its commands.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use crate::command::{Access, Answer, Spec};
use crate::resp::{Protocol, Reply, Request, Writer};
use crate::wakes::Wakes;

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
    wakes: Arc<Wakes>,
}

impl Pipeline {
    /// How many replies may be waited for.
    const WAITING_MAX: usize = 128;
    /// From so many bytes on replies are sent before the next command is looked at.
    const SEND_BYTES: usize = 64 * 1024;

    pub(crate) fn new(wakes: Arc<Wakes>) -> Self {
        Self {
            writer: Writer::default(),
            waiting: VecDeque::new(),
            access: Access::Alone,
            written: HashSet::new(),
            hasher: RandomState::new(),
            wakes,
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

    /// Whether writes are waited for.
    pub(crate) fn has_writes(&self) -> bool {
        self.access == Access::Write && !self.waiting.is_empty()
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
            Answer::Later(future) => self.wakes.wait(future.as_mut()).await,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command;
    use crate::resp::{Limits, Reader};

    /// Whether `later` may begin while `earlier` is waited for.
    fn begins_beside(earlier: &str, later: &str) -> bool {
        let mut pipeline = Pipeline::new(Arc::default());
        with_command(earlier, |spec, request| {
            let answer = Answer::later(std::future::pending());
            pipeline.push(answer, spec, request, Protocol::Resp2);
        });
        with_command(later, |spec, request| pipeline.admits(spec, request))
    }

    fn with_command<R>(line: &str, then: impl FnOnce(&'static Spec, Request<'_>) -> R) -> R {
        let mut reader = Reader::new(Limits::default());
        reader.buffer().extend_from_slice(format!("{line}\n").as_bytes());
        let request = reader.request().unwrap().unwrap();
        then(command::find(request).unwrap(), request)
    }

    #[test]
    fn reads_begin_beside_reads_and_writes_beside_writes_of_other_keys() {
        assert!(begins_beside("get a", "get a"));
        assert!(begins_beside("mget a b", "strlen b"));
        assert!(begins_beside("set a 1", "set b 1"));
        assert!(begins_beside("mset a b c d", "del b d"));
    }

    #[test]
    fn a_command_waits_for_those_before_it_that_it_could_meet() {
        for (earlier, later) in [
            ("set a 1", "set a 2"),
            ("mset a 1 b 2", "incr b"),
            ("del a b", "del c b"),
            ("set a 1", "get a"),
            ("set a 1", "get b"),
            ("get a", "set a 1"),
            ("get a", "ping"),
            ("flushall", "set a 1"),
            ("flushall", "flushall"),
            ("scan 0", "get a"),
            ("forebay.flush", "ping"),
        ] {
            assert!(!begins_beside(earlier, later), "{earlier}, {later}");
        }
    }

    #[test]
    fn replies_that_are_there_stay_behind_those_that_are_waited_for() {
        let mut pipeline = Pipeline::new(Arc::default());
        let later = |value| Answer::later(async move { Ok(Reply::Integer(value)) });
        with_command("get a", |spec, request| {
            pipeline.push(Reply::Integer(1).into(), spec, request, Protocol::Resp2);
            pipeline.push(later(2), spec, request, Protocol::Resp2);
            pipeline.push(Reply::Integer(3).into(), spec, request, Protocol::Resp2);
            pipeline.push(later(4), spec, request, Protocol::Resp2);
        });
        assert_eq!(pipeline.unsent(), b":1\r\n");
        let settled = async { while pipeline.settle_one(Protocol::Resp2).await {} };
        forebay::seam::block_on(settled);
        assert_eq!(pipeline.unsent(), b":1\r\n:2\r\n:3\r\n:4\r\n");
    }

    #[test]
    fn so_many_and_no_more_are_waited_for() {
        let mut pipeline = Pipeline::new(Arc::default());
        for _ in 0..Pipeline::WAITING_MAX {
            assert!(!pipeline.is_full());
            with_command("get a", |spec, request| {
                assert!(pipeline.admits(spec, request));
                let answer = Answer::later(std::future::pending());
                pipeline.push(answer, spec, request, Protocol::Resp2);
            });
        }
        assert!(pipeline.is_full());
        assert!(!with_command("get a", |spec, request| pipeline.admits(spec, request)));
    }
}
