//! All keys and values: the cache as the commands use it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use forebay::seam::Clock;
use forebay::{
    Answers, Cache, CloseReport, Cursor, Durability, Error, ErrorKind, Modified, Op, Page,
    Quarantined, Receipt, Recovery, SharedStore, Stamp, Stats, Transacted, WallTime, Write,
};

use crate::command::{Answer, Failure};
use crate::config::way;
use crate::draft::Draft;
use crate::octets::Octets;
use crate::record::Record;
use crate::resp::Reply;

/// What a command does to a key after it saw it.
pub(crate) type Change = forebay::Change<Record>;

/// What a transaction sees and writes.
pub(crate) type Drafting = forebay::Transaction<Octets, Record>;

/// How many keys of one command are under way at once.
const TOGETHER_MAX: usize = 256;

/// All keys and values.
pub(crate) struct Keyspace {
    cache: Cache<Octets, Record>,
    /// The backing store itself, for the sweeper: the cache hides what has expired.
    store: SharedStore<Octets, Record>,
    clock: Arc<dyn Clock>,
    /// The store takes several writes as a whole, or none of them.
    is_atomic: bool,
    /// For the commands of a transaction: what they use in the place of the cache.
    draft: Option<Draft>,
}

impl Keyspace {
    /// The keyspace in `store`, seen through `cache`.
    pub(crate) fn new(
        cache: Cache<Octets, Record>,
        store: SharedStore<Octets, Record>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let is_atomic = store.capabilities().atomic_batch;
        Self { cache, store, clock, is_atomic, draft: None }
    }

    /// The same for the commands of a transaction.
    pub(crate) fn over(&self, draft: Draft) -> Self {
        let (store, clock) = (Arc::clone(&self.store), Arc::clone(&self.clock));
        let (cache, is_atomic) = (self.cache.clone(), self.is_atomic);
        Self { cache, store, clock, is_atomic, draft: Some(draft) }
    }

    /// What the commands of a transaction use in the place of the cache.
    pub(crate) fn draft(&self) -> Option<&Draft> {
        self.draft.as_ref()
    }

    /// What they have made of it.
    pub(crate) fn into_draft(self) -> Option<Draft> {
        self.draft
    }

