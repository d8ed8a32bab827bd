//! Partners of all kinds: several, those whose values have a will of their own, and one that falls.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use forebay_cache::{Cache, Settings};
use forebay_journal::{Channel, Enlist, Frame, Partner, Reading, Recovery, Tenant};
use forebay_state::State;
use forebay_store::fault::Scripted;
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, Error, ErrorKind, MemoryStore, Op, Postcard, Result};
use serde::{Deserialize, Serialize};

use super::rig::{Mail, Shop, World, answered, key, order};

fn open_two(world: &World) -> (State<Shop>, Mail, Mail) {
    let clock = ManualClock::new();
    let (mail, _) = world.mail(&clock, Settings::default());
    let (store, script) = Scripted::new(MemoryStore::new());
    script.go_down();
    let news = Cache::builder(store).seams(clock.seams(4));
    let news = news.write_behind(Settings::default()).tenant_with("news", Postcard);
    // The state is in the middle, so its tag is.
    let (mail, shop, news) = world.journal(&clock).open((mail, world.shop(&clock), news)).unwrap();
    (shop, mail, news)
}

#[test]
fn several_are_part_of_one_transaction_in_whatever_order_they_are_enlisted() {
    for is_reversed in [false, true] {
        let world = World::new(1);
        let (shop, mail, news) = open_two(&world);
        let mut both = [&mail, &news];
        if is_reversed {
            both.reverse();
        }
        shop.write(|tx| {
            tx.orders.put(1, order(1))?;
            both.iter().try_for_each(|cache| tx.enlist(*cache)?.put(key(1), vec![1]))
        })
        .unwrap();
        let refused = shop.write(|tx| {
            both.iter().try_for_each(|cache| tx.enlist(*cache)?.put(key(2), vec![1]))?;
            Err::<(), _>(Error::refused("no"))
        });
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Refused);
        // One of them is closed, and it is the last to be asked, or the first.
        drop(both[1].close(std::time::Duration::ZERO));
        let closed = shop.write(|tx| {
            tx.orders.put(3, order(3))?;
            both.iter().try_for_each(|cache| tx.enlist(*cache)?.put(key(3), vec![1]))
        });
        assert_eq!(closed.unwrap_err().kind(), ErrorKind::Closed);
        assert!(both[0].peek(&key(3)).is_none(), "the other one has not got it either");
        world.disk.kill();
        drop((shop, mail, news));
        let (shop, mail, news) = open_two(&world);
        assert_eq!(shop.read().orders.len(), 1);
        for cache in [&mail, &news] {
            let there = [1, 2, 3].map(|number| cache.peek(&key(number)).is_some());
            assert_eq!(there, [true, false, false]);
        }
    }
}

#[test]
fn many_threads_with_their_partners_in_many_orders_do_not_stand_in_each_others_way() {
    const EACH: u64 = 60;
    let world = World::new(1);
    let (shop, mail, news) = open_two(&world);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (shop, mail, news) = (&shop, &mail, &news);
            scope.spawn(move || {
                for round in 0..EACH {
                    let number = thread * EACH + round;
                    let both = if thread % 2 == 0 { [mail, news] } else { [news, mail] };
                    let written = shop.write(|tx| {
                        tx.orders.put(number, order(number))?;
                        // Keys that others write to as well.
                        both.iter().try_for_each(|cache| {
                            let joint = tx.enlist(*cache)?;
                            (0..3).try_for_each(|part| joint.put(key((number + part) % 7), vec![1]))
                        })
                    });
                    written.unwrap();
                    mail.put(key(number % 7), vec![2]).wait().unwrap();
                }
            });
        }
    });
    assert_eq!(shop.read().orders.len() as u64, 4 * EACH);
}

thread_local! {
    static AT_DROP: RefCell<Option<Box<dyn Fn()>>> = const { RefCell::new(None) };
}

/// A value that does something when it is dropped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Loud(u8);

impl Drop for Loud {
    fn drop(&mut self) {
        AT_DROP.with_borrow(|hook| hook.iter().for_each(|hook| hook()));
    }
}

