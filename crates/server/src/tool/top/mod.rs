//! `forebay top`: a server that runs, in numbers, on one screen.

mod command;
mod course;
mod figure;
mod history;
mod line;
mod live;
mod object;
mod sample;
mod screen;
mod terminal;

pub(crate) use command::{Task, command, run, task};
