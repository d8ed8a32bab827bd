//! Rules that are broken on purpose: the checks must find it, or they find nothing.

use forebay_journal::disk::simulated::Ending;
use forebay_sim::{Quirk, StateLives, live};

/// Whether the checks object to any of many seeds, with some of these words.
fn is_found_out(lives: &StateLives, words: &[&str]) -> bool {
    (0..200).any(|seed| {
        let tale = live(lives, seed, None);
        tale.violations.iter().any(|text| words.iter().any(|words| text.contains(words)))
    })
}

fn ending(endings: &'static [Ending], quirk: Quirk) -> StateLives {
    StateLives { endings, quirk, ..StateLives::new("canary") }
}

#[test]
fn a_disk_whose_syncs_lie_to_a_state_is_found_out() {
    let lives = ending(&[Ending::PowerCut], Quirk::SyncsLie);
    // The next owner may see that something is missing.
    assert!(is_found_out(&lives, &["were acknowledged at Synced", "open: nothing was wrong"]));
}

#[test]
fn a_power_cut_loses_what_a_state_has_only_journaled() {
    let lives = ending(&[Ending::PowerCut], Quirk::AsksTooMuch);
    assert!(is_found_out(&lives, &["were acknowledged at Journaled"]));
}

#[test]
fn a_kill_loses_what_a_state_has_only_in_memory() {
    let lives = ending(&[Ending::Kill], Quirk::AsksForMemory);
    assert!(is_found_out(&lives, &["were acknowledged at Memory"]));
}

#[test]
fn a_mail_that_is_not_sent_with_its_transaction_is_found_out() {
    let lives = StateLives { beside: true, ..StateLives::new("canary") };
    assert!(is_found_out(&StateLives { quirk: Quirk::LosesMail, ..lives }, &["mails"]));
}
