//! One owner of a pool.

use std::cell::RefCell;
use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use forebay_journal::disk::simulated::{Ending, SimulatedDisk};
use forebay_pool::{
    Archive, ArchiveSettings, ByteSize, CompressedMemory, DirMedium, ErrorKind, Medium, Order,
    PlainMemory, Pool, Quota,
};
use forebay_store::seam::{Clock, Job};
use forebay_store::sync::atomic::{AtomicU64, Ordering};
use forebay_store::{Moment, Result, Seams, WallTime};

use super::ailing::Ailing;
use super::audit::Audit;
use super::book::Book;
use super::cast;
use super::client::Client;
use super::health::Health;
use super::hearing::Hearing;
use super::past::Past;
use super::scene::{Counts, Scene};
use super::stage::Stage;
use super::thing::Thing;
use super::ways::{PoolQuirk, PoolWays, Spill};
use crate::dice::Dice;

/// One owner of a pool.
pub(crate) struct Life<'a> {
    pub(crate) ways: &'a PoolWays,
    pub(crate) disk: &'a SimulatedDisk,
    pub(crate) past: Rc<RefCell<Past>>,
    pub(crate) stage: Arc<Stage>,
    pub(crate) hearing: Hearing,
    pub(crate) seed: u64,
    pub(crate) number: u64,
}

/// A clock on which nobody waits: who sets a timer is answered, and the time has passed.
struct Hasty(Arc<Stage>, AtomicU64);

impl Clock for Hasty {
    fn now(&self) -> Moment {
        self.0.now().after(Duration::from_nanos(self.1.load(Ordering::SeqCst)))
    }

    fn wall(&self) -> WallTime {
        self.0.wall()
    }

    fn after(&self, delay: Duration, job: Job) {
        let nanos = u64::try_from(delay.as_nanos()).unwrap_or(u64::MAX);
        self.1.fetch_add(nanos, Ordering::SeqCst);
        job();
    }
}