    /// Sees and writes some keys, atomically for all of them. At `stored` it goes through, as a single write does, if the
    /// store can take all of it or none.
    pub(crate) fn transact<R: Send + 'static>(
        &self,
        run: impl FnMut(&mut Drafting) -> forebay::Result<R> + Send + 'static,
        rung: Durability,
    ) -> Op<Transacted<R>> {
        match way(rung) {
            Write::Through if !self.is_atomic => self.cache.transact(run, rung),
            way => self.cache.transact(run, way),
        }
    }

    /// The same for a client: its writes wait for room behind each other only.
    pub(crate) fn for_client(&self) -> Self {
        Self {
            cache: self.cache.account(),
            store: Arc::clone(&self.store),
            clock: Arc::clone(&self.clock),
            is_atomic: self.is_atomic,
            draft: None,
        }
    }

    /// Now, as a date. It stays the same for the commands of a transaction.
    pub(crate) fn now(&self) -> WallTime {
        self.draft.as_ref().map_or_else(|| self.clock.wall(), |draft| draft.now)
    }

    pub(crate) fn get(&self, key: &Octets) -> Op<Option<Record>> {
        if let Some(draft) = &self.draft {
            return Op::ready(draft.get(key));
        }
        self.cache.get(key)
    }

    pub(crate) fn put(&self, key: Octets, record: Record, way: Write) -> Op<Receipt> {
        self.cache.put_with(key, record, way)
    }

    /// Shows `change` what is at a key and does what it says, atomically for this key. It may be
    /// called more than once; the last time counts.
    pub(crate) fn modify<R: Send + 'static>(
        &self,
        key: Octets,
        mut change: impl FnMut(Option<&Record>) -> (Change, R) + Send + 'static,
        way: Write,
    ) -> Op<Modified<R>> {
        if let Some(draft) = &self.draft {
            return draft.modify(key, |record, _| change(record));
        }
        self.cache.modify_with(key, change, way)
    }

    /// The same with a stamp: another one says that the key may have been written in between.
    pub(crate) fn modify_stamped<R: Send + 'static>(
        &self,
        key: Octets,
        change: impl FnMut(Option<&Record>, Stamp) -> (Change, R) + Send + 'static,
        way: Write,
    ) -> Op<Modified<R>> {
        if let Some(draft) = &self.draft {
            return draft.modify(key, change);
        }
        self.cache.modify_stamped(key, change, way)
    }

    /// Shows what is at each key to `each`, in order.
    pub(crate) fn get_each<S: Send + 'static>(
        self: &Arc<Self>,
        keys: Vec<Octets>,
        mut state: S,
        mut each: impl FnMut(&mut S, Option<Record>) -> Result<(), Failure> + Send + 'static,
        reply: impl FnOnce(S) -> Reply + Send + 'static,
    ) -> Result<Answer, Failure> {
        let mut show = move |state: &mut S, records: Vec<Option<Record>>| {
            records.into_iter().try_for_each(|record| each(state, record))
        };
        if self.draft.is_some() {
            let records = keys.iter().map(|key| self.get(key).wait());
            show(&mut state, records.collect::<forebay::Result<_>>()?)?;
            return Ok(Answer::Now(reply(state)));
        }
        let mut first = self.cache.get_many(&keys[..keys.len().min(TOGETHER_MAX)]);
        if keys.len() <= TOGETHER_MAX {
            first = match first.try_take() {
                Ok(records) => {
                    show(&mut state, records?)?;
                    return Ok(Answer::Now(reply(state)));
                }
                Err(op) => op,
            };
        }
        let keyspace = Arc::clone(self);
        Ok(Answer::later(async move {
            show(&mut state, first.await?)?;
            for keys in keys.chunks(TOGETHER_MAX).skip(1) {
                show(&mut state, keyspace.cache.get_many(keys).await?)?;
            }
            Ok(reply(state))
        }))
    }

    /// Sets all keys, together if that can be: not through, nor if they are too many or too long for it. Of two records
    /// for one key the later one counts.
    pub(crate) fn put_all(
        self: &Arc<Self>,
        records: Vec<(Octets, Record)>,
        way: Write,
    ) -> Result<Answer, Failure> {
        if let Some(draft) = &self.draft {
            draft.put_all(records);
            return Ok(Answer::OK);
        }
        let Write::Behind(rung) = way else { return Ok(self.put_each(records, way)) };
        let records = Arc::new(records);
        let together = Arc::clone(&records);
        let put = move |drafting: &mut Drafting| {
            let mut records = together.iter().cloned();
            records.try_for_each(|(key, record)| drafting.put(key, record))
        };
        match self.transact(put, rung).try_take() {
            Ok(Err(error)) if error.kind() == ErrorKind::Refused => {
                Ok(self.put_each(Arc::unwrap_or_clone(records), way))
            }
            Ok(put) => put.map(|_| Answer::OK).map_err(Failure::from),
            Err(putting) => Answer::of(putting, |_| Ok(Reply::OK)),
        }
    }

    /// Sets each key for itself.
    fn put_each(self: &Arc<Self>, records: Vec<(Octets, Record)>, way: Write) -> Answer {
        let mut records = records.into_iter();
        let mut first =
            self.cache.put_many_with(records.by_ref().take(TOGETHER_MAX), way).map(gravest);
        if records.len() == 0 {
            first = match first.try_take() {
                Ok(Ok(())) => return Answer::Now(Reply::OK),
                Ok(Err(error)) => return Answer::Now(Failure::from(error).into()),
                Err(op) => op,
            };
        }
        let keyspace = Arc::clone(self);
        Answer::later(async move {
            first.await?;
            while records.len() > 0 {
                let some = records.by_ref().take(TOGETHER_MAX);
                keyspace.cache.put_many_with(some, way).map(gravest).await?;
            }
            Ok(Reply::OK)
        })
    }

    /// Sets all keys if none of them is there; says whether it did.
    pub(crate) fn put_new(&self, records: Vec<(Octets, Record)>, rung: Durability) -> Op<bool> {
        if let Some(draft) = &self.draft {
            let is_there = |(key, _): &(Octets, Record)| draft.get(key).is_some();
            let is_new = !records.iter().any(is_there);
            if is_new {
                draft.put_all(records);
            }
            return Op::ready(is_new);
        }
        let put = move |drafting: &mut Drafting| {
            // All are looked at before the first one that is not known ends the run.
            let looks: Vec<_> = records.iter().map(|(key, _)| drafting.look(key)).collect();
            for look in looks {
                if look?.0.is_some() {
                    return Ok(false);
                }
            }
            records
                .iter()
                .try_for_each(|(key, record)| drafting.put(key.clone(), record.clone()))?;
            Ok(true)
        };
        self.transact(put, rung).map(|transacted| transacted.map(|transacted| transacted.result))
    }

    /// Deletes each key and answers how many there were.
    pub(crate) fn delete_each(self: &Arc<Self>, keys: Vec<Octets>, way: Write) -> Answer {
        let keyspace = Arc::clone(self);
        let delete = move |key| {
            let delete = |record: Option<&Record>| match record {
                Some(_) => (Change::Delete, 1),
                None => (Change::Keep, 0),
            };
            keyspace.modify(key, delete, way)
        };
        each_together(keys, delete, |modified| modified.result, Reply::Integer)
    }

    pub(crate) fn clear(&self) -> Op<u64> {
        self.cache.clear()
    }

    pub(crate) fn count(&self) -> Op<u64> {
        self.cache.count()
    }

    pub(crate) fn scan(&self, cursor: Option<Cursor>, limit: usize) -> Op<Page<Octets, Record>> {
        self.cache.scan(cursor, limit)
    }

    /// A page of what lies in the store, expired or not.
    pub(crate) fn scan_stored(
        &self,
        cursor: Option<Cursor>,
        limit: usize,
    ) -> Op<Page<Octets, Record>> {
        let (done, op) = Op::pending();
        self.store.scan(cursor, limit, done);
        op
    }

    /// Deletes a key from the store if it is still expired; says whether it was.
    pub(crate) fn sweep(&self, key: Octets) -> Op<Modified<bool>> {
        // The cache shows nothing where something expired lies.
        self.cache.modify(key, |record| match record {
            Some(_) => (Change::Keep, false),
            None => (Change::Delete, true),
        })
    }

    /// Waits until every write so far is stored.
    pub(crate) fn flush(&self) -> Op<()> {
        self.cache.flush()
    }

    /// Waits until every write so far is on the device, in the journal.
    pub(crate) fn sync(&self) -> Op<()> {
        self.cache.sync()
    }

    /// The writes that the store refused, at most `count` of them.
    pub(crate) fn quarantined(&self, count: usize) -> Vec<Quarantined<Octets>> {
        self.cache.quarantine().page(0, count).0
    }

    /// The cache itself, for who looks after it.
    pub(crate) fn cache(&self) -> &Cache<Octets, Record> {
        &self.cache
    }

    /// Takes a key out of quarantine to be tried again; `false` if that is not possible.
    pub(crate) fn replay(&self, key: &Octets) -> bool {
        self.cache.replay(key)
    }

    /// The bytes that a key takes in memory, if it is there.
    pub(crate) fn weight(&self, key: &Octets) -> Option<usize> {
        // What a transaction has made of it is not in memory yet.
        if self.draft.is_some() {
            return None;
        }
        let weight = usize::try_from(self.cache.explain(key).weight).unwrap_or(usize::MAX);
        (weight > 0).then_some(weight)
    }

    pub(crate) fn explain(&self, key: &Octets) -> String {
        self.cache.explain(key).to_string()
    }

    /// What was found in the journal at the start, if there is one.
    pub(crate) fn recovery(&self) -> Option<&Recovery> {
        self.cache.recovery()
    }

    pub(crate) fn stats(&self) -> Stats {
        self.cache.stats()
    }

    pub(crate) fn close(&self, deadline: Duration) -> Op<CloseReport> {
        self.cache.close(deadline)
    }
}

