//! Whether a shard is what it must be between two steps: each entry on the list that its state says, no work
//! without a reason, and sums that are the sums.
//!
//! The states are those of `docs/entry-states.md`. It goes through everything, so it is for tests.

use std::collections::BTreeSet;
use std::hash::Hash;

use super::entry::{Entry, Held, ListId, Quiet};
use super::list::List;
use super::roster::NONE;
use super::shard::Shard;
use super::work::{WORK_BYTES, Work};
use crate::engine::Room;

/// What the entries of a shard hold of what is bounded for the whole cache.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Holding {
    /// Of the room for unstored writes.
    pub(crate) room: Room,
    pub(crate) quarantine_bytes: u64,
}

type Found<T = ()> = Result<T, String>;

fn must(is_so: bool, otherwise: impl FnOnce() -> String) -> Found {
    if is_so { Ok(()) } else { Err(otherwise()) }
}

impl<K: Eq + Hash, V> Shard<K, V> {
    /// Says what its entries hold, or the first thing that is not as it must be.
    pub(crate) fn audit(&self) -> Found<Holding> {
        let mut holding = Holding::default();
        let (mut weight, mut unstored, mut works, mut overtaken) = (0, 0, 0, 0);
        let mut listed = [Listed::default(); ListId::ALL.len()];
        for (at, entry, work) in self.entries() {
            let about = |text: String| format!("entry {at}: {text}");
            must(self.entries.find(self.entries.ties(at).print, &entry.key) == Some(at), || {
                about("the index does not find it".into())
            })?;
            must(work.is_some() || self.entries.ties(at).work == NONE, || {
                about("its work is gone".into())
            })?;
            audit_entry(at, entry, work).map_err(about)?;
            weight += u64::from(entry.weight());
            listed[entry.list() as usize].add(entry);
            if entry.quiet() == Quiet::Fresh {
                unstored += 1;
                holding.room.add(Room { bytes: entry.weight().into(), entries: 1 });
            }
            if let Some(work) = work {
                works += 1;
                let is_passed = work.quarantined().is_some() && work.through().is_some();
                must(!self.queues() || !is_passed, || {
                    about("a write stands behind a refused one".into())
                })?;
                unstored += usize::from(work.is_unstored());
                overtaken += work.inflight_room().bytes;
                holding.add(entry, work);
            }
        }
        must(weight == self.weight, || format!("{weight} bytes, counted {}", self.weight))?;
        must(unstored == self.unstored(), || {
            format!("{unstored} unstored, counted {}", self.unstored)
        })?;
        must(overtaken == self.overtaken, || {
            format!("{overtaken} bytes were overtaken, counted {}", self.overtaken)
        })?;
        must(works == self.works.len(), || {
            format!("{works} entries for {} works", self.works.len())
        })?;
        for at in self.order.newcomers() {
            let list = self.entries.get(*at).map(Entry::list);
            must(list == Some(ListId::Small), || format!("{at} has come in, but is on {list:?}"))?;
        }
        let [small, main] = self.order.lists();
        for list in [small, main, &self.dirty, &self.busy, &self.quarantine] {
            self.audit_list(list, listed[list.id() as usize])?;
        }
        self.audit_ages()?;
        self.audit_notes()?;
        for (hash, key) in self.errands.keys() {
            must(self.find(hash, key).is_none(), || "there is an entry for an errand".into())?;
        }
        must(self.errands.are_distinct(), || {
            "there are too many errands, two for one hash, or one that is a load".into()
        })?;
        Ok(holding)
    }

    /// A list has those who say that they are on it.
    fn audit_list(&self, list: &List, listed: Listed) -> Found {
        let id = list.id();
        let mut walked = Listed::default();
        let mut before = NONE;
        for at in list.walk(&self.entries).take(self.entries.len() + 1) {
            let (entry, ties) = (&self.entries[at], self.entries.ties(at));
            must(entry.list() == id && ties.prev == before, || format!("{at} is not on {id:?}"))?;
            walked.add(entry);
            before = at;
        }
        let counted = Listed { entries: list.len(), weight: list.weight() };
        must(walked == listed && walked == counted, || {
            format!(
                "{id:?} has {walked:?}, counts {counted:?}, and {listed:?} say that they are on it"
            )
        })
    }

    /// The oldest are at the head of the dirty list: whoever looks at one only looks at that. What is fresh comes behind it.
    fn audit_ages(&self) -> Found {
        let dated = self
            .dirty
            .walk(&self.entries)
            .map(|at| self.works[self.entries.ties(at).work].dirtied.at());
        let dated = dated.chain(self.notes().map(|fresh| fresh.dirtied));
        must(dated.is_sorted(), || "the dirty list is not in the order of its ages".into())?;
        must(!self.has_fresh() || self.dirty.head().is_some(), || {
            "nobody knows when to store what is fresh".into()
        })
    }