impl Life<'_> {
    /// So much happens in a life at most.
    const STEPS: u64 = 200_000;

    /// A life that ends in the middle, by `ending`; or one that ends in order.
    pub(crate) fn live(&self, ending: Option<Ending>) {
        let dice = Dice::new(self.seed, 63);
        let health = Health::new(&self.stage, self.ways, self.seed);
        let is_open = match self.open(&health, &dice) {
            Ok(scene) => {
                self.perform(&scene, &dice, ending.is_none());
                self.end(ending, Some(scene));
                true
            }
            Err(error) => {
                self.stage.note(format!("open: {error:?}"));
                let is_faulty = self.ways.is_faulty() || self.disk.ending().is_some();
                if !is_faulty || error.kind() == ErrorKind::Corrupt {
                    self.stage.violate(format!("nothing explains it: open: {error:?}"));
                }
                self.end(ending, None);
                false
            }
        };
        if Thing::alive().0 > 0 && self.ways.quirk != PoolQuirk::ForgetsJobs {
            self.stage.violate(format!("values outlive their pool: {:?}", Thing::alive()));
        }
        if is_open && self.ways.spill != Spill::Nowhere && !health.is_gone() {
            self.stage.violate("the medium outlives its pool");
        }
    }

    fn open(&self, health: &Arc<Health>, dice: &Dice) -> Result<Rc<Scene>> {
        let ways = self.ways;
        let orders = [Order::Sifted, Order::Sieve, Order::Lru, Order::Segmented { protected: 0.5 }];
        let builder = Pool::builder()
            .memory(ByteSize::bytes(ways.memory))
            .objects_max(100)
            .when_full(ways.when_full)
            .order(*dice.pick(&orders))
            .lanes(1 + dice.index(3), 1 + dice.index(2))
            .watch(self.hearing.clone())
            .seams(self.stage.seams(self.seed));
        let builder = match self.medium()? {
            Some(medium) => builder.spill(Ailing::of(medium, health)),
            None => builder,
        };
        let pool = builder.build()?;
        let archive = ways.archive.then(|| self.archive(&pool, dice)).transpose()?;
        if let Some(archive) = &archive {
            self.find(archive)?;
        }
        Ok(Rc::new(Scene {
            ways: ways.clone(),
            stage: Arc::clone(&self.stage),
            health: Arc::clone(health),
            disk: self.disk.clone(),
            pool,
            archive,
            past: Rc::clone(&self.past),
            book: RefCell::new(Book::new(self.number)),
            shelf: RefCell::default(),
            counts: Counts::default(),
            hearing: self.hearing.clone(),
        }))
    }

    /// What was promised is there, and good.
    fn find(&self, archive: &Archive) -> Result<()> {
        match self.past.borrow_mut().find(archive)? {
            Ok(()) => self.stage.note("all is found that was promised"),
            Err(text) => self.stage.violate(text),
        }
        let verified = archive.verify(|_| ControlFlow::Continue(())).wait()?;
        // What cannot be read is said to be damaged.
        let is_readable = self.ways.disk_faults == 0 && self.disk.ending().is_none();
        if is_readable && !verified.is_good() {
            self.stage.violate(format!("{verified:?}"));
        }
        Ok(())
    }

    fn medium(&self) -> Result<Option<Box<dyn Medium>>> {
        Ok(match self.ways.spill {
            Spill::Nowhere => None,
            Spill::Plain => Some(Box::new(PlainMemory::default())),
            Spill::Compressed => {
                Some(Box::new(CompressedMemory::of(ByteSize::bytes(self.ways.memory / 3))))
            }
            Spill::Directory => {
                let clock = Arc::new(Hasty(Arc::clone(&self.stage), AtomicU64::new(0)));
                let seams = Seams { clock, ..self.stage.seams(self.seed ^ 1) };
                let builder = DirMedium::builder().small_max(ByteSize::kib(2)).seams(seams);
                let directory = self.disk.directory("spill");
                Some(Box::new(builder.directory(directory, Quota::unbounded()).open()?))
            }
        })
    }

    fn archive(&self, pool: &Pool, dice: &Dice) -> Result<Archive> {
        let settings = ArchiveSettings { adopts: dice.chance(700), small_max: ByteSize::kib(2) };
        pool.archive_in(self.disk.directory("archive"), settings).wait()
    }

    /// All callers do what they do; in a life that ends in order all is well afterwards, and looked at.
    fn perform(&self, scene: &Rc<Scene>, dice: &Dice, is_in_order: bool) {
        let mut audit = Audit::new(scene);
        let is_weak = self.ways.quirk == PoolQuirk::LosesWakings;
        for number in 1..=self.ways.clients {
            let client = Client::new(scene, self.seed ^ number << 40);
            cast::join(client.play(self.ways.steps), is_weak);
        }
        self.act(scene, &mut audit, dice);
        if !is_in_order || self.stage.is_broken() {
            return;
        }
        self.stage.note("== all is well from now on");
        cast::leave();
        self.disk.heal();
        self.disk.set_room(u64::MAX);
        scene.health.heal();
        cast::join(Client::new(scene, self.seed ^ 0x77).look_at_all(), false);
        self.act(scene, &mut audit, dice);
        cast::leave();
        self.give_back(scene, &audit);
    }

    fn act(&self, scene: &Scene, audit: &mut Audit, dice: &Dice) {
        let stage = &self.stage;
        for _ in 0..Self::STEPS {
            if cast::left() == 0 || stage.is_broken() {
                return;
            }
            if self.disk.ending().is_some() && dice.chance(50) {
                return;
            }
            if self.ways.fills && dice.chance(5) {
                self.disk.set_room(dice.below(60) << 12);
            }
            let is_woken = cast::is_woken();
            let acts = is_woken && dice.chance(500) && cast::poll(dice);
            if !acts && !stage.step(!is_woken) && !cast::poll(dice) {
                stage.violate(format!("nothing happens any more, and {} wait", cast::left()));
                return;
            }
            audit.look(scene);
            if !stage.is_busy() && !cast::is_woken() {
                audit.look_at_rest(scene);
            }
        }
        stage.violate("it comes to no end");
    }

    /// Nobody has anything any more: so nothing is left.
    fn give_back(&self, scene: &Scene, audit: &Audit) {
        if self.stage.is_broken() {
            return;
        }
        let (entries, weaks) = scene.shelf.borrow_mut().clear();
        drop(entries);
        for _ in 0..Self::STEPS {
            if !self.stage.is_busy() || !self.stage.step(false) {
                break;
            }
        }
        if weaks.iter().any(|weak| weak.upgrade().is_some()) {
            self.stage.violate("an object outlives its handles");
        }
        drop(weaks);
        if scene.archive.is_none() {
            audit.look_at_the_end(scene);
        }
    }

    /// The owner ends, as the disk says or else like this.
    fn end(&self, ending: Option<Ending>, scene: Option<Rc<Scene>>) {
        match self.disk.ending().or(ending) {
            Some(Ending::PowerCut) => self.disk.power_cut(),
            Some(Ending::Kill) => self.disk.kill(),
            None => {
                cast::leave();
                drop(scene);
                while self.stage.step(true) {}
                return;
            }
        }
        self.stage.note(format!("== it ends by {ending:?}"));
        self.disk.heal();
        self.disk.reseed(self.seed ^ self.disk.steps() << 16);
        self.stage.end();
        cast::leave();
        drop(scene);
    }
}
