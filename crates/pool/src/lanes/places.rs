//! The places of one lane: who is in them, and who waits for one.

use std::collections::VecDeque;

use super::lane::Work;

/// The places of one lane. No step of it calls anybody.
pub(super) struct Places {
    max: usize,
    /// Pieces of work that run now, in a worker or on a thread that waits for them anyway.
    running: usize,
    /// Workers that have been asked for and have not begun.
    coming: usize,
    queue: VecDeque<Box<dyn Work>>,
}

impl Places {
    pub(super) fn new(max: usize) -> Self {
        Self { max, running: 0, coming: 0, queue: VecDeque::new() }
    }

    /// Queues a piece of work. `true`: a worker has to be sent for.
    pub(super) fn push(&mut self, work: Box<dyn Work>) -> bool {
        self.queue.push_back(work);
        self.send()
    }

    /// Whether a worker has to be sent for: there is work for him, and a place.
    fn send(&mut self) -> bool {
        let is_sent = self.running + self.coming < self.max && self.queue.len() > self.coming;
        self.coming += usize::from(is_sent);
        is_sent
    }

    /// Takes a place, if one is free.
    pub(super) fn enter(&mut self) -> bool {
        let is_free = self.running < self.max;
        self.running += usize::from(is_free);
        is_free
    }

    /// Takes a place and the next piece of work.
    pub(super) fn begin(&mut self) -> Option<Box<dyn Work>> {
        if self.running >= self.max {
            return None;
        }
        let work = self.queue.pop_front()?;
        self.running += 1;
        Some(work)
    }

    /// Takes the next piece of work, also if there is no place for it.
    pub(super) fn begin_beyond(&mut self) -> Option<Box<dyn Work>> {
        let work = self.queue.pop_front()?;
        self.running += 1;
        Some(work)
    }

    /// A worker begins: he is not on his way any more.
    pub(super) fn arrive(&mut self) -> Option<Box<dyn Work>> {
        self.coming -= 1;
        self.begin()
    }

    /// A worker will not come: whoever runs jobs has thrown him away. What he would have begun with.
    pub(super) fn lose(&mut self) -> (Option<Box<dyn Work>>, bool) {
        self.coming -= 1;
        (self.queue.pop_front(), self.send())
    }

    /// The next piece of work for who has a place already.
    pub(super) fn next(&mut self) -> Option<Box<dyn Work>> {
        self.queue.pop_front()
    }

    /// Gives a place back. `true`: a worker has to be sent for.
    pub(super) fn leave(&mut self) -> bool {
        self.running -= 1;
        self.send()
    }

    /// How many pieces of work wait.
    pub(super) fn waiting(&self) -> usize {
        self.queue.len()
    }

    pub(super) fn is_idle(&self) -> bool {
        self.running == 0 && self.queue.is_empty()
    }
}
