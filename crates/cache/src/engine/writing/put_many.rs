//! Many writes at once: what they have in common is done once for all of them.
//!
//! Each is accepted, or not, by itself, and has an answer of its own (G8). With a journal the writes of a shard are
//! accepted in runs under one lock, with their records in one frame, and all wait for one sync. Where a run as a
//! whole is not possible, each of its writes goes its own way. Through, all are in their lines before the
//! flusher looks, so they share the store's calls. In memory alone there is nothing to share.

use std::sync::Arc;

use forebay_store::sync::Mutex;
use forebay_store::{Done, Durability, Key, Moment, Op, Result, Value};

use crate::answers::Answers;
use crate::engine::journaling::perhaps_journaled;
use crate::engine::pressure::{Account, Room};
use crate::engine::shared::Shared;
use crate::receipt::Receipt;
use crate::table::{Accept, Accepted, Held, Put, Run};
use crate::write::Write;

/// So many are accepted under one lock, so that nobody waits long for it.
const RUN_MAX: usize = 32;

/// So many bytes of records are in one frame, as a rule: a run that has them takes no further write.
const RUN_BYTES: usize = 64 << 10;

/// One of many.
struct One<K, V> {
    n: usize,
    /// Its place in the order in which they were given.
    place: usize,
    put: Put<K, V>,
}

/// What becomes of them, in the order in which they were given.
#[derive(Default)]
struct Answering {
    all: Vec<Option<Result<Receipt>>>,
    /// A write, and the next one of its key, which took its place.
    twins: Vec<(usize, usize)>,
    /// Those that are accepted and not at their rung yet.
    reaching: Vec<usize>,
}

/// Writes on their way.
struct Many<'a, K: Key, V: Value> {
    shared: &'a Arc<Shared<K, V>>,
    write: Write,
    account: Account,
    answers: Answering,
    /// Those that are answered later.
    late: Vec<(usize, Op<Receipt>)>,
    /// The last number in the journal.
    number: u64,
    /// Where a record is written before it is in a frame.
    record: Vec<u8>,
}

impl<K: Key, V: Value> Shared<K, V> {
    pub(crate) fn write_many(
        self: &Arc<Self>,
        writes: Vec<(K, Held<V>)>,
        write: Write,
        account: Account,
    ) -> Op<Answers> {
        if let Err(error) = self.way(0, None, write) {
            return Op::failed(error);
        }
        let count = writes.len();
        let mut answers = Answering { all: Vec::with_capacity(count), ..Answering::default() };
        let mut ones = (0..)
            .zip(writes)
            .map(|(place, (key, held))| self.one(place, key, held, account))
            .fuse();
        // Where a put is as simple as that, nothing is gained by putting it in order. From the first on that is not,
        // a write may have to go behind that one.
        let complex = ones.find_map(|mut one| match self.put_over(&mut one.put, write) {
            Some(receipt) => {
                Self::drop_rest(&mut one.put);
                answers.all.push(Some(Ok(receipt)));
                None
            }
            None => Some(one),
        });
        let Some(complex) = complex else { return Op::ready(answers.end()) };
        let ones = std::iter::once(complex).chain(ones).collect();
        answers.all.resize_with(count, || None);
        let mut ones =
            if write.is_uncoalesced() { ones } else { Self::in_shards(ones, &mut answers) };
        let (late, record) = (Vec::new(), Vec::new());
        let mut many = Many { shared: self, write, account, answers, late, number: 0, record };
        let mut go = || {
            for shard in ones.chunk_by_mut(|one, next| one.n == next.n) {
                many.take(shard);
            }
        };
        match write {
            Write::Behind(rung) if rung != Durability::Stored => go(),
            // All are there before the flusher looks.
            _ => self.pump_after(go),
        }
        many.answer()
    }

    /// The writes by their shards, and the last one of each key only.
    fn in_shards(mut ones: Vec<One<K, V>>, answers: &mut Answering) -> Vec<One<K, V>> {
        ones.sort_unstable_by_key(|one| (one.n, one.put.hash, one.place));
        let mut kept: Vec<One<K, V>> = Vec::with_capacity(ones.len());
        for one in ones {
            let near = kept.iter_mut().rev().take_while(|near| near.put.hash == one.put.hash);
            match near.into_iter().find(|near| near.put.key == one.put.key) {
                Some(twin) => {
                    answers.twins.push((twin.place, one.place));
                    *twin = one;
                }
                None => kept.push(one),
            }
        }
        kept
    }

