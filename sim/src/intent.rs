//! What a client wants, and what it is told.

use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use forebay_cache::{
    Answers, Cache, Change, CloseReport, DrainReport, Lookup, Modified, Receipt, Stamp, Transacted,
    Transaction, Write,
};
use forebay_store::sync::Mutex;
use forebay_store::{ByteSize, Cursor, Durability, Error, ErrorKind, Op, Page, Result};

use crate::crash::Bell;
use crate::value::{Name, Tag, Tagged};

/// What a client wants.
#[derive(Clone, Debug)]
pub(crate) enum Intent {
    Put { key: Name, value: Tagged, write: Write },
    Delete { key: Name, write: Write },
    Get { key: Name },
    GetMany { keys: Vec<Name> },
    Modify { key: Name, value: Tagged, kind: Kind, write: Write },
    Update { key: Name, value: Tagged, saw: Arc<Mutex<Option<Tag>>> },
    Flush { acknowledged: Vec<(Name, u64)> },
    FlushOlder { age: Duration },
    FlushIfNeeded { threshold: usize },
    Stored { key: Name, receipt: Receipt },
    Synced { key: Name, receipt: Receipt },
    Scan { cursor: Option<Cursor>, limit: usize },
    Count,
    Clear,
    Lookup { key: Name },
    Warm { share: ByteSize },
    Drain { deadline: Duration, acknowledged: Vec<(Name, u64)> },
    Edit { key: Name, value: Tagged },
    PutMany { values: Vec<(Name, Tagged)>, write: Write },
    DeleteMany { keys: Vec<Name>, write: Write },
    Merge { key: Name, value: Tagged, write: Write },
    Stamped { key: Name },
    Transact { keys: [Name; 2], values: [Tagged; 2], rung: Durability },
    Close { deadline: Duration, stored_before: u64 },
}

/// What a modification makes of what it sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Put,
    PutIfAbsent,
    DeleteIfPresent,
    Keep,
    /// Its closure panics.
    Panic,
    /// Not by a closure, but by the conditional write that does as much.
    IfAbsent,
    IfPresent,
    IfEqual(Tagged),
    /// If the key has the stamp that it had when this was seen.
    IfUnchanged(Stamp, Option<Tag>),
}

impl Kind {
    pub(crate) fn change(self, saw: Option<Tag>, value: Tagged) -> Change<Tagged> {
        match (self, saw) {
            (Self::Put, _)
            | (Self::PutIfAbsent | Self::IfAbsent, None)
            | (Self::IfPresent, Some(_)) => Change::Put(value),
            (Self::IfEqual(expected), Some(saw)) if expected.tag == saw => Change::Put(value),
            (Self::DeleteIfPresent, Some(_)) => Change::Delete,
            // Not `panic!`: nobody wants to see the message.
            (Self::Panic, _) => resume_unwind(Box::new("this closure panics")),
            _ => Change::Keep,
        }
    }
}

impl Kind {
    fn ask(self, cache: &Cache<Name, Tagged>, key: Name, value: Tagged, write: Write) -> Asked {
        if let Some(op) = self.conditional(cache, key, value, write) {
            return Asked::new(op, |result| Reply::Modified(result.map(in_short)));
        }
        let modify = move |now: Option<&Tagged>| {
            let saw = now.map(|now| now.tag);
            (self.change(saw, value), saw)
        };
        Asked::new(cache.modify_with(key, modify, write), Reply::Modified)
    }

    /// The conditional write that it is, if it is one.
    fn conditional(
        self,
        cache: &Cache<Name, Tagged>,
        key: Name,
        value: Tagged,
        write: Write,
    ) -> Option<Op<Modified<Option<Tagged>>>> {
        match self {
            Self::IfAbsent => Some(cache.put_if_absent_with(key, value, write)),
            Self::IfPresent => Some(cache.replace_with(key, value, write)),
            Self::IfEqual(expected) => {
                Some(cache.compare_and_put_with(key, expected, value, write))
            }
            Self::IfUnchanged(stamp, _) => {
                Some(cache.put_if_unchanged_with(key, stamp, value, write))
            }
            _ => None,
        }
    }
}

