//! Both disks fail by chance.

use std::time::Duration;

use forebay_journal::disk::simulated::{Call, Ending, Fault, SimulatedDisk};

use crate::crash::dice::Dice;
use crate::crash::history::{aftermath, lives};
use crate::crash::rig::Rig;
use crate::crash::seeds::all_hold;

const CHANGES: [Call; 6] =
    [Call::Write, Call::Sync, Call::SyncDirectory, Call::Create, Call::Rename, Call::Remove];

#[test]
fn many_calls_of_both_disks_may_fail_and_nothing_acknowledged_is_lost() {
    let name = "many_calls_of_both_disks_may_fail_and_nothing_acknowledged_is_lost";
    all_hold(name, 100, |seed| {
        let mut rig = Rig::with_second(seed);
        rig.place = format!("seed {seed}");
        (rig.is_faulty, rig.is_forgetful) = (true, true);
        let dice = Dice::new(seed, 3);
        for disk in rig.disks() {
            for call in CHANGES {
                disk.set_rate(call, Fault::Error, u32::try_from(dice.below(80)).unwrap());
                disk.set_rate(call, Fault::Full, u32::try_from(dice.below(20)).unwrap());
                disk.set_rate(call, Fault::ErrorAfter, 10);
            }
        }
        lives(&mut rig, &Dice::new(seed, 1), 3);
        rig.disks().for_each(SimulatedDisk::heal);
        rig.clock.advance(Duration::from_secs(11));
        rig.end(if seed % 2 == 0 { Ending::PowerCut } else { Ending::Kill });
        rig.is_faulty = false;
        aftermath(&mut rig, &Dice::new(seed, 2), &[Ending::PowerCut, Ending::Kill]);
    });
}