    fn one(&self, place: usize, key: K, held: Held<V>, account: Account) -> One<K, V> {
        let hash = self.hash(&key);
        let (weight, deadline) = if let Some(value) = held.value() {
            self.cells.tally().put();
            (self.weigh(&key, value), self.deadline(&key, value))
        } else {
            self.counters.deletes.add(1);
            (Self::weigh_absence(), 0)
        };
        let put = Put { hash, key: Some(key), held, weight, deadline, account };
        One { n: self.place(hash), place, put }
    }
}

impl<K: Key, V: Value> Many<'_, K, V> {
    /// Takes the writes of one shard.
    fn take(&mut self, shard: &mut [One<K, V>]) {
        match self.write {
            Write::Behind(_) if self.shared.journal().is_some() => self.journal(shard),
            _ => shard.iter_mut().for_each(|one| self.alone(one)),
        }
    }

    /// Accepts the writes of a shard in runs whose records are in one frame.
    fn journal(&mut self, shard: &mut [One<K, V>]) {
        let mut ones = shard.iter_mut().peekable();
        while ones.peek().is_some() {
            let mut run = Run { frame: Shared::<K, V>::spare_frame(), writes: Vec::new() };
            let mut places = Vec::new();
            while run.writes.len() < RUN_MAX
                && run.frame.length() < RUN_BYTES
                && let Some(one) = ones.next()
            {
                if self.encode(&mut run, one) {
                    places.push((one.n, one.place));
                } else {
                    // What is wrong with it is told, or it goes in another way.
                    self.alone(one);
                }
            }
            self.accept_run(run, &places);
        }
    }

    /// Puts a write into a run, unless its record cannot be written.
    fn encode(&mut self, run: &mut Run<K, V>, one: &mut One<K, V>) -> bool {
        let (Some(journal), Some(key)) = (self.shared.journal(), &one.put.key) else {
            return false;
        };
        let Put { hash, held, weight, deadline, .. } = &one.put;
        let (hash, weight, deadline) = (*hash, *weight, *deadline);
        if !self.shared.budget.could_hold(Room { bytes: u64::from(weight), entries: 1 }) {
            return false;
        }
        // Not in the frame itself: a codec that fails may leave anything in what it was given, and the records of
        // other writes are there.
        self.record.clear();
        let id = crate::journal::Id(0);
        let encoded = journal.encode(key, held.value(), deadline, id, &mut self.record);
        if encoded.and_then(|()| run.frame.push(&self.record)).is_err() {
            return false;
        }
        let Some(key) = one.put.key.take() else { return false };
        let held = std::mem::replace(&mut one.put.held, Held::Nothing);
        // When it is accepted is not known yet.
        let (now, is_over) = (Moment::default(), self.shared.is_over(deadline));
        let (expect, frame, asker) = (None, None, self.account.into());
        let write =
            Accept { hash, key, held, weight, deadline, now, is_over, expect, frame, asker };
        run.writes.push((write, run.frame.mark()));
        true
    }

    fn accept_run(&mut self, mut run: Run<K, V>, places: &[(usize, usize)]) {
        let shared = self.shared;
        let Some((n, _)) = places.first().copied() else { return };
        let fits = !shared.is_too_long(run.frame.length());
        // Not that of the whole call: what came before this run may have taken long.
        let now = shared.parts.seams.clock.now();
        run.writes.iter_mut().for_each(|(write, _)| write.now = now);
        let accept = |run: &mut Run<K, V>| {
            shared.step(n, |shard, effects| shard.accept_run(run, &shared.budget, effects))
        };
        match fits.then(|| accept(&mut run)).flatten() {
            Some(accepted) => {
                for ((_, place), accepted) in places.iter().zip(accepted) {
                    self.accepted(n, *place, accepted);
                }
                // At once, for the code of a key or value may panic in the next run.
                shared.follow_up(now);
            }
            None => {
                for ((_, place), (write, _)) in places.iter().zip(run.writes) {
                    let Accept { hash, key, held, weight, deadline, .. } = write;
                    let op =
                        shared.write(hash, key, held, weight, deadline, (self.write, self.account));
                    self.later(*place, op);
                }
            }
        }
        Shared::<K, V>::keep_frame(run.frame);
    }

    /// A write goes its own way.
    fn alone(&mut self, one: &mut One<K, V>) {
        let Put { hash, key, held, weight, deadline, .. } = &mut one.put;
        let Some(key) = key.take() else { return };
        let held = std::mem::replace(held, Held::Nothing);
        let op =
            self.shared.write(*hash, key, held, *weight, *deadline, (self.write, self.account));
        self.later(one.place, op);
    }

    fn later(&mut self, place: usize, op: Op<Receipt>) {
        match op.try_take() {
            Ok(answer) => self.answers.all[place] = Some(answer),
            Err(op) => self.late.push((place, op)),
        }
    }

    fn accepted(&mut self, n: usize, place: usize, accepted: Accepted) {
        self.number = self.number.max(accepted.number);
        let receipt = Receipt::waiting(self.shared.engine(), n, accepted);
        self.answers.all[place] = Some(Ok(receipt));
        self.answers.reaching.push(place);
    }

    /// What is answered, as soon as the last is.
    fn answer(mut self) -> Op<Answers> {
        let rung = self.write.behind().unwrap_or(Durability::Stored);
        let reached = self.reached(rung);
        let (answers, late) = (self.answers, self.late);
        match reached {
            reached if !late.is_empty() => Gathering::of(answers, late, reached, rung),
            None => Op::ready(answers.end()),
            Some(reached) => reached.map(move |reached| {
                let mut answers = answers;
                answers.reached(&reached, rung);
                Ok(answers.end())
            }),
        }
    }

    /// Waits for the rung of those that were accepted: once for all, if the journal tells.
    fn reached(&mut self, rung: Durability) -> Option<Op<()>> {
        match (rung, self.shared.journal()) {
            (Durability::Journaled | Durability::Synced, Some(journal)) if self.number > 0 => {
                let reached = journal.log.channel().when(self.number, rung);
                Some(reached.map(|reached: Result<()>| reached.map_err(perhaps_journaled)))
            }
            (Durability::Stored, _) => {
                let shared = self.shared;
                shared.pump_after(|| {
                    for place in std::mem::take(&mut self.answers.reaching) {
                        if let Some(Ok(receipt)) = self.answers.all[place].take() {
                            self.later(place, shared.when_reached(receipt, rung));
                        }
                    }
                });
                None
            }
            _ => None,
        }
    }
}

