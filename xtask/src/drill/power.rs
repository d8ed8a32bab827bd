//! The power fails: a real ext4 is shut down in mid-write without its log being flushed.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use super::acknowledged::{Acknowledged, Summary};
use super::appender::Appender;
use super::mount::{Mount, run as command};
use crate::failure::Result;
use crate::workspace::Workspace;

/// `EXT4_IOC_SHUTDOWN` with `EXT4_GOING_FLAGS_NOLOGFLUSH`: what the device has is all there is.
const SHUT_DOWN: &str = "\
import fcntl, os, struct, sys
fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack('I', 2))";

pub(super) fn run(
    workspace: &Workspace,
    appender: &Path,
    folder: &Path,
    rounds: u32,
    out: &mut dyn Write,
) -> Result {
    writeln!(
        out,
        "mount a new ext4 of 512 MiB in a file; {rounds} times: append at `synced`, shut"
    )?;
    writeln!(
        out,
        "the file system down in mid-write without a flush, mount it again, and compare"
    )?;
    let mut disk = Mount::ext4(folder, 512 << 20)?;
    let mut sums = Summary::default();
    let mut acknowledged = Acknowledged::default();
    for round in 0..rounds {
        // A new directory below a new one, every other time: their names must be durable, too.
        let above = disk.place().join(format!("a{}", round / 2));
        let journal = above.join("journal");
        if round % 2 == 0 {
            acknowledged = Acknowledged::default();
        }
        let before = acknowledged.len();
        let path = journal.to_string_lossy();
        let writing = Appender::start(appender, &["append", &path, "synced"])?;
        let time = Duration::from_millis(u64::from(5 + round * 37 % 190));
        writing.listen(time, |line| acknowledged.note(line))?;
        let place = disk.place().to_string_lossy().into_owned();
        command(workspace.command("python3", &["-c", SHUT_DOWN, &place]).env_remove("PYTHONPATH"))?;
        writing.kill(|line| acknowledged.note(line))?;
        disk.unmount()?;
        disk.mount()?;
        acknowledged.check(appender, &journal, &mut sums)?;
        sums.rounds += 1;
        sums.acknowledged += acknowledged.len() - before;
        if round % 2 == 1 {
            let removed = std::fs::remove_dir_all(&above);
            removed.map_err(|error| crate::Failure::to("remove a journal", error))?;
        }
        if (round + 1) % 10 == 0 {
            writeln!(out, "  after {} rounds: {} acknowledged", sums.rounds, sums.acknowledged)?;
        }
    }
    disk.unmount()?;
    Ok(writeln!(out, "power: {sums}")?)
}
