//! Reading ahead: while one thread uses the frames that were read, another may read the next ones.
//!
//! Whoever needs the next part and finds nobody at it reads it itself. So a helper that comes late, or
//! never, costs time and nothing else. A helper waits for nobody: when enough is ready it leaves, and
//! is called again.

use std::collections::VecDeque;
use std::sync::Arc;

use forebay_store::seam::Spawn;
use forebay_store::sync::{Condvar, Mutex};

use super::source::{Frames, Part, Source};
use super::window::Piece;

/// The parts of a journal in order.
#[derive(Debug)]
pub(crate) struct Ahead {
    shared: Arc<Shared>,
    spawn: Option<Arc<dyn Spawn>>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// A part is ready, or the source is free.
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// `None` while somebody reads, and once nothing is wanted any more.
    source: Option<Source>,
    ready: VecDeque<Part>,
    /// Bytes in `ready`.
    bytes: usize,
    /// Memory to be used again.
    spares: Vec<Frames>,
    /// A helper is on its way or at work.
    is_called: bool,
    is_reading: bool,
}

/// The source in the hands of somebody who reads. It goes back whatever happens, and what was read
/// ahead with it, so that nobody can read on before that is in its place.
struct Turn<'a> {
    shared: &'a Shared,
    source: Option<Source>,
    read: Option<Part>,
}

impl Ahead {
    /// A helper leaves when so many bytes are ready. One more piece may be on its way then, and a
    /// piece holds at most one frame beyond its length.
    pub(super) const BYTES: usize = 8 * Piece::LENGTH;

    /// Without a place where jobs run nothing is read ahead.
    pub(crate) fn new(source: Source, spawn: Option<Arc<dyn Spawn>>) -> Self {
        let state = State { source: Some(source), ..State::default() };
        let shared = Shared { state: Mutex::new(state), changed: Condvar::new() };
        Self { shared: Arc::new(shared), spawn }
    }

    /// The next part; after one that ends all there is none.
    pub(crate) fn next(&self) -> Part {
        let part = loop {
            let mut state = self.shared.state.lock();
            if let Some(part) = state.ready.pop_front() {
                state.bytes -= part.length();
                break part;
            }
            if let Some(source) = state.source.take_if(|source| !source.is_over()) {
                let (mut turn, spare) = self.shared.begin(&mut state, source);
                drop(state);
                break turn.read(spare);
            }
            if !state.is_reading {
                return Part::End;
            }
            drop(
                self.shared
                    .changed
                    .wait_while(state, |state| state.ready.is_empty() && state.is_reading),
            );
        };
        self.call_help();
        part
    }

    /// Gives the memory of frames back that are not needed any more.
    pub(crate) fn give_back(&self, frames: Frames) {
        if frames.piece.is_spare() {
            self.shared.state.lock().spares.push(frames);
        }
    }

    fn call_help(&self) {
        let Some(spawn) = &self.spawn else { return };
        {
            let mut state = self.shared.state.lock();
            let is_enough = state.bytes > Self::BYTES / 2;
            if is_enough || state.is_called || state.source.as_ref().is_none_or(Source::is_over) {
                return;
            }
            state.is_called = true;
        }
        let shared = Arc::clone(&self.shared);
        spawn.run(Box::new(move || shared.help()));
    }
}

impl Shared {
    fn help(&self) {
        loop {
            let mut state = self.state.lock();
            let is_wanted = state.bytes < Ahead::BYTES;
            let source = state.source.take_if(|source| is_wanted && !source.is_over());
            let Some(source) = source else {
                state.is_called = false;
                return;
            };
            let (mut turn, spare) = self.begin(&mut state, source);
            drop(state);
            turn.read = Some(turn.read(spare));
        }
    }

    fn begin(&self, state: &mut State, source: Source) -> (Turn<'_>, Frames) {
        state.is_reading = true;
        (
            Turn { shared: self, source: Some(source), read: None },
            state.spares.pop().unwrap_or_default(),
        )
    }
}

impl Turn<'_> {
    fn read(&mut self, spare: Frames) -> Part {
        self.source.as_mut().map_or(Part::End, |source| source.next(spare))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.shared.state.lock();
        state.source = self.source.take();
        state.bytes += self.read.as_ref().map_or(0, Part::length);
        state.ready.extend(self.read.take());
        state.is_reading = false;
        drop(state);
        self.shared.changed.notify_all();
    }
}

impl Drop for Ahead {
    /// Whoever still reads ends first: nothing of the journal is touched after this.
    fn drop(&mut self) {
        let state = self.shared.state.lock();
        let mut state = self.shared.changed.wait_while(state, |state| state.is_reading);
        (state.source, state.ready) = (None, VecDeque::new());
    }
}
