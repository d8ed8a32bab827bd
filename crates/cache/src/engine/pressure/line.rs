//! The line of the writers that wait for room: a queue an account, and one turn each.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::time::Duration;

use forebay_store::{Moment, Result};

use super::budget::Room;

/// The handles whose writes wait behind each other, and not behind those of other accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Account(u16);

/// A key, near enough: its shard, and the half of its hash that the table keeps.
pub(crate) type Spot = (usize, u32);

/// A write that waits for room.
pub(crate) trait Writer: Send {
    /// Goes on with the room that it has waited for, or tells its caller why there is none.
    fn go(self: Box<Self>, room: Result<Room>);

    /// Whether no caller waits for its answer any more.
    fn is_gone(&self) -> bool;
}

/// A writer in the line.
pub(in crate::engine) struct Waiting {
    pub(in crate::engine) need: Room,
    /// The key that it writes, if it writes a single one.
    pub(in crate::engine) spot: Option<Spot>,
    pub(in crate::engine) account: Account,
    /// When its caller is told that there was none.
    pub(in crate::engine) until: Moment,
    /// Its number by arrival. A writer that asks anew keeps it.
    pub(in crate::engine) number: u64,
    pub(in crate::engine) writer: Box<dyn Writer>,
}

/// The writers that wait, and how much each account has taken lately.
#[derive(Debug, Default)]
pub(in crate::engine) struct Line {
    /// The accounts that have come here, by their numbers.
    books: Vec<Book>,
    /// The accounts whose writers wait; the first has the turn.
    rotation: VecDeque<Account>,
    /// The number of the last turn. The accounts in the rotation stand by the numbers of their turns.
    turns: u64,
    waiting: usize,
    /// Where the writers stand that write a single key, by that and by their numbers.
    spots: BTreeMap<(Spot, u64), (Account, Moment)>,
    /// What all waiting writers need together.
    needs: Room,
    /// What all accounts have taken lately.
    recent: u64,
    /// How many accounts have taken anything within the last ten seconds.
    active: u64,
    halved_at: Moment,
}

/// When a full line was last searched for writers whose callers have gone. A search takes as long as the line is, under
/// its lock, so not each writer that is refused does it.
#[derive(Debug, Default)]
pub(in crate::engine) struct Sweep(Option<Moment>);

type Queue = BTreeMap<(Moment, u64), Waiting>;

/// What is known of an account.
#[derive(Debug, Default)]
struct Book {
    /// The bytes that it took, halved every tenth of a second.
    recent: u64,
    /// The bytes that it took since it was new, or forgotten. What is recent is never more.
    taken: u64,
    /// After so many halvings it is forgotten that it took any.
    remembered: u64,
    /// By when their time ends, and by their numbers.
    queue: Queue,
    /// Its turn, if that is not used up. It outlasts the queue, because a writer that was called out may be back.
    turn: Option<u64>,
}

impl Account {
    /// So many are told apart; beyond that some share one.
    pub(crate) const MAX: usize = 1024;

    /// The one of so many-th handle that has its own. The first of all is everybody else's.
    pub(crate) fn numbered(number: usize) -> Self {
        let own = number % (Self::MAX - 1) + 1;
        Self(u16::try_from(own).unwrap_or_default())
    }

    fn place(self) -> usize {
        usize::from(self.0)
    }
}

impl Sweep {
    /// Through so many it takes no time.
    const SHORT: usize = 64;

    /// Whether a line of this length is to be searched now; from now on it is.
    pub(in crate::engine) fn is_due(&mut self, now: Moment, length: usize) -> bool {
        let is_old = self.0.is_none_or(|last| now.since(last) >= Line::HALF);
        let is_due = is_old || length <= Self::SHORT;
        if is_due {
            self.0 = Some(now);
        }
        is_due
    }
}

impl Line {
    /// What was taken counts for half after this.
    pub(in crate::engine) const HALF: Duration = Duration::from_millis(100);
    const REMEMBERED: u64 = 100;

    pub(in crate::engine) fn is_empty(&self) -> bool {
        self.waiting == 0
    }

    pub(in crate::engine) fn len(&self) -> usize {
        self.waiting
    }

    pub(in crate::engine) fn needs(&self) -> Room {
        self.needs
    }

    /// How many accounts wait, and how many writes of the one that has most.
    pub(in crate::engine) fn crowd(&self) -> (usize, usize) {
        let lengths = self.rotation.iter().map(|account| self.books[account.place()].queue.len());
        (self.rotation.len(), lengths.max().unwrap_or(0))
    }

