//! The table of commands.

use std::sync::LazyLock;

use super::{
    Spec, connection, documentation, expiry, forebay, keys, numbers, object, quarantine, range,
    scan, server, strings, transaction, transfer, wait,
};

const FAMILIES: [&[Spec]; 15] = [
    connection::COMMANDS,
    documentation::COMMANDS,
    expiry::COMMANDS,
    forebay::COMMANDS,
    keys::COMMANDS,
    numbers::COMMANDS,
    object::COMMANDS,
    quarantine::COMMANDS,
    range::COMMANDS,
    scan::COMMANDS,
    server::COMMANDS,
    strings::COMMANDS,
    transaction::COMMANDS,
    transfer::COMMANDS,
    wait::COMMANDS,
];

/// No name is longer.
const NAME_BYTES_MAX: usize = 32;

static BY_NAME: LazyLock<Vec<&'static Spec>> = LazyLock::new(|| {
    let mut specs: Vec<_> = FAMILIES.iter().copied().flatten().collect();
    specs.sort_by_key(|spec| spec.name);
    specs
});

/// Every command, in the order of their names.
pub(crate) fn commands() -> &'static [&'static Spec] {
    &BY_NAME
}

/// More than three times as many as there are commands, so a search ends soon.
const PLACES: usize = 256;

/// Every command, at the place of its name or behind it: each command that comes in is looked up here.
static PLACED: LazyLock<[Option<&'static Spec>; PLACES]> = LazyLock::new(|| {
    let mut placed = [None; PLACES];
    for spec in commands() {
        let mut at = place(spec.name.as_bytes());
        while placed[at].is_some() {
            at = (at + 1) % PLACES;
        }
        placed[at] = Some(*spec);
    }
    placed
});

/// Where a name is looked for first, in capitals or not.
fn place(name: &[u8]) -> usize {
    let mix = |hash: usize, byte: &u8| hash.wrapping_mul(31) + usize::from(byte | 0x20);
    name.iter().fold(0, mix) % PLACES
}

/// The command of this name, in capitals or not.
pub(crate) fn find(name: &[u8]) -> Option<&'static Spec> {
    if name.len() > NAME_BYTES_MAX {
        return None;
    }
    let placed = &*PLACED;
    let mut at = place(name);
    while let Some(spec) = placed[at] {
        if name.eq_ignore_ascii_case(spec.name.as_bytes()) {
            return Some(spec);
        }
        at = (at + 1) % PLACES;
    }
    None
}

/// The subcommand of `container` of this name.
pub(crate) fn find_within(container: &'static Spec, name: &[u8]) -> Option<&'static Spec> {
    let is_it = |spec: &&Spec| name.eq_ignore_ascii_case(spec.own_name().as_bytes());
    container.subcommands.iter().find(is_it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_found_in_capitals_or_not() {
        for spec in commands() {
            for name in [spec.name.to_string(), spec.name.to_uppercase()] {
                let found = find(name.as_bytes()).map(|spec| spec.name);
                assert_eq!(found, Some(spec.name));
            }
        }
        assert!(find(b"").is_none());
        assert!(find(&[b'x'; 1000]).is_none());
    }

    #[test]
    fn every_command_has_a_family_and_a_summary() {
        for spec in commands().iter().copied().chain(commands().iter().flat_map(|s| s.subcommands))
        {
            assert!(!spec.group.is_empty() && !spec.summary.is_empty(), "{}", spec.name);
            assert!(spec.name.len() <= NAME_BYTES_MAX && spec.arity != 0, "{}", spec.name);
        }
    }

    #[test]
    fn the_document_names_every_command_and_no_other() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/server.md");
        let text = std::fs::read_to_string(path).unwrap();
        let section = text.split("\n## ").find(|part| part.starts_with("Commands")).unwrap();
        let firsts = section.lines().filter_map(|line| line.strip_prefix("| `")?.split('|').next());
        let mut named: Vec<_> = firsts.flat_map(|first| first.split(['`', ' '])).collect();
        named.retain(|name| !name.is_empty());
        named.sort_unstable();
        let expected: Vec<_> = commands().iter().map(|spec| spec.name.to_uppercase()).collect();
        assert_eq!(named, expected);
    }
}
