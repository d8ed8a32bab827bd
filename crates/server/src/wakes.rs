//! Waking many connections at once.
//!
//! A sync of the journal answers all who have waited for it, on a thread that is none of the runtime's. Each wake from
//! there is a call of the system, while one task of the runtime wakes another for next to nothing. So one task is woken
//! from there, which wakes the others.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};

use forebay_store::sync::Mutex;
use tokio::sync::Notify;

/// Those who are to be woken, of all connections.
#[derive(Debug, Default)]
pub(crate) struct Wakes {
    woken: Mutex<Vec<Waker>>,
    bell: Notify,
    /// Somebody wakes them. Until then each is woken by himself.
    is_served: AtomicBool,
}

/// Wakes somebody together with others.
struct WithOthers {
    wakes: Arc<Wakes>,
    waker: Waker,
}

impl Wakes {
    /// Wakes whoever is to be woken, for ever.
    pub(crate) async fn serve(self: Arc<Self>) {
        self.is_served.store(true, Ordering::Release);
        loop {
            self.bell.notified().await;
            self.wake_all();
        }
    }

    /// Waits for `future`.
    pub(crate) async fn wait<T>(
        self: &Arc<Self>,
        mut future: Pin<&mut (dyn Future<Output = T> + Send)>,
    ) -> T {
        poll_fn(move |context| {
            if !self.is_served.load(Ordering::Acquire) {
                return future.as_mut().poll(context);
            }
            let with_others =
                WithOthers { wakes: Arc::clone(self), waker: context.waker().clone() };
            let waker = Waker::from(Arc::new(with_others));
            future.as_mut().poll(&mut Context::from_waker(&waker))
        })
        .await
    }

    fn wake_all(&self) {
        let woken = std::mem::take(&mut *self.woken.lock());
        woken.into_iter().for_each(Waker::wake);
    }
}

impl Wake for WithOthers {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let mut woken = self.wakes.woken.lock();
        woken.push(self.waker.clone());
        let is_first = woken.len() == 1;
        drop(woken);
        if is_first {
            self.wakes.bell.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::atomic::AtomicUsize;

    use forebay::Op;

    use super::*;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn many_who_are_answered_together_are_woken_by_one_who_is() {
        let wakes = Arc::<Wakes>::default();
        let [one, others] = [(); 2].map(|()| Arc::<Count>::default());
        let woken = || [&one, &others].map(|count| count.0.load(Ordering::Relaxed));
        let for_one = Waker::from(Arc::clone(&one));
        let mut server = pin!(Arc::clone(&wakes).serve());
        let mut serve = || server.as_mut().poll(&mut Context::from_waker(&for_one)).is_pending();
        assert!(serve());
        let for_others = Waker::from(Arc::clone(&others));
        let mut context = Context::from_waker(&for_others);
        let (dones, ops): (Vec<_>, Vec<_>) = (0..3).map(|_| Op::<u8>::pending()).unzip();
        let wait = |op: Op<u8>| {
            let wakes = Arc::clone(&wakes);
            Box::pin(async move { wakes.wait(pin!(op)).await })
        };
        let mut waits: Vec<_> = ops.into_iter().map(wait).collect();
        assert!(waits.iter_mut().all(|wait| wait.as_mut().poll(&mut context).is_pending()));
        for done in dones {
            done.complete(Ok(7));
        }
        assert_eq!(woken(), [1, 0]);
        assert!(serve());
        assert_eq!(woken(), [1, 3]);
        assert!(waits.iter_mut().all(|wait| wait.as_mut().poll(&mut context).is_ready()));
    }
}