    /// Lets time pass. Says how many times what was lately counts for half of it.
    pub(in crate::engine) fn age(&mut self, now: Moment) -> u32 {
        let half = u64::try_from(Self::HALF.as_nanos()).unwrap_or(u64::MAX);
        let halvings = now.0.saturating_sub(self.halved_at.0) / half;
        if halvings == 0 {
            return 0;
        }
        self.halved_at = Moment(self.halved_at.0 + halvings * half);
        let shift = u32::try_from(halvings).unwrap_or(u32::MAX);
        (self.recent, self.active) = (0, 0);
        for book in &mut self.books {
            book.recent = book.recent.checked_shr(shift).unwrap_or(0);
            book.remembered = book.remembered.saturating_sub(halvings);
            if book.remembered == 0 {
                book.taken = 0;
            }
            self.recent += book.recent;
            self.active += u64::from(book.remembered > 0);
        }
        shift
    }

    /// An account has taken so much.
    pub(in crate::engine) fn took(&mut self, account: Account, bytes: u64) {
        let book = self.book(account);
        let is_new = book.remembered == 0;
        (book.recent, book.remembered) = (book.recent + bytes, Self::REMEMBERED);
        book.taken += bytes;
        self.recent += bytes;
        self.active += u64::from(is_new);
    }

    /// An account gives so much back unused of what it [took](Self::took). If it has taken nothing else lately, it is as
    /// if it had not come.
    pub(in crate::engine) fn untook(&mut self, account: Account, bytes: u64) {
        let Some(book) = self.books.get_mut(account.place()) else { return };
        let unused = bytes.min(book.recent);
        book.recent -= unused;
        self.recent -= unused;
        // What it took before may count for nothing by now, and is known all the same.
        if book.taken > 0 && book.taken <= bytes {
            self.active -= u64::from(book.remembered > 0);
            book.remembered = 0;
        }
        book.taken = book.taken.saturating_sub(bytes);
    }

    /// Whether an account has taken more than twice as much lately as the others did on average.
    pub(in crate::engine) fn is_ahead(&self, account: Account) -> bool {
        let Some(book) = self.books.get(account.place()) else { return false };
        let others = u128::from(self.active - u64::from(book.remembered > 0));
        let of_others = u128::from(self.recent - book.recent);
        others > 0 && u128::from(book.recent) * others > 2 * of_others
    }

    /// Whether a writer of this account waits.
    pub(in crate::engine) fn has(&self, account: Account) -> bool {
        self.books.get(account.place()).is_some_and(|book| !book.queue.is_empty())
    }

    /// Puts a writer in the line, behind those of its account that came before. A writer that asks anew gets the place that it
    /// had. Its account gets back the turn that it had, if no other writer of it waits.
    pub(in crate::engine) fn push(&mut self, waiting: Waiting, is_again: bool) {
        let account = waiting.account;
        self.waiting += 1;
        self.needs.add(waiting.need);
        // All writers may wait for the same time, so the one that came first has the least of it left.
        let place = (waiting.until, waiting.number);
        if let Some(spot) = waiting.spot {
            self.spots.insert((spot, waiting.number), (account, waiting.until));
        }
        let queue = &mut self.book(account).queue;
        let is_first = queue.is_empty();
        let other = queue.insert(place, waiting);
        debug_assert!(other.is_none(), "each writer has a number of its own");
        if is_first {
            let kept = self.books[account.place()].turn.filter(|_| is_again);
            let turn = kept.unwrap_or_else(|| self.last_turn());
            self.books[account.place()].turn = Some(turn);
            let books = &self.books;
            let is_before = |other: &Account| books[other.place()].turn < Some(turn);
            self.rotation.insert(self.rotation.partition_point(is_before), account);
        }
    }

    fn last_turn(&mut self) -> u64 {
        self.turns += 1;
        self.turns
    }

    /// The writer that has the turn, and its account's place in the rotation. An account that is ahead of the others has no
    /// turn while `is_scarce`.
    pub(in crate::engine) fn next(&self, is_scarce: bool) -> Option<(usize, &Waiting)> {
        let mut turns = self.rotation.iter().enumerate();
        let (turn, account) = turns.find(|(_, account)| !is_scarce || !self.is_ahead(**account))?;
        Some((turn, self.books[account.place()].queue.first_key_value()?.1))
    }

