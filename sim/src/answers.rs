//! How the store does what it was asked for, and what it says then.

use std::sync::Arc;
use std::time::Duration;

use forebay_store::{Batch, Done, Error, Outcome};

use crate::scenario::Bug;
use crate::store::SimStore;
use crate::value::{Name, Tagged, short};
use crate::verdict::{Answer, Verdict};

impl SimStore {
    pub(crate) fn land_one(
        &self,
        batch: &Arc<Batch<Name, Tagged>>,
        verdict: &Verdict,
        place: usize,
    ) {
        if !verdict.lands[place] {
            return;
        }
        match self.inner().scenario.bug {
            Bug::LosesWrites if self.inner().dice.chance(100) => {}
            Bug::LandsLate if is_unknown(&verdict.answer) => {
                let (late, batch) = (Duration::from_secs(1), Arc::clone(batch));
                let late = late + self.inner().dice.delay(Duration::from_secs(2));
                self.after(late, move |store| store.inner().land(&batch, place));
            }
            _ => self.inner().land(batch, place),
        }
    }

    pub(crate) fn land_next(
        &self,
        batch: Arc<Batch<Name, Tagged>>,
        verdict: Verdict,
        place: usize,
        done: Done<Vec<Outcome>>,
    ) {
        if place == verdict.lands.len() {
            return self.answer_apply(&batch, verdict, done);
        }
        self.land_one(&batch, &verdict, place);
        let next = self.inner().dice.delay(self.inner().latency / 2);
        self.after(next, move |store| store.land_next(batch, verdict, place + 1, done));
    }

    pub(crate) fn answer_apply(
        &self,
        batch: &Arc<Batch<Name, Tagged>>,
        verdict: Verdict,
        done: Done<Vec<Outcome>>,
    ) {
        let dropped = || Err(Error::unknown("dropped"));
        let (answer, outcomes) = match verdict.answer {
            Answer::Gives(answer) => (Some(answer.clone()), answer),
            Answer::Drops => (None, dropped()),
        };
        let by_name = outcomes.is_ok() && !self.inner().capabilities.atomic_batch;
        let outcomes = Outcome::of_answer(outcomes, batch.ops.len());
        self.inner().answered(batch, &outcomes, by_name);
        let keys: Vec<_> = batch.ops.iter().map(|op| op.key).collect();
        let text = match &answer {
            None => "drops the request".to_owned(),
            Some(Err(error)) => format!("fails, {:?}", error.kind()),
            Some(Ok(outcomes)) => outcomes.iter().map(word).collect::<Vec<_>>().join(", "),
        };
        self.inner().world.note(&keys, format!("   store: batch {} {text}", batch.id.number));
        match answer {
            Some(answer) => done.complete(answer),
            None => drop(done),
        }
    }

    pub(crate) fn answer_load(
        &self,
        keys: &[Name],
        mut values: Vec<Option<Tagged>>,
        answer: Answer<isize>,
        done: Done<Vec<Option<Tagged>>>,
    ) {
        let found: Vec<_> =
            values.iter().map(|value| short(value.map(|value| value.tag))).collect();
        let text = match &answer {
            Answer::Drops => "drops the request".to_owned(),
            Answer::Gives(Err(error)) => format!("fails, {:?}", error.kind()),
            Answer::Gives(Ok(more)) => format!("{} ({more} too many)", found.join(" ")),
        };
        self.inner().world.note(keys, format!("   store: load {keys:?} {text}"));
        match answer {
            Answer::Drops => drop(done),
            Answer::Gives(Err(error)) => done.complete(Err(error)),
            Answer::Gives(Ok(more)) => {
                values.resize(keys.len().saturating_add_signed(more), None);
                done.complete(Ok(values));
            }
        }
    }
}

fn is_unknown(answer: &Answer<Vec<Outcome>>) -> bool {
    match answer {
        Answer::Drops => true,
        Answer::Gives(Err(error)) => matches!(Outcome::of_error(error), Outcome::Unknown(_)),
        Answer::Gives(Ok(outcomes)) => {
            outcomes.iter().all(|each| matches!(each, Outcome::Unknown(_)))
        }
    }
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Stored => "stored",
        Outcome::Refused(_) => "refused",
        Outcome::Retry(_) => "retry",
        Outcome::Unknown(_) => "unknown",
        _ => "?",
    }
}
