//! How much memory the replies take that clients do not take.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use forebay_store::sync::Mutex;
use tokio::sync::oneshot;

/// Memory for replies that are not taken, shared by all connections. What each connection has for free is not
/// counted. At the bound the client is cut off that has taken nothing for the longest: who reads gets what he
/// asked for, however much others leave lying.
#[derive(Debug)]
pub(crate) struct Output {
    max: usize,
    pending: Mutex<Pending>,
    cut: AtomicU64,
}

#[derive(Debug, Default)]
struct Pending {
    /// By when each has last taken something, the longest ago first.
    held: BTreeMap<u64, Holder>,
    bytes: usize,
    count: u64,
}

#[derive(Debug)]
struct Holder {
    bytes: usize,
    /// Never sent: it is dropped when its client is to be cut off.
    _stay: oneshot::Sender<()>,
}

/// What one client leaves lying. Dropping it gives that back.
#[derive(Debug)]
pub(crate) struct Lying<'a> {
    output: &'a Output,
    place: u64,
    cut: oneshot::Receiver<()>,
    /// What is left is for free.
    free: Option<Holder>,
}

impl Output {
    /// What each connection has for free.
    pub(crate) const FREE: usize = 64 * 1024;

    pub(crate) fn new(max: usize) -> Self {
        Self { max, pending: Mutex::default(), cut: AtomicU64::new(0) }
    }

    /// How many bytes all clients leave lying.
    pub(crate) fn held(&self) -> usize {
        self.pending.lock().bytes
    }

    /// How many clients were cut off.
    pub(crate) fn cut(&self) -> u64 {
        self.cut.load(Ordering::Relaxed)
    }

    /// A client has so many bytes to take, which are more than it has for free.
    pub(crate) fn lay(&self, bytes: usize) -> Lying<'_> {
        let (stay, cut) = oneshot::channel();
        let place = self.enter(Holder { bytes: bytes.saturating_sub(Self::FREE), _stay: stay });
        Lying { output: self, place, cut, free: None }
    }

    /// Enters a holder as the one who took something last, and cuts off others until all are within the bound.
    fn enter(&self, holder: Holder) -> u64 {
        let mut gone = Vec::new();
        let place = {
            let mut pending = self.pending.lock();
            pending.count += 1;
            let place = pending.count;
            pending.bytes = pending.bytes.saturating_add(holder.bytes);
            pending.held.insert(place, holder);
            while pending.bytes > self.max
                && let Some((_, holder)) = pending.held.pop_first()
            {
                pending.bytes -= holder.bytes;
                gone.push(holder);
            }
            place
        };
        self.cut.fetch_add(gone.len() as u64, Ordering::Relaxed);
        place
    }

    fn leave(&self, place: u64) -> Option<Holder> {
        let mut pending = self.pending.lock();
        let holder = pending.held.remove(&place)?;
        pending.bytes -= holder.bytes;
        Some(holder)
    }
}

impl Lying<'_> {
    /// The client has taken something, and so many bytes are left.
    pub(crate) fn took(&mut self, left: usize) {
        // Who is cut off already stays so.
        let Some(holder) = self.output.leave(self.place) else { return };
        match left.saturating_sub(Output::FREE) {
            0 => self.free = Some(holder),
            bytes => self.place = self.output.enter(Holder { bytes, ..holder }),
        }
    }

    /// Comes back when the client is to be cut off.
    pub(crate) async fn cut(&mut self) {
        let _ = (&mut self.cut).await;
    }
}

impl Drop for Lying<'_> {
    fn drop(&mut self) {
        drop(self.output.leave(self.place));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_cut(lying: &mut Lying<'_>) -> bool {
        lying.cut.try_recv() == Err(oneshot::error::TryRecvError::Closed)
    }

    #[test]
    fn at_the_bound_goes_who_has_taken_nothing_for_the_longest() {
        let output = Output::new(100);
        let mut slow = output.lay(Output::FREE + 40);
        let mut steady = output.lay(Output::FREE + 40);
        assert_eq!(output.held(), 80);
        slow.took(Output::FREE + 30);
        // Now it is the other one who was idle for longer.
        let mut third = output.lay(Output::FREE + 40);
        assert!(is_cut(&mut steady) && !is_cut(&mut slow) && !is_cut(&mut third));
        assert_eq!((output.held(), output.cut()), (70, 1));
        steady.took(0);
        drop((slow, steady, third));
        assert_eq!((output.held(), output.cut()), (0, 1));
    }

    #[test]
    fn who_has_nothing_left_that_counts_stays() {
        let output = Output::new(100);
        let mut modest = output.lay(Output::FREE + 1);
        modest.took(Output::FREE);
        assert_eq!(output.held(), 0);
        let mut greedy = output.lay(Output::FREE + 101);
        assert!(is_cut(&mut greedy) && !is_cut(&mut modest));
        assert_eq!((output.held(), output.cut()), (0, 1));
    }
}