    /// Takes the writer that has this turn out of the line. The turn is used up, unless the writer's caller has gone.
    pub(in crate::engine) fn pop(&mut self, turn: usize, is_used: bool) -> Option<Waiting> {
        let account = self.rotation.remove(turn)?;
        let last = self.last_turn();
        let book = &mut self.books[account.place()];
        let (_, waiting) = book.queue.pop_first()?;
        if book.queue.is_empty() {
            book.turn = None;
        } else if is_used {
            book.turn = Some(last);
            self.rotation.push_back(account);
        } else {
            self.rotation.insert(turn, account);
        }
        self.forget(&waiting);
        Some(waiting)
    }

    /// Notes that this writer stands in line no more.
    fn forget(&mut self, waiting: &Waiting) {
        self.waiting -= 1;
        self.needs.subtract(waiting.need);
        if let Some(spot) = waiting.spot {
            self.spots.remove(&(spot, waiting.number));
        }
    }

    /// Takes out the writers that have waited for as long as they may.
    pub(in crate::engine) fn take_overdue(&mut self, now: Moment) -> Vec<Waiting> {
        self.take(|queue| {
            let left = queue.split_off(&(now.after(Duration::from_nanos(1)), 0));
            std::mem::replace(queue, left)
        })
    }

    /// Takes out the writers whose callers have gone.
    pub(in crate::engine) fn take_gone(&mut self) -> Vec<Waiting> {
        self.take(|queue| {
            let all = std::mem::take(queue).into_iter();
            let (gone, left) = all.partition(|(_, waiting)| waiting.writer.is_gone());
            *queue = left;
            gone
        })
    }

    /// Takes out the writers of these keys, in no longer than it takes to find each of them.
    pub(in crate::engine) fn take_of(&mut self, spots: &[Spot]) -> Vec<Waiting> {
        let mut taken = Vec::new();
        for spot in spots {
            while let Some(found) = self.spots.range((*spot, 0)..=(*spot, u64::MAX)).next() {
                let ((_, number), (account, until)) = found;
                let (account, place) = (*account, (*until, *number));
                let Some(waiting) = self.take_out(account, place) else { break };
                taken.push(waiting);
            }
        }
        taken
    }

    fn take_out(&mut self, account: Account, place: (Moment, u64)) -> Option<Waiting> {
        let book = self.book(account);
        let waiting = book.queue.remove(&place)?;
        if book.queue.is_empty() {
            let (turn, books) = (book.turn, &self.books);
            let is_before = |other: &Account| books[other.place()].turn < turn;
            self.rotation.remove(self.rotation.partition_point(is_before));
        }
        self.forget(&waiting);
        Some(waiting)
    }

    /// Takes out all writers.
    pub(in crate::engine) fn take_all(&mut self) -> Vec<Waiting> {
        self.take(std::mem::take)
    }

    fn take(&mut self, of: impl Fn(&mut Queue) -> Queue) -> Vec<Waiting> {
        let mut taken = Vec::new();
        let books = &mut self.books;
        self.rotation.retain(|account| {
            let queue = &mut books[account.place()].queue;
            taken.extend(of(queue).into_values());
            !queue.is_empty()
        });
        for waiting in &taken {
            self.forget(waiting);
        }
        taken
    }

    /// When a job has to look at the line next, whatever happens until then.
    pub(in crate::engine) fn next_look(&self, now: Moment) -> Option<Moment> {
        let first =
            |account: &Account| Some(self.books[account.place()].queue.first_key_value()?.0.0);
        let until = self.rotation.iter().filter_map(first).min()?;
        // A writer may have its turn by then without any room that comes: its account is ahead no more, or the caller of
        // the writer before it has gone.
        Some(until.min(now.after(Self::HALF)))
    }

    fn book(&mut self, account: Account) -> &mut Book {
        let place = account.place();
        if self.books.len() <= place {
            self.books.resize_with(place + 1, Book::default);
        }
        &mut self.books[place]
    }
}

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiting").field("need", &self.need).finish_non_exhaustive()
    }
}

#[cfg(all(test, not(shuttle)))]
pub(in crate::engine) mod tests {
    use super::*;

    /// A writer whose caller is not told anything.
    pub(in crate::engine) struct Silent;

    impl Writer for Silent {
        fn go(self: Box<Self>, _: Result<Room>) {}

        fn is_gone(&self) -> bool {
            false
        }
    }

