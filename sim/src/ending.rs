//! How a run ends: the faults stop, everything is answered and stored, and what is read, what the
//! store has and what the cache reports must agree.

use std::time::Duration;

use forebay_cache::Write;
use forebay_store::ErrorKind;
use forebay_store::seam::Clock;

use crate::bounds;
use crate::client::Client;
use crate::dice::Dice;
use crate::history::{Act, Event};
use crate::intent::{Intent, Reply};
use crate::run::Run;
use crate::session::Session;
use crate::trace::Broken;
use crate::value::{Name, Tag};

/// By then a healthy store has everything, even after the longest back-off and slow call.
pub(crate) const LONG: Duration = Duration::from_secs(600);

/// Who acts at the end.
const NOBODY: usize = 99;

/// Closes the cache in the middle of a run.
pub(crate) fn close_now(run: &mut Run) {
    let deadline = Dice::new(run.seed, 6).delay(Duration::from_secs(1));
    let mut client = Client::new(98, 0, 0);
    client.take_up(close(&mut run.session, deadline));
    run.clients.push(client);
}

/// The ending. It stops at the first violation, for the rest would only follow from it.
pub(crate) fn end(run: &mut Run) {
    // Two looks, for what is read must be what is there before and after.
    let phases = [
        quiet,
        replay_all,
        flush,
        look_into_the_store,
        read_all,
        close_at_last,
        look_into_the_store,
    ];
    for phase in phases {
        if run.session.world.violations() > 0 {
            return;
        }
        phase(run);
    }
}

/// The store is well, and everybody gets his answer.
fn quiet(run: &mut Run) {
    run.session.world.note(&[], "== the faults stop");
    run.session.store.heal();
    run.poll();
    run.drain(LONG);
    for client in &run.clients {
        for begun in client.waiting() {
            run.session.violate(Broken::Hang, begun, "is never answered");
        }
    }
    if !run.session.world.is_idle() {
        run.session.world.violate(Broken::Hang, None, "the engine never comes to rest");
    }
    let is_closed = run.session.is_closed;
    if !is_closed {
        bounds::check_drained(&run.session);
    }
    for quarantined in run.session.cache.quarantined() {
        // A value that could not be copied was its own fault.
        let is_copied =
            !run.session.scenario.is_fragile || quarantined.cause.kind() != ErrorKind::Aborted;
        if is_copied && !run.session.store.has_refused(quarantined.key) {
            let text = format!("in quarantine for another's fault: {:?}", quarantined.cause);
            run.session.world.violate(Broken::Isolation, Some(quarantined.key), text);
        }
    }
}

/// In half of the runs, the store takes everything at last, and the quarantine is replayed.
fn replay_all(run: &mut Run) {
    if !Dice::new(run.seed, 7).chance(500) || run.session.is_closed {
        return;
    }
    run.session.world.note(&[], "== nothing is refused any more");
    run.session.store.accept_all();
    // A replay needs room; without it, there is some after the others.
    for _ in 0..=run.session.scenario.keys {
        for quarantined in run.session.cache.quarantined() {
            run.session.unbar(quarantined.key);
            let is_replayed = run.session.cache.replay(&quarantined.key);
            let text = format!("replay {}: {is_replayed}", quarantined.key);
            run.session.world.note(&[quarantined.key], text);
        }
        run.drain(LONG);
    }
    if !run.session.cache.quarantined().is_empty() {
        run.session.world.violate(Broken::Stored, None, "a replay does not end the quarantine");
    }
    bounds::check_drained(&run.session);
}

fn flush(run: &mut Run) {
    if run.session.is_closed {
        return;
    }
    let acknowledged = run.session.newest();
    let reply = ask(run, Intent::Flush { acknowledged });
    if let Some(Reply::Done(Err(error))) = reply
        && run.session.cache.quarantined().is_empty()
    {
        let text = format!("a flush to a healthy store fails: {error:?}");
        run.session.world.violate(Broken::Stored, None, text);
    }
}