    /// Each fresh entry has a note, and each note an entry.
    fn audit_notes(&self) -> Found {
        let is_fresh = |entry: &Entry<K, V>| entry.quiet() == Quiet::Fresh;
        let places: BTreeSet<u32> = self.notes().map(|fresh| fresh.at).collect();
        let notes = self.notes().count();
        let fresh = self.entries().filter(|(_, entry, _)| is_fresh(entry)).count();
        let is_each = places.iter().all(|at| self.entries.get(*at).is_some_and(is_fresh));
        must(is_each && places.len() == notes && notes == fresh, || {
            format!("{notes} notes of {} entries, {fresh} are fresh", places.len())
        })?;
        must(self.notes().is_sorted_by_key(|fresh| fresh.since), || "notes out of order".into())
    }
}

/// One entry by itself.
fn audit_entry<K, V>(at: u32, entry: &Entry<K, V>, work: Option<&Work<V>>) -> Found {
    let (list, quiet) = (entry.list(), entry.quiet());
    if quiet == Quiet::Fresh {
        // G5: while it is on a clean list, it has uses, so it goes no further than to the head of it.
        let is_used = list == ListId::None || entry.uses() > 0;
        let is_apart = matches!(list, ListId::None | ListId::Small | ListId::Main);
        return must(is_apart && is_used && work.is_none(), || {
            format!("fresh, but on {list:?}, or with work, or unused")
        });
    }
    must(quiet == Quiet::No || list == ListId::Dirty, || format!("quiet, but on {list:?}"))?;
    let Some(work) = work else {
        let is_kept = match entry.held() {
            Held::Value(_) => true,
            Held::Absent => entry.is_timed(),
            Held::Nothing | Held::Tombstone => false,
        };
        must(is_kept, || "nothing holds it".into())?;
        return must(matches!(list, ListId::Small | ListId::Main), || {
            format!("clean, but on {list:?}")
        });
    };
    must(work.at() == at, || format!("its work is that of {}", work.at()))?;
    must(!work.is_idle(), || "its work has no reason".into())?;
    audit_room(entry, work)?;
    must(work.load().is_none() || !work.is_unstored(), || "it loads what is newer here".into())?;
    must(work.parked() == 0 || (work.is_unstored() && work.inflight == 0), || {
        "parked, but not to be stored".into()
    })?;
    must(work.quarantined().is_none() || (work.is_unstored() && work.parked() == 0), || {
        "in quarantine, but not refused".into()
    })?;
    must(!work.is_met() || work.inflight != 0 || work.is_behind_through(), || {
        "met before its turn, but it has it".into()
    })?;
    let wanted = wanted(entry, work);
    must(list == wanted, || format!("on {list:?}, not on {wanted:?}"))
}

/// What is stored holds no room, and what is not as much as it weighs: room that a work keeps without need is lost.
fn audit_room<K, V>(entry: &Entry<K, V>, work: &Work<V>) -> Found {
    let (held, inflight) = (work.room().bytes, work.inflight_room().bytes);
    let weight = if work.is_unstored() { u64::from(entry.weight()) } else { 0 };
    // The work of a quiet entry does not know yet what took its place.
    must(held == weight || entry.quiet() == Quiet::Ahead, || {
        format!("holds room for {held} bytes, not {weight}")
    })?;
    let is_away = work.inflight != 0 && work.inflight != work.version;
    must(inflight == 0 || is_away, || format!("{inflight} bytes are with the store no more"))
}

/// Where an entry with work belongs.
pub(super) fn wanted<K, V>(entry: &Entry<K, V>, work: &Work<V>) -> ListId {
    if work.is_to_store() && work.parked() == 0 {
        // Met before its turn, it comes back when it has it.
        return if work.is_met() { ListId::None } else { ListId::Dirty };
    }
    if work.quarantined().is_some() {
        return ListId::Quarantine;
    }
    // G5: what is not stored, and has work, is on no list that eviction looks at.
    if work.is_unstored() || entry.weight() == 0 { ListId::None } else { ListId::Busy }
}

/// Those on a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Listed {
    entries: usize,
    weight: u64,
}

impl Listed {
    fn add<K, V>(&mut self, entry: &Entry<K, V>) {
        self.entries += 1;
        self.weight += u64::from(entry.weight());
    }
}

impl Holding {
    fn add<K, V>(&mut self, entry: &Entry<K, V>, work: &Work<V>) {
        // The work of a quiet entry does not know yet what took its place.
        let is_ahead = entry.quiet() == Quiet::Ahead;
        let bytes = if is_ahead { u64::from(entry.weight()) } else { work.room().bytes };
        if work.quarantined().is_some() {
            self.quarantine_bytes += bytes + WORK_BYTES;
        } else {
            self.room.add(Room { bytes, entries: work.room().entries });
        }
        self.room.add(work.inflight_room());
    }
}
