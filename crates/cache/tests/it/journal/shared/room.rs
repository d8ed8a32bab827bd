//! A journal that is full because of the other one.

use forebay_cache::ByteSize;
use forebay_store::Op;

use super::pair::Pair;
use crate::rig::SECOND;

#[test]
fn a_cache_whose_old_write_fills_the_journal_writes_it_forward_for_the_other() {
    let pair = Pair::new(1);
    let life = pair.open_as(|builder| builder.capacity(ByteSize::mib(64))).unwrap();
    // The store of the mail is down all the while, and nothing happens to the mail.
    life.put(0, "old", &[7; 100]);
    life.halves[1].script.come_back();
    let mut waiting: Vec<Op<_>> = Vec::new();
    for round in 0..400 {
        waiting.push(life.halves[1].cache.put(format!("key {round}"), vec![0; 9000]));
        if round % 10 == 9 {
            let flushed = life.halves[1].cache.flush();
            for _ in 0..100 {
                if flushed.is_ready() && waiting.iter().all(Op::is_ready) {
                    break;
                }
                life.clock.advance(SECOND / 50);
            }
            for op in waiting.drain(..) {
                op.try_take().expect("3.6 MB went through a journal of 1 MiB").unwrap();
            }
        }
    }
    pair.kill(life);
    assert_eq!(pair.open().unwrap().get(0, "old"), Some(vec![7; 100]));
}