/// Reads, and again for as long as the cache says when: it may not know yet that the store is well.
fn read(run: &mut Run, key: Name) -> Option<Reply> {
    let begin = run.session.world.now();
    // The longest pause of loads, for each of a few keys that have failed.
    let pauses = 3 * run.session.settings.retry_delay_min.max(Duration::from_secs(1));
    loop {
        let reply = ask(run, Intent::Get { key });
        let Some(Reply::Saw(Err(error))) = &reply else { return reply };
        let Some(after) = error.retry_after() else { return reply };
        let at_most = if error.kind() == ErrorKind::Unavailable { pauses } else { LONG };
        if run.session.world.now() > begin.after(at_most) {
            return reply;
        }
        let after = after.max(Duration::from_millis(1));
        run.session.world.after_outside(after, Box::new(|| {}));
        run.drain(after);
    }
}

fn read_all(run: &mut Run) {
    if run.session.is_closed {
        return;
    }
    for key in run.keys() {
        match read(run, key) {
            Some(Reply::Saw(Ok(_))) => {}
            other => {
                let text = format!("a get from a healthy store: {other:?}");
                run.session.world.violate(Broken::Promise, Some(key), text);
            }
        }
    }
}

/// Closes, again if it was closed: now there is time.
fn close_at_last(run: &mut Run) {
    let begun = close(&mut run.session, LONG);
    let reply = wait(run, begun);
    if let Some(Reply::Closed(Ok(report))) = &reply
        && (report.left > 0 || report.unanswered > 0)
    {
        let text = format!("a close with a healthy store: {report}");
        run.session.world.violate(Broken::Close, None, text);
    }
    let dice = Dice::new(run.seed, 8);
    let value = run.session.value(&dice);
    let reply = ask(run, Intent::Put { key: 0, value, write: Write::Through });
    if !matches!(&reply, Some(Reply::Wrote(Err(error))) if error.kind() == ErrorKind::Closed) {
        let text = format!("a put after the close: {reply:?}");
        run.session.world.violate(Broken::Close, Some(0), text);
    }
    run.drain(LONG);
    bounds::check_drained(&run.session);
}

/// The store has what was read last, but for what is in quarantine (G4).
pub(crate) fn look_into_the_store(run: &mut Run) {
    let rows = run.session.store.rows();
    let quarantined = run.session.cache.quarantined();
    let is_closed = run.session.is_closed;
    for key in run.keys() {
        // After a close that had too little time, and of what nobody holds any more, it is not
        // known what is in quarantine.
        let is_refused = run.session.scenario.is_dropped && run.session.store.has_refused(key);
        let is_left = is_closed && run.session.cache.is_dirty(&key);
        let is_quarantined = quarantined.iter().any(|each| each.key == key);
        if !is_quarantined && !is_refused && !is_left {
            look(&mut run.session, key, rows.get(&key).map(|row| row.tag));
        }
    }
}

fn look(session: &mut Session, key: Name, tag: Option<Tag>) {
    let now = session.world.now();
    let event = Event {
        act: Act::Look(tag),
        begin: session.world.tick(),
        end: Some(session.world.tick()),
        begin_at: now,
        end_at: now,
        text: "at the end".to_owned(),
    };
    session.history.push(key, event);
}

fn close(session: &mut Session, deadline: Duration) -> crate::session::Begun {
    let stored_before = session.store.stored();
    session.begin(NOBODY, Intent::Close { deadline, stored_before })
}

fn ask(run: &mut Run, intent: Intent) -> Option<Reply> {
    let begun = run.session.begin(NOBODY, intent);
    wait(run, begun)
}

/// Waits for an answer; a healthy world gives it.
fn wait(run: &mut Run, mut begun: crate::session::Begun) -> Option<Reply> {
    // A timer may ring before a job that is ready is run: that of the close itself, for example.
    let end = run.session.world.now().after(LONG * 2);
    loop {
        if let Some(reply) = run.session.poll(&mut begun) {
            return Some(reply);
        }
        if run.session.world.now() > end || !run.step() {
            run.session.violate(Broken::Hang, &begun, "is never answered");
            return None;
        }
    }
}