/// Sees two keys and writes both.
fn transact(
    cache: &Cache<Name, Tagged>,
    [one, other]: [Name; 2],
    [of_one, of_other]: [Tagged; 2],
    rung: Durability,
) -> Asked {
    let change = move |transaction: &mut Transaction<Name, Tagged>| {
        let saw = [transaction.get(&one)?, transaction.get(&other)?];
        transaction.put(one, of_one)?;
        transaction.put(other, of_other)?;
        Ok(saw.map(|value| value.map(|value| value.tag)))
    };
    Asked::new(cache.transact(change, rung), Reply::Transacted)
}

fn in_short(modified: Modified<Option<Tagged>>) -> Modified<Option<Tag>> {
    Modified { result: modified.result.map(|value| value.tag), receipt: modified.receipt }
}

/// What a client is told.
#[derive(Debug)]
pub(crate) enum Reply {
    Wrote(Result<Receipt>),
    Saw(Result<Vec<Option<Tagged>>>),
    Modified(Result<Modified<Option<Tag>>>),
    Updated(Result<Option<Receipt>>),
    Done(Result<u64>),
    Page(Result<Page<Name, Tagged>>),
    Looked(Result<Lookup<Name, Tagged>>),
    Drained(Result<DrainReport>),
    Edited(Result<Option<Receipt>>),
    WroteMany(Result<Answers>),
    Stamped(Result<(Option<Tagged>, Stamp)>),
    Transacted(Result<Transacted<[Option<Tag>; 2]>>),
    Closed(Result<CloseReport>),
}

/// An operation under way; asked after each event whether it is answered.
pub(crate) struct Asked(Ask);

type Ask = Box<dyn FnMut(&mut Context<'_>) -> Option<Reply> + Send>;

impl Asked {
    /// There will be no answer.
    pub(crate) fn nothing() -> Self {
        Self(Box::new(|_| None))
    }

    fn new<T: Send + 'static>(
        mut op: Op<T>,
        reply: impl Fn(Result<T>) -> Reply + Send + 'static,
    ) -> Self {
        Self(Box::new(move |context| match Pin::new(&mut op).poll(context) {
            Poll::Ready(result) => Some(reply(result)),
            Poll::Pending => None,
        }))
    }

    /// The answer, if it is there; else `bell` is rung when it comes.
    pub(crate) fn poll(&mut self, bell: &Arc<Bell>) -> Option<Reply> {
        let waker = Waker::from(Arc::clone(bell));
        (self.0)(&mut Context::from_waker(&waker))
    }
}

impl Intent {
    /// Does it.
    pub(crate) fn ask(&self, cache: &Cache<Name, Tagged>) -> Asked {
        match self {
            Self::Put { key, value, write } => {
                Asked::new(cache.put_with(*key, *value, *write), Reply::Wrote)
            }
            Self::Delete { key, write } => {
                Asked::new(cache.delete_with(*key, *write), Reply::Wrote)
            }
            Self::Get { key } => {
                Asked::new(cache.get(key), |result| Reply::Saw(result.map(|value| vec![value])))
            }
            Self::GetMany { keys } => Asked::new(cache.get_many(keys), Reply::Saw),
            Self::Modify { key, value, kind, write } => kind.ask(cache, *key, *value, *write),
            Self::Update { key, value, saw } => {
                let (value, saw) = (*value, Arc::clone(saw));
                let update = move |now: &mut Tagged| {
                    *saw.lock() = Some(now.tag);
                    *now = value;
                };
                Asked::new(cache.update(key, update), Reply::Updated)
            }
            Self::Flush { .. } => {
                Asked::new(cache.flush(), |result| Reply::Done(result.map(|()| 0)))
            }
            Self::FlushOlder { age } => Asked::new(cache.flush_older_than(*age), Reply::Done),
            Self::FlushIfNeeded { threshold } => {
                Asked::new(cache.flush_if_needed(*threshold), Reply::Done)
            }
            Self::Stored { receipt, .. } => {
                Asked::new(receipt.stored(), |result| Reply::Done(result.map(|()| 0)))
            }
            Self::Synced { receipt, .. } => {
                Asked::new(receipt.synced(), |result| Reply::Done(result.map(|()| 0)))
            }
            Self::Scan { cursor, limit } => {
                Asked::new(cache.scan(cursor.clone(), *limit), Reply::Page)
            }
            Self::Count => Asked::new(cache.count(), Reply::Done),
            Self::Clear => Asked::new(cache.clear(), Reply::Done),
            Self::Lookup { key } => Asked::new(cache.lookup(key), Reply::Looked),
            Self::Warm { share } => Asked::new(cache.warm_up(*share).end(), |result| {
                Reply::Done(result.map(|warmed| warmed.filled))
            }),
            Self::Drain { deadline, .. } => Asked::new(cache.drain(*deadline), Reply::Drained),
            Self::Edit { key, value } => {
                Asked::new(cache.quarantine().edit(key, *value), Reply::Edited)
            }
            Self::PutMany { values, write } => {
                Asked::new(cache.put_many_with(values.iter().copied(), *write), Reply::WroteMany)
            }
            Self::DeleteMany { keys, write } => {
                Asked::new(cache.delete_many_with(keys.iter().copied(), *write), Reply::WroteMany)
            }
            Self::Merge { key, value, write } => {
                Asked::new(cache.merge_in_way(*key, *value, *write), Reply::Wrote)
            }
            Self::Stamped { key } => Asked::new(cache.get_stamped(key), Reply::Stamped),
            Self::Transact { keys, values, rung } => transact(cache, *keys, *values, *rung),
            Self::Close { deadline, .. } => Asked::new(cache.close(*deadline), Reply::Closed),
        }
    }

