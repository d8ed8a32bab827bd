//! A wrong bit in a journal with a long history: recycled segments, copies, torn tails of old.

use std::cell::Cell;

use forebay_journal::disk::simulated::Ending;

use super::damage_rig::{AtRest, Outcome};
use super::dice::Dice;
use super::history::lives;
use super::rig::Rig;
use super::seeds::all_hold;

#[test]
fn a_wrong_bit_after_any_history_is_noticed_or_does_no_harm() {
    let refused = Cell::new(0);
    all_hold("a_wrong_bit_after_any_history_is_noticed_or_does_no_harm", 12, |seed| {
        let mut rig = Rig::new(seed);
        rig.place = format!("seed {seed}");
        let dice = Dice::new(seed, 1);
        lives(&mut rig, &dice, 3);
        rig.end(Ending::PowerCut);
        rig.open().unwrap();
        let rest = AtRest::of(rig).close();
        let names = rest.names();
        for _ in 0..30 {
            let name = &names[dice.length(names.len())];
            let bytes = rest.bytes(name);
            let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |at| at + 1);
            let bit = dice.below(8 * used as u64);
            let what = format!("seed {seed}, bit {bit} of {name}");
            match rest.damaged(&what, |disk| assert!(disk.flip_bit("a", name, bit))) {
                Outcome::Whole => {}
                Outcome::Refused => refused.set(refused.get() + 1),
                Outcome::Fewer(count, report) => panic!("{what}: only {count}: {report:?}"),
            }
        }
    });
    assert!(refused.get() > 0, "no wrong bit was noticed");
}
