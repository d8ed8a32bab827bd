//! Looks beside whoever shows, covers and changes, under a schedule explorer: `cargo xtask schedules`.
#![cfg(shuttle)]

use std::sync::Arc;

use forebay_counted::{Counted, Showcase};
use shuttle::sync::Mutex;
use shuttle::thread;

fn explore(case: impl Fn() + Send + Sync + 'static) {
    shuttle::check_random(case, 20_000);
}

/// How often it was dropped.
struct Watched(Arc<Mutex<u32>>, Mutex<bool>);

impl Drop for Watched {
    fn drop(&mut self) {
        *self.0.lock().expect("nobody panics") += 1;
    }
}

impl Watched {
    fn look(&self) {
        assert!(!*self.1.lock().expect("nobody panics"), "somebody changes it");
    }
}

#[test]
fn whoever_is_alone_after_covering_is_alone() {
    explore(|| {
        let drops = Arc::new(Mutex::new(0));
        let showcase = Arc::new(Showcase::new());
        let mut mine = Counted::new(Watched(Arc::clone(&drops), Mutex::new(false)));
        showcase.show(&mine);
        let lookers: Vec<_> = (0..2)
            .map(|_| {
                let showcase = Arc::clone(&showcase);
                thread::spawn(move || {
                    for _ in 0..2 {
                        if let Some(look) = showcase.look() {
                            look.look();
                            look.look();
                        }
                    }
                })
            })
            .collect();
        for _ in 0..2 {
            showcase.cover();
            if Counted::get_mut(&mut mine).is_some() {
                *mine.1.lock().expect("nobody panics") = true;
                thread::yield_now();
                *mine.1.lock().expect("nobody panics") = false;
            }
            showcase.show(&mine);
        }
        showcase.cover();
        drop(mine);
        for looker in lookers {
            looker.join().expect("it does not panic");
        }
        assert_eq!(*drops.lock().expect("nobody panics"), 1);
    });
}

#[test]
fn showing_covering_and_looking_at_once_drop_each_value_once() {
    explore(|| {
        let drops = Arc::new(Mutex::new(0));
        let showcase = Arc::new(Showcase::new());
        let threads: Vec<_> = (0..3)
            .map(|who| {
                let (showcase, drops) = (Arc::clone(&showcase), Arc::clone(&drops));
                thread::spawn(move || {
                    if who < 2 {
                        showcase.show(&Counted::new(Watched(drops, Mutex::new(false))));
                    }
                    let look = showcase.look();
                    showcase.cover();
                    if let Some(look) = look {
                        look.look();
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().expect("it does not panic");
        }
        drop(showcase);
        assert_eq!(*drops.lock().expect("nobody panics"), 2);
    });
}
