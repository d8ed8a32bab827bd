//! What is known about a command before it runs.

use super::{Answer, Call, Failure};

/// One row of the table of commands.
pub(crate) struct Spec {
    /// Its name in small letters; a subcommand's has its container's and a bar before it.
    pub(crate) name: &'static str,
    /// How many arguments it takes, its name included; negative: at least so many.
    pub(crate) arity: i32,
    /// How it may run beside others of its pipeline.
    pub(crate) access: Access,
    /// Where its keys are.
    pub(crate) keys: Keys,
    /// What it does, for `COMMAND DOCS`.
    pub(crate) summary: &'static str,
    /// The family, for `COMMAND DOCS`.
    pub(crate) group: &'static str,
    /// Runs it.
    pub(crate) run: Run,
    /// What its second argument may name.
    pub(crate) subcommands: &'static [Spec],
}

/// Starts a command. It must not block; what takes time it leaves in the [`Answer`].
pub(crate) type Run = fn(&mut Call<'_>) -> Result<Answer, Failure>;

/// How a command may run beside the commands before it in a pipeline that are not answered yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// It only reads: it may start beside other reads.
    Read,
    /// It writes its keys: it may start beside writes of other keys.
    Write,
    /// It waits for all before it, and all behind it wait.
    Alone,
    /// As `Alone`, and allowed before the password is given.
    Open,
}

/// Where the keys are among the arguments. All zero: there are none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keys {
    /// The first.
    pub(crate) first: usize,
    /// The last; negative counts from the end.
    pub(crate) last: isize,
    /// From one to the next.
    pub(crate) step: usize,
}

impl Keys {
    /// No keys.
    pub(crate) const NONE: Self = Self { first: 0, last: 0, step: 0 };
    /// The first argument.
    pub(crate) const ONE: Self = Self { first: 1, last: 1, step: 1 };
    /// All arguments.
    pub(crate) const ALL: Self = Self { first: 1, last: -1, step: 1 };
    /// Every other argument.
    pub(crate) const PAIRS: Self = Self { first: 1, last: -1, step: 2 };

    /// The positions of the keys among `count` arguments.
    pub(crate) fn positions(self, count: usize) -> impl Iterator<Item = usize> + Clone {
        let end = if self.last < 0 { count } else { self.last.unsigned_abs() + 1 };
        let end = if self.step == 0 { 0 } else { end.min(count) };
        (self.first..end).step_by(self.step.max(1))
    }
}

impl Spec {
    /// A command of this family without subcommands.
    pub(super) const fn new(
        name: &'static str,
        arity: i32,
        access: Access,
        keys: Keys,
        run: Run,
        summary: &'static str,
    ) -> Self {
        Self { name, arity, access, keys, summary, group: "", run, subcommands: &[] }
    }

    /// The same, of a family.
    pub(super) const fn of(mut self, group: &'static str) -> Self {
        self.group = group;
        self
    }

    /// The same, with subcommands.
    pub(super) const fn with(mut self, subcommands: &'static [Self]) -> Self {
        self.subcommands = subcommands;
        self
    }

    /// Whether so many arguments suit it.
    pub(crate) fn takes(&self, count: usize) -> bool {
        let least = usize::try_from(self.arity.unsigned_abs()).unwrap_or(usize::MAX);
        if self.arity < 0 { count >= least } else { count == least }
    }

    /// The part of its name that is its own.
    pub(crate) fn own_name(&self) -> &'static str {
        self.name.split_once('|').map_or(self.name, |(_, own)| own)
    }
}
