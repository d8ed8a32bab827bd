//! Commands that run together, if what was watched has not changed.
//!
//! `EXEC` runs them over a [draft](Draft) of the keys that they name, and has the cache accept what they wrote in one
//! step, in which everything that they saw still holds; else they run again. So they run more than once, but
//! only once in what anybody sees.

use std::collections::HashSet;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::spec::{Keys, Run};
use super::{Access, Answer, Call, Failure, Spec};
use crate::draft::Draft;
use crate::keyspace::{Drafting, Keyspace};
use crate::octets::Octets;
use crate::resp::{Reply, Request};
use crate::server::Server;
use crate::session::Session;
use crate::transaction::{Queue, Queued, Transaction, Watch};

pub(super) const COMMANDS: &[Spec] = &[
    row("multi", 1, Keys::NONE, multi, "Begins to queue commands that run together."),
    row("exec", 1, Keys::NONE, exec, "Runs what was queued, if nothing watched has changed."),
    row("discard", 1, Keys::NONE, discard, "Forgets what was queued and what is watched."),
    row("watch", -2, Keys::ALL, watch, "Has the next EXEC run only if these keys do not change."),
    row("unwatch", 1, Keys::NONE, unwatch, "Forgets what is watched."),
];

const fn row(name: &'static str, arity: i32, keys: Keys, run: Run, summary: &'static str) -> Spec {
    Spec::new(name, arity, Access::Alone, keys, run, summary).of("transactions")
}

/// These run at once after `MULTI`, too.
const AT_ONCE: [&str; 6] = ["multi", "exec", "discard", "watch", "quit", "reset"];
/// These may be queued although they do not concern keys.
const KEYLESS: [&str; 5] = ["ping", "echo", "select", "time", "unwatch"];
/// These as a rule do not look at what they write.
const BLIND: [&str; 4] = ["set", "mset", "setex", "psetex"];

/// Queues a command after `MULTI`; `None` if it is to run at once.
pub(super) fn queue(call: &mut Call<'_>) -> Option<Result<Answer, Failure>> {
    let queue = call.session.transaction.queue.as_mut()?;
    if AT_ONCE.contains(&call.spec.name) {
        return None;
    }
    let is_allowed = match call.spec.access {
        Access::Read | Access::Write => true,
        Access::Alone | Access::Open => KEYLESS.contains(&call.spec.name),
    };
    if !is_allowed {
        queue.is_aborted = true;
        return Some(Err(Failure::fixed("ERR Command not allowed inside a transaction")));
    }
    let max = call.server.config.command_bytes;
    let queued = queue.push(call.spec, call.request, max);
    queue.is_aborted |= queued.is_err();
    Some(queued.map(|()| Answer::Now(Reply::Status("QUEUED"))))
}

/// A request names no command, or has not its arguments: what is queued will not run.
pub(crate) fn rejected(session: &mut Session, request: Request<'_>, failure: Failure) -> Failure {
    if !request[0].eq_ignore_ascii_case(b"exec") {
        session.transaction.abort();
        return failure;
    }
    // Redis takes it for an end all the same.
    session.transaction = Transaction::default();
    let text =
        "EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command";
    Failure::fixed(text)
}

fn multi(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let queue = &mut call.session.transaction.queue;
    if queue.is_some() {
        return Err(Failure::fixed("ERR MULTI calls can not be nested"));
    }
    *queue = Some(Queue::default());
    Ok(Answer::OK)
}

fn discard(call: &mut Call<'_>) -> Result<Answer, Failure> {
    if call.session.transaction.queue.is_none() {
        return Err(Failure::fixed("ERR DISCARD without MULTI"));
    }
    call.session.transaction = Transaction::default();
    Ok(Answer::OK)
}

fn unwatch(call: &mut Call<'_>) -> Result<Answer, Failure> {
    drop(call.session.transaction.watched.take());
    Ok(Answer::OK)
}

fn watch(call: &mut Call<'_>) -> Result<Answer, Failure> {
    if call.session.transaction.queue.is_some() {
        return Err(Failure::fixed("ERR WATCH inside MULTI is not allowed"));
    }
    let keys = call.keys()?;
    let watched = call.session.transaction.watched.clone();
    let max = Drafting::KEYS_MAX;
    if watched.count_with(&keys) > max {
        return Err(Failure::new(format!("too many keys are watched, at most {max}")));
    }
    let looking = call.keyspace().transact(
        move |drafting| {
            // All are looked at before the first one that is not known ends the run.
            let looks: Vec<_> = keys.iter().map(|key| drafting.look(key)).collect();
            let noted = keys.iter().zip(looks).map(|(key, look)| {
                let (record, stamp) = look?;
                Ok(Watch::new(key.clone(), record.as_ref(), stamp))
            });
            noted.collect::<forebay::Result<Vec<_>>>()
        },
        forebay::Durability::Memory,
    );
    Answer::of(looking, move |transacted| {
        watched.add(transacted.result);
        Ok(Reply::OK)
    })
}