    /// It ended in a panic of the client.
    pub(crate) fn panicked(&self) -> Asked {
        fn failed<T>() -> Result<T> {
            Err(Error::new(ErrorKind::Aborted, "it panicked"))
        }
        let intent = self.clone();
        Asked(Box::new(move |_| {
            Some(match &intent {
                Self::Put { .. } | Self::Delete { .. } | Self::Merge { .. } => {
                    Reply::Wrote(failed())
                }
                Self::Get { .. } | Self::GetMany { .. } => Reply::Saw(failed()),
                Self::Modify { .. } => Reply::Modified(failed()),
                Self::Update { .. } => Reply::Updated(failed()),
                Self::Scan { .. } => Reply::Page(failed()),
                Self::Lookup { .. } => Reply::Looked(failed()),
                Self::Drain { .. } => Reply::Drained(failed()),
                Self::Edit { .. } => Reply::Edited(failed()),
                Self::PutMany { .. } | Self::DeleteMany { .. } => Reply::WroteMany(failed()),
                Self::Stamped { .. } => Reply::Stamped(failed()),
                Self::Transact { .. } => Reply::Transacted(failed()),
                Self::Close { .. } => Reply::Closed(failed()),
                _ => Reply::Done(failed()),
            })
        }))
    }

    /// The keys it is about; none: all.
    pub(crate) fn keys(&self) -> Vec<Name> {
        match self {
            Self::Put { key, .. }
            | Self::Delete { key, .. }
            | Self::Get { key }
            | Self::Modify { key, .. }
            | Self::Update { key, .. }
            | Self::Lookup { key }
            | Self::Edit { key, .. }
            | Self::Merge { key, .. }
            | Self::Stamped { key }
            | Self::Stored { key, .. }
            | Self::Synced { key, .. } => vec![*key],
            Self::GetMany { keys } | Self::DeleteMany { keys, .. } => keys.clone(),
            Self::PutMany { values, .. } => values.iter().map(|(key, _)| *key).collect(),
            Self::Transact { keys, .. } => keys.to_vec(),
            _ => Vec::new(),
        }
    }