impl Answering {
    /// Those that were accepted have reached their rung, or never will.
    fn reached(&mut self, reached: &Result<()>, rung: Durability) {
        for place in std::mem::take(&mut self.reaching) {
            if let Some(Ok(receipt)) = self.all[place].take() {
                self.all[place] = Some(reached.clone().map(|()| receipt.at(rung)));
            }
        }
    }

    fn end(mut self) -> Answers {
        // From behind: what took the place of one may have been replaced itself.
        for (before, after) in self.twins.into_iter().rev() {
            let answer = self.all[after].clone();
            self.all[before] = answer;
        }
        Answers::of(self.all.into_iter().flatten().collect())
    }
}

/// Answering that come one by one.
struct Gathering {
    answers: Answering,
    open: usize,
    done: Option<Done<Answers>>,
}

impl Gathering {
    fn of(
        answers: Answering,
        late: Vec<(usize, Op<Receipt>)>,
        reached: Option<Op<()>>,
        rung: Durability,
    ) -> Op<Answers> {
        let (done, op) = Op::pending();
        // One more than there are, so that nothing ends before all have been looked at.
        let open = late.len() + usize::from(reached.is_some()) + 1;
        let all = Arc::new(Mutex::new(Self { answers, open, done: Some(done) }));
        if let Some(reached) = reached {
            reached.forward(Self::part(&all, move |answers, reached| {
                answers.reached(&reached, rung);
            }));
        }
        for (place, op) in late {
            op.forward(Self::part(&all, move |answers, answer| {
                answers.all[place] = Some(answer);
            }));
        }
        Self::ended(&all, |_| {});
        op
    }

    /// The end of a part. Whoever waits for room is not accepted any more when nobody waits for the whole.
    fn part<T: 'static>(
        all: &Arc<Mutex<Self>>,
        note: impl FnOnce(&mut Answering, Result<T>) + Send + 'static,
    ) -> Done<T> {
        let (whole, seen) = (Arc::clone(all), Arc::clone(all));
        Done::part(
            move |result| Self::ended(&whole, |answers| note(answers, result)),
            move || seen.lock().done.as_ref().is_none_or(Done::is_abandoned),
        )
    }

    fn ended(all: &Mutex<Self>, note: impl FnOnce(&mut Answering)) {
        let mut state = all.lock();
        note(&mut state.answers);
        state.open -= 1;
        if state.open > 0 {
            return;
        }
        let (answers, done) = (std::mem::take(&mut state.answers), state.done.take());
        drop(state);
        if let Some(done) = done {
            done.complete(Ok(answers.end()));
        }
    }
}
