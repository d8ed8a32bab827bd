//! What a process has answered, and what is there after it.

use std::collections::{BTreeMap, BTreeSet};

use crate::failure::{Failure, Result};

/// What was answered, and what is open.
#[derive(Clone, Debug, Default)]
pub(super) struct Answered {
    /// Keys, and the contents that they were kept with.
    kept: BTreeMap<String, String>,
    deleted: BTreeSet<String>,
    /// Deletes that were begun.
    deleting: BTreeSet<String>,
    /// The last generation of each thread that was answered, and the last that was begun.
    snapshots: BTreeMap<u64, (u64, u64)>,
}

/// What is there after a restart.
#[derive(Debug, Default)]
pub(super) struct Found {
    kept: BTreeMap<String, String>,
    snapshots: BTreeMap<u64, u64>,
    /// Sessions of dead processes that were removed from the spill, and files in them.
    pub(super) swept: (u64, u64),
}

/// What a line has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Kept,
    Committed,
    Deleted,
    /// Something has begun.
    Nothing,
}

impl Found {
    /// What the program said of it.
    pub(super) fn of(said: &str) -> Result<Self> {
        let mut found = Self::default();
        for line in said.lines() {
            match line.split(' ').collect::<Vec<_>>().as_slice() {
                ["kept", key, content] => {
                    found.kept.insert((*key).to_owned(), (*content).to_owned());
                }
                ["snapshot", thread, generation] => {
                    found.snapshots.insert(number(thread)?, number(generation)?);
                }
                ["swept", sessions, files] => found.swept = (number(sessions)?, number(files)?),
                _ => return Err(Failure::new(format!("the program said `{line}`"))),
            }
        }
        Ok(found)
    }
}

impl Answered {
    /// Notes a line of the process.
    pub(super) fn note(&mut self, line: &str) -> Answer {
        match line.split(' ').collect::<Vec<_>>().as_slice() {
            ["kept", key, content] => {
                self.kept.insert((*key).to_owned(), (*content).to_owned());
                // Kept again, it is not deleted any more.
                self.deleting.remove(*key);
                self.deleted.remove(*key);
                Answer::Kept
            }
            ["deleting", key] => {
                self.kept.remove(*key);
                self.deleting.insert((*key).to_owned());
                Answer::Nothing
            }
            ["deleted", key] => {
                self.deleting.remove(*key);
                self.deleted.insert((*key).to_owned());
                Answer::Deleted
            }
            [what, thread, generation] => match (thread.parse(), generation.parse()) {
                (Ok(thread), Ok(generation)) => self.note_commit(what, thread, generation),
                _ => Answer::Nothing,
            },
            _ => Answer::Nothing,
        }
    }

    fn note_commit(&mut self, what: &str, thread: u64, generation: u64) -> Answer {
        let (last, begun) = self.snapshots.entry(thread).or_default();
        if what == "committed" {
            *last = generation;
            return Answer::Committed;
        }
        *begun = generation;
        Answer::Nothing
    }

    /// Compares, and takes what is there for answered: an opening has shown it. Says how many commits are there
    /// that nobody was told of.
    pub(super) fn compare(&mut self, found: &Found) -> Result<u64> {
        for (key, content) in &self.kept {
            let there = found.kept.get(key).map_or("not there", |there| there);
            if there != content {
                let message = format!("{key} was kept with {content}, and is {there}");
                return Err(Failure::new(message));
            }
        }
        if let Some(back) = self.deleted.iter().find(|key| found.kept.contains_key(*key)) {
            return Err(Failure::new(format!("{back} was deleted, and is there")));
        }
        let mut unanswered = 0;
        for (thread, (last, begun)) in &mut self.snapshots {
            let there = found.snapshots.get(thread).copied().unwrap_or_default();
            if !(*last..=*begun).contains(&there) {
                let range = format!("{last} to {begun}");
                let message = format!("snapshot {thread} shows generation {there}, not {range}");
                return Err(Failure::new(message));
            }
            unanswered += u64::from(there > *last);
            (*last, *begun) = (there, there);
        }
        self.kept.clone_from(&found.kept);
        self.deleting.clear();
        Ok(unanswered)
    }
}

fn number(word: &str) -> Result<u64> {
    word.parse().map_err(|error| Failure::to("read a number", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(kept: &[&str], snapshots: &[(u64, u64)]) -> Found {
        let kept = kept.iter().map(|key| ((*key).to_owned(), format!("of-{key}"))).collect();
        Found { kept, snapshots: snapshots.iter().copied().collect(), swept: (1, 1) }
    }

    fn answered() -> Answered {
        let mut answered = Answered::default();
        for line in [
            "kept a of-a",
            "kept b of-b",
            "kept c of-c",
            "deleting b",
            "deleted b",
            "deleting c",
            "committing 1 4",
            "committed 1 4",
            "committing 1 5",
            "committing 2 1",
        ] {
            answered.note(line);
        }
        answered
    }

    #[test]
    fn what_was_answered_must_be_there_and_what_was_deleted_not() {
        let is_right = |found| answered().compare(&found).is_ok();
        for generation in [4, 5] {
            assert!(is_right(found(&["a", "c"], &[(1, generation)])));
            assert!(is_right(found(&["a"], &[(1, generation), (2, 1)])));
        }
        assert!(!is_right(found(&["c"], &[(1, 4)])));
        assert!(!is_right(found(&["a", "b"], &[(1, 4)])));
        for generation in [3, 6] {
            assert!(!is_right(found(&["a"], &[(1, generation)])));
        }
        assert!(!is_right(found(&["a"], &[(1, 4), (2, 2)])));
    }

    #[test]
    fn a_key_with_another_content_is_lost() {
        let mut other = found(&["a"], &[(1, 4)]);
        other.kept.insert("a".to_owned(), "of-b".to_owned());
        assert!(answered().compare(&other).is_err());
    }

    #[test]
    fn what_the_program_says_is_read() {
        let said = "swept 1 2\nsnapshot 1 4\nkept a of-a\n";
        let found = Found::of(said).unwrap();
        assert_eq!(found.swept, (1, 2));
        assert_eq!(answered().compare(&found).unwrap(), 0);
        assert!(Found::of("failed: Busy\n").is_err());
    }
}
