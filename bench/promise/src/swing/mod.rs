//! The long run: a store that swings and goes down, fifteen modest writers and a noisy one, and a promise.

mod script;
mod watch;
mod writers;

pub(crate) use script::{Script, Spell, Weather};
pub(crate) use watch::{Look, Swing, Told, swing};
pub(crate) use writers::{APART, AT_ONCE, MODEST, UNANSWERED};