impl fmt::Debug for Keyspace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyspace")
    }
}

/// Begins an operation for each item, some at once, and adds up what they count to. All that were
/// begun are waited for, even after a failure.
fn each_together<T: Send + 'static, R: Send + 'static>(
    items: Vec<T>,
    mut begin: impl FnMut(T) -> Op<R> + Send + 'static,
    count: impl Fn(R) -> i64 + Send + 'static,
    reply: impl FnOnce(i64) -> Reply + Send + 'static,
) -> Answer {
    let mut items = items.into_iter();
    let mut ops: Vec<_> = items.by_ref().take(TOGETHER_MAX).map(&mut begin).collect();
    if items.len() == 0 && ops.iter().all(Op::is_ready) {
        let (mut total, mut failure) = (0, None);
        for op in ops {
            match op.wait() {
                Ok(result) => total += count(result),
                Err(error) => failure = Some(graver(failure, error)),
            }
        }
        let failure = failure.map(|error| Failure::from(error).into());
        return Answer::Now(failure.unwrap_or_else(|| reply(total)));
    }
    Answer::later(async move {
        let mut total = 0;
        while !ops.is_empty() {
            let mut failure = None;
            for op in ops.drain(..) {
                match op.await {
                    Ok(result) => total += count(result),
                    Err(error) => failure = Some(graver(failure, error)),
                }
            }
            if let Some(error) = failure {
                return Err(error.into());
            }
            ops.extend(items.by_ref().take(TOGETHER_MAX).map(&mut begin));
        }
        Ok(reply(total))
    })
}

/// The failure of a command of which two parts failed: the first, unless only the later one leaves
/// open what happened.
fn graver(first: Option<Error>, later: Error) -> Error {
    let is_open = |error: &Error| matches!(error.kind(), ErrorKind::Unknown | ErrorKind::Aborted);
    match first {
        Some(first) if is_open(&first) || !is_open(&later) => first,
        _ => later,
    }
}

/// What became of writes that were done together.
fn gravest(answers: Result<Answers, Error>) -> Result<(), Error> {
    let failures = answers?.into_iter().filter_map(Result::err);
    failures.fold(None, |gravest, error| Some(graver(gravest, error))).map_or(Ok(()), Err)
}
