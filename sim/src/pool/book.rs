//! The model: what each object has in it, and may have while somebody changes it.

use std::collections::BTreeMap;

use forebay_pool::Key;

use super::thing::Content;

/// An object of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Id(pub(crate) u64);

/// What each object has in it.
#[derive(Default)]
pub(crate) struct Book {
    objects: BTreeMap<Id, History>,
    /// A key is that of one content for ever.
    keys: BTreeMap<Key, Content>,
    numbers: u64,
}

/// The contents of an object, in their order.
#[derive(Default)]
struct History {
    /// None: it turned out that it was never there.
    contents: Vec<Option<Content>>,
    /// It has one of those from here on.
    from: usize,
    /// Changes under way.
    in_flux: u32,
    /// Changes that have ended.
    changes: u64,
    is_lent: bool,
}

/// When somebody began to look.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Since {
    from: usize,
    changes: u64,
    is_in_flux: bool,
}

/// How a change has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Made,
    NotMade,
    /// One or the other: whoever looks next sees which.
    Either,
}

impl Book {
    /// That of the owner of that number: no two have the same contents.
    pub(crate) fn new(number: u64) -> Self {
        Self { numbers: number * 10_000, ..Self::default() }
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    pub(crate) fn add(&mut self, content: Content) -> Id {
        let id = Id(self.number());
        let history = History { contents: vec![Some(content)], ..History::default() };
        self.objects.insert(id, history);
        id
    }

    fn history(&mut self, id: Id) -> &mut History {
        self.objects.entry(id).or_default()
    }

    /// From now on somebody looks.
    pub(crate) fn since(&mut self, id: Id) -> Since {
        let history = self.history(id);
        let is_in_flux = history.in_flux > 0;
        Since { from: history.from, changes: history.changes, is_in_flux }
    }

    /// Whether what he sees now may be there.
    pub(crate) fn saw(&mut self, id: Id, since: Since, content: Content) -> bool {
        let history = self.history(id);
        let later = history.contents.iter().enumerate().skip(since.from);
        let Some((at, _)) = later.rev().find(|(_, other)| **other == Some(content)) else {
            return false;
        };
        let is_still = !since.is_in_flux && history.in_flux == 0;
        if is_still && history.changes == since.changes {
            history.contents.truncate(at + 1);
            history.from = at;
        }
        true
    }

    /// What it may have in it.
    pub(crate) fn contents(&mut self, id: Id) -> Vec<Content> {
        let history = self.history(id);
        history.contents[history.from..].iter().flatten().copied().collect()
    }

    pub(crate) fn begin_change(&mut self, id: Id, content: Content) {
        let history = self.history(id);
        history.contents.push(Some(content));
        history.in_flux += 1;
    }

    pub(crate) fn end_change(&mut self, id: Id, content: Content, change: Change) {
        let history = self.history(id);
        history.in_flux -= 1;
        history.changes += 1;
        let Some(at) = history.contents.iter().rposition(|other| *other == Some(content)) else {
            return;
        };
        match change {
            Change::Made => history.from = history.from.max(at),
            Change::NotMade => history.contents[at] = None,
            Change::Either => {}
        }
    }

    pub(crate) fn lend(&mut self, id: Id, is_lent: bool) {
        self.history(id).is_lent = is_lent;
    }

    pub(crate) fn is_lent(&mut self, id: Id) -> bool {
        self.history(id).is_lent
    }

    /// Whether nobody changes it, and it is known what it has in it.
    pub(crate) fn known(&mut self, id: Id) -> Option<Content> {
        let contents = self.contents(id);
        let history = self.history(id);
        let is_still = history.in_flux == 0 && !history.is_lent && contents.len() == 1;
        if is_still { contents.first().copied() } else { None }
    }

    /// Whether this content may have this key.
    pub(crate) fn has_key(&mut self, key: Key, content: Content) -> bool {
        *self.keys.entry(key).or_insert(content) == content
    }
}
