//! Writes of caches in one frame: two in opposite orders, a single write, and a close.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use forebay_cache::{ByteSize, Cache, CacheTenant, Settings};
use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_journal::{
    Channel, Frame, Partner, Reading, Recovery, SharedJournal, Tenant, append_together,
    encode_together,
};
use forebay_store::seam::manual::{ManualClock, SeededRandom};
use forebay_store::{Durability, ErrorKind, Result, Seams, SharedStore};

use super::{Checked, Threads, join};

const SCHEDULES: usize = 1500;

/// Needs nothing of what it has written.
struct Ledger;

impl Tenant for Ledger {
    type Opened = Channel;
    type Reading = Self;

    fn name(&self) -> String {
        "ledger".to_owned()
    }

    fn label(&self) -> String {
        "ledger 1".to_owned()
    }

    fn read(self) -> Result<Self> {
        Ok(self)
    }
}

impl Reading for Ledger {
    type Opened = Channel;

    fn record(&mut self, _number: u64, _record: &[u8]) -> Result<()> {
        Ok(())
    }

    fn forgotten(&mut self) {}

    fn begin(self, channel: Channel, _: &Recovery) -> Result<Channel> {
        Ok(channel)
    }
}

type Numbers = Cache<u64, u64>;

fn seams() -> Seams {
    let mut seams: Seams = ManualClock::new().seams(1);
    seams.spawn = Arc::new(Threads);
    seams.random = Arc::new(SeededRandom::new(1));
    seams
}

fn tenant(name: &str, store: &Checked) -> CacheTenant<u64, u64> {
    let shared: SharedStore<u64, u64> = Arc::new(store.clone());
    let builder = Cache::builder(shared).capacity(ByteSize::kib(64)).shards(4).seams(seams());
    builder.write_behind(Settings::default()).tenant(name)
}

fn open(stores: [&Checked; 2]) -> (Channel, Numbers, Numbers) {
    let settings = forebay_journal::Settings {
        segment_bytes: 64 << 10,
        bytes_max: 1 << 20,
        seams: seams(),
        ..forebay_journal::Settings::default()
    };
    let directory = SimulatedDisk::new(1).directory("journal");
    let [mail, news] = stores;
    let tenants = (Ledger, tenant("mail", mail), tenant("news", news));
    SharedJournal::in_directory(directory, settings).open(tenants).unwrap()
}

fn explore(scenario: impl Fn() + Send + Sync + 'static) {
    shuttle::check_random(scenario, SCHEDULES);
}

/// Writes `value` under these keys of these caches, together.
fn write(ledger: &Channel, caches: &[&Numbers], keys: &[u64], value: u64) -> Result<u64> {
    let mut joints = Vec::new();
    for cache in caches {
        let mut joint = cache.joint()?;
        keys.iter().try_for_each(|key| joint.put(*key, value))?;
        joints.push(joint);
    }
    let mut partners: Vec<&mut dyn Partner> = Vec::new();
    partners.extend(joints.iter_mut().map(|joint| joint as &mut dyn Partner));
    let mut frame = Frame::new();
    frame.push_with(|bytes| {
        ledger.begin_record(bytes);
        Ok(())
    })?;
    encode_together(ledger, &mut frame, &mut partners)?;
    let number = append_together(ledger, &mut frame, &mut partners);
    partners.iter_mut().for_each(|partner| partner.end());
    number
}

fn stored(store: &Checked) -> BTreeMap<u64, u64> {
    store.0.state.lock().values.iter().map(|(key, value)| (*key, *value)).collect()
}

#[test]
fn joint_writes_in_opposite_orders_a_single_write_and_a_close_end_well() {
    explore(|| {
        let (store, other) = (Checked::default(), Checked::default());
        let (ledger, mail, _news) = open([&store, &other]);
        let writer = |keys: [u64; 3], value: u64| {
            let (ledger, mail) = (ledger.clone(), mail.clone());
            shuttle::thread::spawn(move || match write(&ledger, &[&mail], &keys, value) {
                Ok(number) => ledger.wait(number, Durability::Journaled).unwrap(),
                Err(error) => assert_eq!(error.kind(), ErrorKind::Closed),
            })
        };
        let single = {
            let mail = mail.clone();
            shuttle::thread::spawn(move || drop(mail.put(1, 7).wait()))
        };
        let closer = {
            let mail = mail.clone();
            shuttle::thread::spawn(move || {
                let report = mail.close(Duration::from_secs(1)).wait().unwrap();
                assert!(report.is_clean(), "{report}");
            })
        };
        join(vec![writer([1, 2, 3], 10), writer([3, 2, 1], 20), single, closer]);
        let stored = stored(&store);
        assert_eq!(stored.get(&2), stored.get(&3), "all or nothing: {stored:?}");
        assert_eq!(stored.get(&1).is_some_and(|value| *value != 7), {
            stored.get(&1) == stored.get(&2) && stored.contains_key(&2)
        });
        assert_eq!(mail.stats().dirty_bytes, 0, "room is conserved");
    });
}

#[test]
fn two_caches_in_opposite_orders_are_written_together() {
    explore(|| {
        let (first, second) = (Checked::default(), Checked::default());
        let (ledger, mail, news) = open([&first, &second]);
        let writer = |is_turned: bool, value: u64| {
            let (ledger, mail, news) = (ledger.clone(), mail.clone(), news.clone());
            shuttle::thread::spawn(move || {
                let caches = if is_turned { [&news, &mail] } else { [&mail, &news] };
                write(&ledger, &caches, &[1, 2], value).unwrap();
            })
        };
        join(vec![writer(false, 10), writer(true, 20)]);
        let values = [&mail, &news].map(|cache| (cache.peek(&1), cache.peek(&2)));
        assert!(values[0].0.is_some() && values[0].0 == values[0].1, "{values:?}");
        assert_eq!(values[0], values[1]);
        for cache in [&mail, &news] {
            cache.flush().wait().unwrap();
        }
        assert_eq!(stored(&first), stored(&second));
    });
}
