//! Several operations as one.

use std::sync::Arc;

use forebay_store::sync::Mutex;
use forebay_store::{Done, Op, Result};

struct Joining<T, F> {
    results: Vec<Option<Result<T>>>,
    open: usize,
    then: Option<F>,
}

/// Calls `then` with all results, in order, when the last has come.
pub(super) fn join<T, F>(ops: Vec<Op<T>>, then: F)
where
    T: Send + 'static,
    F: FnOnce(Vec<Result<T>>) + Send + 'static,
{
    let count = ops.len();
    // One more than there are, so that nothing ends before all have been looked at.
    let results = (0..count).map(|_| None).collect();
    let joining = Arc::new(Mutex::new(Joining { results, open: count + 1, then: Some(then) }));
    for (place, op) in ops.into_iter().enumerate() {
        let joining = Arc::clone(&joining);
        op.forward(Done::call(move |result| Joining::answer(&joining, Some((place, result)))));
    }
    Joining::answer(&joining, None);
}

impl<T, F: FnOnce(Vec<Result<T>>)> Joining<T, F> {
    fn answer(joining: &Mutex<Self>, answer: Option<(usize, Result<T>)>) {
        let mut state = joining.lock();
        if let Some((place, result)) = answer {
            state.results[place] = Some(result);
        }
        state.open -= 1;
        if state.open > 0 {
            return;
        }
        let results = std::mem::take(&mut state.results);
        let then = state.then.take();
        drop(state);
        if let Some(then) = then {
            then(results.into_iter().flatten().collect());
        }
    }
}
