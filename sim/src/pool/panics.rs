//! Panics that nobody meant: the pool catches those of others' code, and so might hide its own.

use std::cell::RefCell;
use std::panic::{set_hook, take_hook};
use std::sync::Once;

thread_local! {
    /// None while nobody listens on this thread.
    static HEARD: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Listens on this thread, from now on. What is meant is thrown past the hook, and not heard.
pub(crate) fn listen() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |info| {
            let is_heard = HEARD.with(|heard| {
                let mut heard = heard.borrow_mut();
                heard.as_mut().map(|heard| heard.push(info.to_string())).is_some()
            });
            if !is_heard {
                before(info);
            }
        }));
    });
    HEARD.with(|heard| *heard.borrow_mut() = Some(Vec::new()));
}

/// What was heard since the last time.
pub(crate) fn heard() -> Vec<String> {
    HEARD.with(|heard| heard.borrow_mut().as_mut().map(std::mem::take).unwrap_or_default())
}

/// Listens no more.
pub(crate) fn leave() -> Vec<String> {
    HEARD.with(|heard| heard.borrow_mut().take().unwrap_or_default())
}