#[test]
fn what_a_transaction_leaves_is_dropped_when_others_may_write() {
    let world = World::new(1);
    let clock = ManualClock::new();
    let loud = Cache::builder(MemoryStore::<String, Loud>::new()).seams(clock.seams(4));
    let loud = loud.write_behind(Settings::default()).tenant_with("loud", Postcard);
    let (shop, loud) = world.journal(&clock).open((world.shop(&clock), loud)).unwrap();
    let count = |at_end: fn() -> Result<()>| {
        let (shop_then, loud) = (shop.clone(), loud.clone());
        AT_DROP.set(Some(Box::new(move || {
            let written = shop_then.write(|tx| {
                let dropped = tx.stock.get("dropped").copied().unwrap_or(0);
                tx.stock.put("dropped".into(), dropped + 1)
            });
            written.unwrap();
        })));
        let before = shop.read().stock.get("dropped").copied().unwrap_or(0);
        let write = |is_async: bool| {
            let loud = loud.clone();
            let f = move |tx: &mut <Shop as forebay_state::Tables>::Tx<'_>| {
                tx.enlist(&loud)?.put("a".into(), Loud(1))?;
                at_end()
            };
            if is_async {
                drop(answered(shop.write_async(Durability::Memory, f)));
            } else {
                drop(catch_unwind(AssertUnwindSafe(|| shop.write(f))));
            }
        };
        write(false);
        write(true);
        AT_DROP.take();
        let after = shop.read().stock.get("dropped").copied().unwrap_or(0);
        after - before
    };
    assert_eq!(count(|| Err(Error::refused("no"))), 2);
    assert_eq!(count(|| panic!("it falls")), 2);
    // The second one takes the place of the first, and is there.
    assert_eq!(count(|| Ok(())), 1);
}

/// A tenant with a partner of which everything can be had.
#[derive(Default)]
pub(super) struct Odd {
    /// It says no when all was read.
    pub(super) refuses: bool,
}

pub(super) struct OddReading(Odd);

#[derive(Clone)]
struct OddOne(Channel, Deed);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Deed {
    RefusesToEncode,
    PanicsBefore,
    PanicsBehind,
    Refuses,
}

impl Tenant for Odd {
    type Opened = Channel;
    type Reading = OddReading;

    fn name(&self) -> String {
        "odd".to_owned()
    }

    fn label(&self) -> String {
        "odd 1".to_owned()
    }

    fn read(self) -> Result<OddReading> {
        Ok(OddReading(self))
    }
}

impl Reading for OddReading {
    type Opened = Channel;

    fn record(&mut self, _number: u64, _record: &[u8]) -> Result<()> {
        Ok(())
    }

    fn forgotten(&mut self) {}

    fn end(&mut self, _: u64) -> Result<()> {
        if self.0.refuses { Err(Error::invalid("it does not like it")) } else { Ok(()) }
    }

    fn begin(self, channel: Channel, _: &Recovery) -> Result<Channel> {
        Ok(channel)
    }
}

impl Enlist for OddOne {
    type Partner = Self;

    fn enlist(&self) -> Result<Self> {
        Ok(self.clone())
    }
}

impl Partner for OddOne {
    fn channel(&self) -> &Channel {
        &self.0
    }

    fn encode(&mut self, frame: &mut Frame) -> Result<()> {
        if self.1 == Deed::RefusesToEncode {
            return Err(Error::refused("it does not like it"));
        }
        frame.push_with(|bytes| {
            self.0.begin_record(bytes);
            Ok(())
        })
    }

    fn room(&mut self) -> Op<()> {
        Op::ready(())
    }

    fn yield_room(&mut self) {}

    fn enter(
        &mut self,
        frame: &mut Frame,
        append: &mut dyn FnMut(&mut Frame) -> Result<u64>,
    ) -> Result<u64> {
        match self.1 {
            Deed::PanicsBefore => panic!("it falls before"),
            Deed::Refuses => return Err(Error::refused("it does not like it")),
            _ => {}
        }
        self.0.include(|| append(frame))?;
        panic!("it falls behind")
    }

    fn end(&mut self) {}
}

#[test]
fn a_partner_that_refuses_or_falls_leaves_a_state_that_can_be_opened() {
    for deed in [Deed::RefusesToEncode, Deed::Refuses, Deed::PanicsBefore, Deed::PanicsBehind] {
        for is_async in [false, true] {
            let world = World::new(1);
            let clock = ManualClock::new();
            let open = || world.journal(&clock).open((world.shop(&clock), Odd::default())).unwrap();
            let (shop, channel) = open();
            let odd = OddOne(channel, deed);
            let write = move |tx: &mut <Shop as forebay_state::Tables>::Tx<'_>| {
                tx.orders.put(1, order(1))?;
                tx.enlist(&odd).map(drop)
            };
            let error = if is_async {
                answered(shop.write_async(Durability::Memory, write)).unwrap_err()
            } else {
                shop.write(write).unwrap_err()
            };
            let has_fallen = matches!(deed, Deed::PanicsBefore | Deed::PanicsBehind);
            let kind = if has_fallen { ErrorKind::Unknown } else { ErrorKind::Refused };
            assert_eq!(error.kind(), kind, "{deed:?}");
            assert!(shop.read().orders.is_empty(), "it was not acknowledged");
            let later = shop.write(|tx| tx.orders.put(2, order(2)));
            assert_eq!(later.is_err(), has_fallen, "{deed:?}: nobody knows the next revision");
            world.disk.kill();
            drop(shop);
            let (shop, _) = open();
            let there = [1, 2].map(|number| shop.read().orders.get(&number).is_some());
            assert!(there == [false, !has_fallen] || there == [true, false], "{deed:?}: {there:?}");
        }
    }
}