    #[test]
    fn who_asks_anew_keeps_his_place_and_the_turn_of_his_account() {
        let mut line = Line::default();
        let [one, other] = [1, 2].map(Account::numbered);
        let arrivals = [(one, 1), (other, 2), (other, 3)];
        for (account, number) in arrivals {
            let (need, spot) = (Room::default(), Some((0, u32::from(number != 3))));
            let (until, writer) = (Moment(u64::MAX), Box::new(Silent));
            line.push(Waiting { need, spot, account, until, number, writer }, false);
        }
        let called = line.take_of(&[(0, 1), (7, 7)]);
        assert_eq!((called.len(), line.len()), (2, 1));
        for waiting in called.into_iter().rev() {
            line.push(waiting, true);
        }
        let mut order = Vec::new();
        while let Some(waiting) = line.pop(0, true) {
            order.push(waiting.number);
        }
        assert_eq!(order, [1, 2, 3]);
        assert!(line.take_of(&[(0, 1)]).is_empty());
    }

    /// All that is known of those who stand in line agrees.
    fn audit(line: &Line) {
        let queues = line.rotation.iter().map(|account| &line.books[account.place()].queue);
        assert!(queues.clone().all(|queue| !queue.is_empty()));
        assert_eq!(queues.clone().map(BTreeMap::len).sum::<usize>(), line.len());
        let spot = |one: &Waiting| Some(((one.spot?, one.number), (one.account, one.until)));
        let spots: BTreeMap<_, _> = queues.flat_map(BTreeMap::values).filter_map(spot).collect();
        assert_eq!(line.spots, spots);
        assert!(line.rotation.iter().is_sorted_by_key(|account| line.books[account.place()].turn));
    }

    #[test]
    fn those_of_a_key_are_found_however_others_came_and_went() {
        let mut line = Line::default();
        let now = Moment(50);
        for round in 0..200_u32 {
            let account = Account::numbered(round as usize % 5);
            let (need, spot) = (Room::default(), (round % 4 > 0).then_some((0, round % 7)));
            // Some are overdue.
            let until = if round % 11 == 0 { Moment(1) } else { Moment(1000 - u64::from(round)) };
            let (number, writer) = (u64::from(round), Box::new(Silent));
            line.push(Waiting { need, spot, account, until, number, writer }, false);
            let left = match round % 9 {
                2 | 5 => line.pop(0, round % 2 == 0).into_iter().collect(),
                7 => line.take_of(&[(0, round % 7), (0, 3), (0, 3)]),
                8 => line.take_overdue(now),
                _ => Vec::new(),
            };
            if round % 9 == 7 {
                let is_one =
                    |one: &Waiting| one.spot == Some((0, round % 7)) || one.spot == Some((0, 3));
                assert!(left.iter().all(is_one));
                let queues = line.books.iter().flat_map(|book| book.queue.values());
                assert!(!queues.into_iter().any(is_one), "all of them were found");
            }
            audit(&line);
        }
        let left = line.len();
        assert!(left > 20, "{left}");
        assert_eq!(line.take_all().len(), left);
        audit(&line);
    }

    #[test]
    fn what_is_given_back_unused_was_never_taken() {
        let mut line = Line::default();
        let [one, other, third] = [1, 2, 3].map(Account::numbered);
        line.took(one, 100);
        line.took(other, 300);
        assert!(line.is_ahead(other));
        line.untook(other, 200);
        assert!(!line.is_ahead(other) && !line.is_ahead(one));
        // An account that has given everything back does not count when others are compared.
        line.took(third, 50);
        line.untook(third, 50);
        assert!(!line.is_ahead(one) && !line.is_ahead(other));
        line.untook(other, 100);
        assert!(!line.is_ahead(one), "he is alone");
        assert_eq!((line.recent, line.active), (100, 1));
    }

    #[test]
    fn who_gives_back_what_he_took_last_is_remembered_for_what_he_took_before() {
        let mut line = Line::default();
        let [one, other] = [1, 2].map(Account::numbered);
        line.took(other, 100);
        // What the account took counts for nothing by now.
        line.age(Moment::default().after(Line::HALF * 10));
        line.took(one, 100);
        assert!(line.is_ahead(one));
        line.took(other, 10);
        line.untook(other, 10);
        assert!(line.is_ahead(one), "the other was here a second ago");
    }

    #[test]
    fn a_long_line_is_searched_now_and_then_and_a_short_one_always() {
        let (mut sweep, half) = (Sweep::default(), Line::HALF);
        let start = Moment::default().after(half);
        let due = [(start, 65), (start, 65), (start, 64), (start.after(half / 2), 65)];
        assert_eq!(due.map(|(now, length)| sweep.is_due(now, length)), [true, false, true, false]);
        assert!(sweep.is_due(start.after(half), 65));
    }
}
