//! One run: one seed, one scenario, one world.

use std::cmp::Ordering;
use std::sync::Arc;
use std::time::Duration;

use forebay_store::seam::Clock;
use forebay_store::sync::Mutex;

use crate::abandoned;
use crate::bounds;
use crate::checker;
use crate::client::Client;
use crate::dice::Dice;
use crate::ending;
use crate::fuse;
use crate::outsider::Outsider;
use crate::pace::Pace;
use crate::report::Report;
use crate::scenario::Scenario;
use crate::session::Session;
use crate::trace::Broken;
use crate::value::Name;
use crate::world::World;

/// After so many events without an end, something turns in a circle.
const EVENTS_MAX: usize = 200_000;

pub(crate) struct Run {
    pub(crate) session: Session,
    pub(crate) clients: Vec<Client>,
    outsider: Outsider,
    pace: Option<Pace>,
    /// Who has been woken; the number after the last client's is the outsider's, the one after it closes the cache.
    woken: Arc<Mutex<Vec<usize>>>,
    pub(crate) seed: u64,
    events: usize,
}

/// Runs `scenario` with `seed`.
pub fn run(scenario: &Scenario, seed: u64) -> Report {
    let world = if scenario.is_paced { World::punctual(seed) } else { World::new(seed) };
    let session = Session::new(&world, scenario, seed);
    let mut run = Run::of(session, seed);
    if scenario.is_fragile {
        fuse::light(1 + Dice::new(seed, 9).below(150));
    }
    run.live();
    fuse::put_out();
    if scenario.is_dropped {
        abandoned::abandon(&mut run);
    } else {
        ending::end(&mut run);
    }
    let Run { mut session, clients, events, .. } = run;
    // Nobody was told, so it may have happened.
    clients.iter().flat_map(Client::waiting).for_each(|begun| session.perhaps(begun));
    session.history.dates = world.dates();
    session.history.tighten();
    let (unexplained, undecided) = checker::check_all(&session.history);
    for key in unexplained {
        let text = "no order of the operations explains what was read";
        world.violate(Broken::History, Some(key), text);
    }
    let stats = session.cache.stats();
    let Session { cache, history, .. } = session;
    drop(cache);
    Report {
        scenario: scenario.clone(),
        seed,
        trace: world.take_trace(),
        history,
        undecided,
        events,
        stats,
    }
}

impl Run {
    pub(crate) fn of(session: Session, seed: u64) -> Self {
        let scenario = &session.scenario;
        let clients = (0..scenario.actors).map(|who| Client::new(who, scenario.operations, seed));
        Self {
            clients: clients.collect(),
            outsider: Outsider::new(&session, seed),
            pace: Pace::new(&session),
            session,
            woken: Arc::default(),
            seed,
            events: 0,
        }
    }

    pub(crate) fn live(&mut self) {
        for who in 0..=self.clients.len() {
            self.wake_after(Duration::ZERO, who);
        }
        if self.session.scenario.closes {
            let closer = self.clients.len() + 1;
            let seed = self.seed;
            self.wake_after(Dice::new(seed, 5).delay(Duration::from_secs(1)), closer);
        }
        while !(self.clients.iter().all(Client::is_done) && self.outsider.is_done()) {
            if self.events > EVENTS_MAX || self.session.world.violations() > 0 {
                return;
            }
            if !self.step() {
                // The healthy ending shows whether somebody waits for ever.
                return;
            }
        }
    }

    /// Runs until nothing happens any more by itself, or for so long.
    pub(crate) fn drain(&mut self, at_most: Duration) {
        let end = self.session.world.now().after(at_most);
        while self.session.world.now() < end && self.events < EVENTS_MAX && self.step() {}
    }

    /// One thing happens; whoever is concerned looks at it.
    pub(crate) fn step(&mut self) -> bool {
        self.events += 1;
        if self.session.power.is_off() {
            return false;
        }
        if !self.session.world.step() {
            // Who was answered at once may go on, without anything having happened.
            let before = self.session.world.ticks();
            self.poll();
            return self.session.world.ticks() > before;
        }
        if !self.session.power.is_off() {
            // Before a client acts upon what is there now.
            self.session.look_at_barred();
        }
        self.poll();
        let woken = std::mem::take(&mut *self.woken.lock());
        for who in woken {
            if !self.session.power.is_off() {
                self.wake(who);
            }
        }
        self.poll();
        if self.session.power.is_off() {
            return false;
        }
        bounds::check(self);
        self.session.look_at_barred();
        if let Some(pace) = &mut self.pace {
            pace.check(&self.session);
        }
        true
    }

    pub(crate) fn poll(&mut self) {
        let begun = std::mem::take(&mut *self.session.meanwhile.lock());
        for begun in begun {
            let mut client = Client::new(begun.who, 0, 0);
            client.take_up(begun);
            self.clients.push(client);
        }
        for place in 0..self.clients.len() {
            if self.clients[place].poll(&mut self.session) {
                self.wake_after(self.clients[place].pause(), place);
            }
        }
        let at_first = self.session.scenario.actors;
        while self.clients.len() > at_first && self.clients.last().is_some_and(Client::is_done) {
            self.clients.pop();
        }
    }

    fn wake(&mut self, who: usize) {
        // Not by how many clients there are now: what has begun meanwhile has one, too, whom nobody wakes.
        match who.cmp(&self.session.scenario.actors) {
            Ordering::Less => {
                if self.clients[who].act(&mut self.session) {
                    self.wake_after(self.clients[who].pause(), who);
                }
            }
            Ordering::Equal => {
                self.outsider.act(&mut self.session);
                if !self.outsider.is_done() {
                    self.wake_after(self.outsider.pause(), who);
                }
            }
            Ordering::Greater => ending::close_now(self),
        }
    }

    fn wake_after(&self, delay: Duration, who: usize) {
        let woken = Arc::clone(&self.woken);
        self.session.world.after(delay, Box::new(move || woken.lock().push(who)));
    }

    /// Every key of the run.
    pub(crate) fn keys(&self) -> std::ops::Range<Name> {
        0..self.session.scenario.all_keys()
    }
}