    /// In words.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Put { key, value, write } => {
                format!("put {key}={value} {write:?}")
            }
            Self::Delete { key, write } => format!("delete {key} {write:?}"),
            Self::Get { key } => format!("get {key}"),
            Self::GetMany { keys } => format!("get_many {keys:?}"),
            Self::Modify { key, value, kind, write } => {
                format!("modify {key}={value} {kind:?} {write:?}")
            }
            Self::Update { key, value, .. } => format!("update {key}={value}"),
            Self::Flush { .. } => "flush".to_owned(),
            Self::FlushOlder { age } => format!("flush_older_than {age:?}"),
            Self::FlushIfNeeded { threshold } => format!("flush_if_needed {threshold}"),
            Self::Stored { key, receipt } => format!("stored? {key} v{}", receipt.version()),
            Self::Synced { key, receipt } => format!("synced? {key} v{}", receipt.version()),
            Self::Scan { cursor, limit } => {
                format!("scan {limit} from {:?}", cursor.as_ref().map(|cursor| &cursor.0))
            }
            Self::Count => "count".to_owned(),
            Self::Clear => "clear".to_owned(),
            Self::Lookup { key } => format!("look up {key}"),
            Self::Warm { share } => format!("warm up {share}"),
            Self::Drain { deadline, .. } => format!("drain {deadline:?}"),
            Self::Edit { key, value } => format!("edit {key}={value}"),
            Self::PutMany { values, write } => {
                let each = |(key, value): &(Name, Tagged)| format!("{key}={value}");
                let all: Vec<_> = values.iter().map(each).collect();
                format!("put_many {} {write:?}", all.join(" "))
            }
            Self::DeleteMany { keys, write } => format!("delete_many {keys:?} {write:?}"),
            Self::Merge { key, value, write } => format!("merge {key}={value} {write:?}"),
            Self::Stamped { key } => format!("get {key} and its stamp"),
            Self::Transact { keys: [one, other], values: [of_one, of_other], rung } => {
                format!("transact {one}={of_one} {other}={of_other} {rung}")
            }
            Self::Close { deadline, .. } => format!("close {deadline:?}"),
        }
    }
}

impl Reply {
    /// In words.
    pub(crate) fn describe(&self) -> String {
        let tag = |value: &Option<Tagged>| crate::value::short(value.map(|value| value.tag));
        match self {
            Self::Wrote(Ok(receipt)) => format!("v{} {}", receipt.version(), receipt.rung()),
            Self::Saw(Ok(values)) => values.iter().map(tag).collect::<Vec<_>>().join(" "),
            Self::Modified(Ok(modified)) => {
                let version = modified.receipt.as_ref().map(Receipt::version);
                format!("saw {}, version {version:?}", crate::value::short(modified.result))
            }
            Self::Done(Ok(count)) => format!("{count}"),
            Self::Page(Ok(page)) => format!("{} entries", page.entries.len()),
            Self::Closed(Ok(report)) => report.to_string(),
            Self::Looked(Ok(Lookup::Found(value))) => tag(&Some(*value)),
            Self::Looked(Ok(Lookup::Absent)) => tag(&None),
            Self::Looked(Ok(Lookup::Vacant(_))) => "is to fill it".to_owned(),
            Self::Drained(Ok(report)) => format!("{report:?}"),
            Self::Updated(Ok(receipt)) | Self::Edited(Ok(receipt)) => {
                format!("{:?}", receipt.as_ref().map(Receipt::version))
            }
            Self::WroteMany(Ok(results)) => {
                let each = |result: &Result<Receipt>| match result {
                    Ok(receipt) => format!("v{} {}", receipt.version(), receipt.rung()),
                    Err(error) => format!("{:?}: {error}", error.kind()),
                };
                results.iter().map(each).collect::<Vec<_>>().join(", ")
            }
            Self::Transacted(Ok(transacted)) => {
                let versions: Vec<_> = transacted.receipts.iter().map(Receipt::version).collect();
                let [one, other] = transacted.result.map(crate::value::short);
                format!("saw {one} {other}, versions {versions:?}")
            }
            Self::Stamped(Ok((value, stamp))) => format!("{} {stamp:?}", tag(value)),
            Self::Wrote(Err(error))
            | Self::Stamped(Err(error))
            | Self::WroteMany(Err(error))
            | Self::Transacted(Err(error))
            | Self::Looked(Err(error))
            | Self::Drained(Err(error))
            | Self::Edited(Err(error))
            | Self::Saw(Err(error))
            | Self::Modified(Err(error))
            | Self::Updated(Err(error))
            | Self::Done(Err(error))
            | Self::Page(Err(error))
            | Self::Closed(Err(error)) => format!("{:?}: {error}", error.kind()),
        }
    }
}
