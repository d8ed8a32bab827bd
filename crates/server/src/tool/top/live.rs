//! The screen that is drawn again and again.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use forebay::seam::Clock;
use forebay::{Error, ErrorKind, Result, Seams};
use tokio::runtime::Builder;
use tokio::task::{JoinError, JoinHandle, spawn_blocking};
use tokio::time::{MissedTickBehavior, interval};

use super::super::exit::{Exit, unwritten};
use super::super::wire::Wire;
use super::history::History;
use super::line::{Line, Tone};
use super::sample::Sample;
use super::screen::screen;
use super::terminal::{Terminal, paper, show};
use crate::signals::Signals;

/// Whom to ask for numbers. A connection that failed is made anew by the next question.
pub(super) struct Asker {
    address: String,
    password: Option<String>,
    clock: Arc<dyn Clock>,
    wire: Option<Wire>,
}

impl Asker {
    pub(super) fn new(address: &str, password: Option<String>) -> Self {
        let clock = Seams::real().clock;
        Self { address: address.to_owned(), password, clock, wire: None }
    }

    /// The numbers now. Blocks until they are there.
    pub(super) fn ask(&mut self) -> Result<Sample> {
        let mut wire = match self.wire.take() {
            Some(wire) => wire,
            None => Wire::connect(&self.address, self.password.as_deref())?,
        };
        let sample = Sample::ask(&mut wire, self.clock.now())?;
        self.wire = Some(wire);
        Ok(sample)
    }
}

type Answer = (Asker, Result<Sample>);

/// Draws until somebody ends it. A server that is not there, or not there any more, is asked on; one that refuses the
/// first question ends it.
pub(super) fn run(asker: Asker, every: Duration) -> Result<Exit> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Error::unavailable("run").with_source(error))?;
    let done = runtime.block_on(View::new(&asker).draw(asker, every));
    // A server that never answers does not hold up the end.
    runtime.shutdown_background();
    done
}

struct View {
    title: String,
    history: History,
    problem: Option<String>,
}

impl View {
    fn new(asker: &Asker) -> Self {
        Self { title: asker.address.clone(), history: History::default(), problem: None }
    }

    async fn draw(mut self, asker: Asker, every: Duration) -> Result<Exit> {
        let mut signals = Signals::listen().map_err(unwritten)?;
        let mut terminal = Terminal::take().map_err(unwritten)?;
        let mut ticks = interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let (mut idle, mut under_way): (Option<Asker>, Option<JoinHandle<Answer>>) =
            (Some(asker), None);
        loop {
            tokio::select! {
                _ = ticks.tick() => {
                    match idle.take() {
                        Some(asker) => {
                            under_way = Some(spawn_blocking(|| question(asker)));
                            if self.history.newest().is_some() {
                                // It is drawn when the answer is there.
                                continue;
                            }
                        }
                        None => self.problem = Some("it has not answered yet".into()),
                    }
                }
                answer = answered(&mut under_way) => {
                    under_way = None;
                    let (asker, sample) = answer.map_err(|_| Error::unavailable("ask the server"))?;
                    idle = Some(asker);
                    self.take(sample)?;
                }
                () = terminal.end() => return Ok(Exit::Good),
                () = signals.next() => return Ok(Exit::Good),
            }
            self.show().map_err(unwritten)?;
        }
    }

    fn take(&mut self, sample: Result<Sample>) -> Result<()> {
        match sample {
            Ok(sample) => {
                self.history.add(sample);
                self.problem = None;
            }
            // A wrong password stays wrong, and a server that does not know the question does not learn it.
            Err(error) if is_refusal(&error) && self.history.newest().is_none() => {
                return Err(error);
            }
            Err(error) => self.problem = Some(error.chain()),
        }
        Ok(())
    }

    fn show(&self) -> io::Result<()> {
        let note = match &self.problem {
            Some(problem) => Line::of(Tone::Wrong, format!("trying again: {problem}")),
            None => Line::of(Tone::Quiet, "q ends"),
        };
        show(&screen(&self.history, &self.title, note, paper()))
    }
}

fn is_refusal(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Refused | ErrorKind::Corrupt)
}

fn question(mut asker: Asker) -> Answer {
    let sample = asker.ask();
    (asker, sample)
}

/// The answer, if anything was asked; else it never comes.
async fn answered(
    under_way: &mut Option<JoinHandle<Answer>>,
) -> std::result::Result<Answer, JoinError> {
    match under_way {
        Some(under_way) => under_way.await,
        None => std::future::pending().await,
    }
}