fn exec(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let Some(queue) = call.session.transaction.queue.take() else {
        return Err(Failure::fixed("ERR EXEC without MULTI"));
    };
    let watches = call.session.transaction.watched.take();
    if queue.is_aborted {
        let text = "EXECABORT Transaction discarded because of previous errors.";
        return Err(Failure::fixed(text));
    }
    let mut session = Session::new(Arc::clone(&call.session.client), &call.server.config);
    (session.rung, session.is_trusted) = (call.session.rung, true);
    let rung = session.rung;
    let mut execution =
        Execution { server: Arc::clone(call.server), session, commands: queue.commands, watches };
    let running = call.keyspace().transact(move |drafting| execution.run(drafting), rung);
    Answer::of(running, |transacted| match transacted.result {
        Ok(replies) => Ok(replies.map_or(Reply::NullArray, Reply::Array)),
        Err(failure) => Err(failure),
    })
}

/// Queued commands, to be run again and again until nothing comes between.
struct Execution {
    server: Arc<Server>,
    session: Session,
    commands: Vec<Queued>,
    watches: Vec<Watch>,
}

impl Execution {
    /// Their replies; none if what is watched has changed.
    fn run(
        &mut self,
        drafting: &mut Drafting,
    ) -> forebay::Result<Result<Option<Vec<Reply>>, Failure>> {
        let draft = Draft::new(self.server.keyspace.now());
        if !self.look(drafting, &draft)? {
            return Ok(Ok(None));
        }
        let keyspace = Arc::new(self.server.keyspace.over(draft));
        let config = &self.server.config;
        let (max, written_max) = (config.reply_bytes, config.dirty_bytes_max());
        let (mut replies, mut bytes) = (Vec::with_capacity(self.commands.len()), 0);
        for queued in &self.commands {
            let reply = loop {
                let reply = run(&self.server, &mut self.session, &keyspace, queued);
                let Some(draft) = keyspace.draft() else { break reply };
                let missed = draft.missed();
                if missed.is_empty() {
                    break reply;
                }
                // It has looked at what it writes after all, and written nothing by then: it has one key.
                for key in missed {
                    let (record, _) = drafting.look(&key)?;
                    draft.note(key, record);
                }
            };
            if keyspace.draft().is_some_and(|draft| draft.exceeds(written_max)) {
                let text = format!(
                    "what this transaction writes exceeds {written_max} bytes, or 4 times that with what it replaces"
                );
                return Ok(Err(Failure::new(text)));
            }
            bytes += reply.length();
            if bytes > max {
                let text = format!("the replies of this transaction exceed {max} bytes");
                return Ok(Err(Failure::new(text)));
            }
            replies.push(reply);
        }
        let Some(draft) = Arc::into_inner(keyspace).and_then(Keyspace::into_draft) else {
            return Ok(Err(Failure::new("a command of this transaction has not ended")));
        };
        for (key, record) in draft.into_written() {
            match record {
                Some(record) => drafting.put(key, record)?,
                None => drafting.delete(key)?,
            }
        }
        Ok(Ok(Some(replies)))
    }

    /// Looks at everything that is watched or read; `false` if something that is watched has changed.
    fn look(&self, drafting: &mut Drafting, draft: &Draft) -> forebay::Result<bool> {
        let (mut unknown, mut holds) = (None, true);
        for watch in &self.watches {
            match drafting.look(&watch.key) {
                Ok((record, stamp)) => holds &= watch.holds(record.as_ref(), stamp),
                Err(error) => unknown = Some(error),
            }
        }
        let mut seen = HashSet::new();
        for Queued { spec, request } in &self.commands {
            if BLIND.contains(&spec.name) {
                continue;
            }
            let request = request.request();
            for index in spec.keys.positions(request.len()) {
                let key = Octets::copy_from_slice(&request[index]);
                // One that is too long is for the command to complain of.
                if key.len() > self.server.config.key_bytes || !seen.insert(key.clone()) {
                    continue;
                }
                match drafting.look(&key) {
                    Ok((record, _)) => draft.note(key, record),
                    Err(error) => unknown = Some(error),
                }
            }
        }
        // What is not known is loaded together, so it ends the look only here.
        unknown.map_or(Ok(holds), Err)
    }
}

/// Runs one of them over a draft, which answers at once.
fn run(
    server: &Arc<Server>,
    session: &mut Session,
    keyspace: &Arc<Keyspace>,
    Queued { spec, request }: &Queued,
) -> Reply {
    let request = request.request();
    let mut call = Call { server, keyspace, session, request, spec };
    match (spec.run)(&mut call) {
        Ok(Answer::Now(reply)) => reply,
        Ok(Answer::Later(future)) => {
            match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(reply) => reply,
                Poll::Pending => {
                    Reply::error("the command waits, and cannot do so in a transaction")
                }
            }
        }
        Err(failure) => failure.into(),
    }
}
