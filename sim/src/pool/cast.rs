//! The callers of a play, each a future that is polled when it was woken, and not else.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use forebay_store::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::dice::Dice;

/// All callers.
#[derive(Default)]
pub(crate) struct Cast<'a>(Vec<Caller<'a>>);

struct Caller<'a> {
    /// None when it has ended.
    future: Option<Pin<Box<dyn Future<Output = ()> + 'a>>>,
    bell: Arc<Bell>,
}

#[derive(Default)]
struct Bell {
    has_rung: AtomicBool,
    count: AtomicU64,
    is_weak: bool,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        let count = self.count.fetch_add(1, Ordering::SeqCst) + 1;
        if !self.is_weak || !count.is_multiple_of(20) {
            self.has_rung.store(true, Ordering::SeqCst);
        }
    }
}

impl<'a> Cast<'a> {
    /// One more caller. One that is weak does not always hear that it is woken.
    pub(crate) fn join(&mut self, caller: impl Future<Output = ()> + 'a, is_weak: bool) {
        let bell = Bell { has_rung: AtomicBool::new(true), count: AtomicU64::new(0), is_weak };
        self.0.push(Caller { future: Some(Box::pin(caller)), bell: Arc::new(bell) });
    }

    /// Whether somebody was woken.
    pub(crate) fn is_woken(&self) -> bool {
        self.0.iter().any(Caller::is_woken)
    }

    /// Lets somebody who was woken go on. `false`: there is nobody.
    pub(crate) fn poll(&mut self, dice: &Dice) -> bool {
        let woken: Vec<_> = (0..self.0.len()).filter(|at| self.0[*at].is_woken()).collect();
        if woken.is_empty() {
            return false;
        }
        let caller = &mut self.0[woken[dice.index(woken.len())]];
        caller.bell.has_rung.store(false, Ordering::SeqCst);
        let waker = Waker::from(Arc::clone(&caller.bell));
        if let Some(future) = &mut caller.future
            && future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready()
        {
            caller.future = None;
        }
        true
    }

    /// Those who have not come to their end.
    pub(crate) fn left(&self) -> usize {
        self.0.iter().filter(|caller| caller.future.is_some()).count()
    }
}

impl Caller<'_> {
    fn is_woken(&self) -> bool {
        self.future.is_some() && self.bell.has_rung.load(Ordering::SeqCst)
    }
}

impl fmt::Debug for Cast<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cast").field("left", &self.left()).finish()
    }
}
