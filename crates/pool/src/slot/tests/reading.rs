//! Those who wait for a value that is lent.

use forebay_store::{ErrorKind, Op};

use super::{object, pool};
use crate::slot::effects::Effects;
use crate::slot::reader::Want;

#[test]
fn who_may_wait_does_so_although_another_one_who_may_not_sets_the_timer() {
    let (pool, _) = pool();
    let mut handle = object(&pool, 1);
    let slot = std::sync::Arc::clone(handle.slot());
    let guard = handle.get_mut().wait().unwrap();
    let (done, patient) = Op::pending();
    // As if the other one were between this one's step and his timer.
    slot.desk().wait_for_lent(Want::Guard(done), &mut Effects::none());
    let hurried = crate::budget::foreign(|| slot.get().wait());
    assert_eq!(hurried.unwrap_err().kind(), ErrorKind::Busy);
    assert!(!patient.is_ready());
    drop(guard);
    assert_eq!(*patient.wait().unwrap(), vec![1; 1000]);
}
