//! One seed is one play.

use forebay_sim::{PoolWays, Spill, play};

#[test]
fn a_seed_is_played_twice_in_the_same_way() {
    let ways =
        PoolWays { archive: true, spill: Spill::Directory, lives: 2, ..PoolWays::new("again") };
    let ways = PoolWays { faults: 30, ..ways };
    for seed in 0..3 {
        let (first, second) = (play(&ways, seed), play(&ways, seed));
        assert_eq!(first.lines, second.lines, "seed {seed}");
    }
}
