//! A process and everything it started.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

/// Ends the process and all below it, so that a test that hangs does not outlive its step.
pub(super) fn end(root: u32) {
    let mut waiting = vec![root];
    let children = children_of_all();
    let mut all = Vec::new();
    while let Some(process) = waiting.pop() {
        waiting.extend(children.get(&process).into_iter().flatten());
        all.push(process.to_string());
    }
    // The shell has `kill` built in; the program of that name is not everywhere.
    let script = format!("kill -KILL {}", all.join(" "));
    if let Err(error) = Command::new("sh").args(["-c", &script]).status() {
        drop(error); // Nothing is left to try: the step reports that it took too long.
    }
}

/// Who started whom. Empty where the system has no `/proc`.
fn children_of_all() -> BTreeMap<u32, Vec<u32>> {
    let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Ok(process) = entry.file_name().to_string_lossy().parse() else { continue };
        let status = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        if let Some(parent) = parent_in(&status) {
            children.entry(parent).or_default().push(process);
        }
    }
    children
}

/// The parent in a line of `/proc/*/stat`. The name before it may hold anything, brackets too.
fn parent_in(status: &str) -> Option<u32> {
    status.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Read};
    use std::process::Stdio;

    use super::*;

    #[test]
    fn the_parent_is_read_behind_any_name() {
        assert_eq!(parent_in("7 (a) b) S 4 7 7 0"), Some(4));
        assert_eq!(parent_in(""), None);
    }
    #[test]
    #[cfg(target_os = "linux")]
    fn what_a_process_started_ends_with_it() {
        let script = "tail -f /dev/null & echo begun; wait";
        let mut command = Command::new("sh");
        let mut shell = command.args(["-c", script]).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(shell.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        end(shell.id());
        // The end of the output comes when the last of them has let go of it.
        let rest = output.read_to_string(&mut line).unwrap();
        assert_eq!((line.as_str(), rest), ("begun\n", 0));
        assert!(!shell.wait().unwrap().success());
    }
}
