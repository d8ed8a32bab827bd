//! The callers of a play, each a future that is polled when it was woken, and not else.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use forebay_store::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::dice::Dice;

thread_local! {
    /// Those of the play on this thread: they go on also in the middle of a call of the medium.
    static CAST: RefCell<Vec<Caller>> = const { RefCell::new(Vec::new()) };
}

type Play = Pin<Box<dyn Future<Output = ()>>>;

struct Caller {
    /// None while it is polled, and when it has ended.
    play: Option<Play>,
    is_over: bool,
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

/// One more caller. One that is weak does not always hear that it is woken.
pub(crate) fn join(caller: impl Future<Output = ()> + 'static, is_weak: bool) {
    let bell = Bell { has_rung: AtomicBool::new(true), count: AtomicU64::new(0), is_weak };
    let caller = Caller { play: Some(Box::pin(caller)), is_over: false, bell: Arc::new(bell) };
    CAST.with_borrow_mut(|cast| cast.push(caller));
}

/// Whether somebody was woken.
pub(crate) fn is_woken() -> bool {
    CAST.with_borrow(|cast| cast.iter().any(Caller::is_woken))
}

/// Lets somebody who was woken go on. `false`: there is nobody.
pub(crate) fn poll(dice: &Dice) -> bool {
    let next = CAST.with_borrow_mut(|cast| {
        let woken: Vec<_> = (0..cast.len()).filter(|at| cast[*at].is_woken()).collect();
        let at = *woken.get(dice.index(woken.len().max(1)))?;
        let caller = &mut cast[at];
        caller.bell.has_rung.store(false, Ordering::SeqCst);
        Some((at, caller.play.take()?, Arc::clone(&caller.bell)))
    });
    let Some((at, mut play, bell)) = next else { return false };
    let waker = Waker::from(bell);
    let is_over = play.as_mut().poll(&mut Context::from_waker(&waker)).is_ready();
    CAST.with_borrow_mut(|cast| {
        if let Some(caller) = cast.get_mut(at) {
            (caller.is_over, caller.play) = (is_over, Some(play).filter(|_| !is_over));
        }
    });
    true
}

/// How many have not come to their end.
pub(crate) fn left() -> usize {
    CAST.with_borrow(|cast| cast.iter().filter(|caller| !caller.is_over).count())
}

/// All go away, wherever they are.
pub(crate) fn leave() {
    let cast = CAST.take();
    drop(cast);
}

impl Caller {
    fn is_woken(&self) -> bool {
        self.play.is_some() && self.bell.has_rung.load(Ordering::SeqCst)
    }
}
