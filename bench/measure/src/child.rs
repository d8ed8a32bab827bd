//! A process that does one thing, tells what came of it, and ends: so that what is measured has a memory
//! of its own.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Error, Result};
use std::process::{Command, Stdio};

/// This program once more, told to be a child with these words.
pub fn child<S: AsRef<OsStr>>(words: impl IntoIterator<Item = S>) -> Result<Command> {
    let mut child = Command::new(std::env::current_exe()?);
    child.arg("--child").args(words);
    Ok(child)
}

/// Starts a child, and gives back what it tells when it has ended well. What it says on the other
/// channel meanwhile goes to `said`, line by line; if it fails, its last line is in the error.
pub fn told(child: &mut Command, said: &mut dyn FnMut(&str)) -> Result<String> {
    let child = child.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = child.spawn()?;
    let mut last = String::new();
    for line in process.stderr.take().map(BufReader::new).into_iter().flat_map(BufRead::lines) {
        last = line?;
        said(&last);
    }
    // It tells a few numbers, which fit into the pipe before anybody reads them.
    let output = process.wait_with_output()?;
    if output.status.success() {
        return String::from_utf8(output.stdout).map_err(Error::other);
    }
    Err(Error::other(format!("{}, {last}", output.status)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> (Result<String>, Vec<String>) {
        let mut lines = Vec::new();
        let mut command = Command::new("sh");
        let told = told(command.args(["-c", script]), &mut |line| lines.push(line.to_owned()));
        (told, lines)
    }

    #[test]
    fn what_it_tells_is_given_back_and_what_it_says_is_passed_on() {
        let (told, said) = shell("echo one >&2; echo 1 2 3; echo two >&2");
        assert_eq!(told.unwrap(), "1 2 3\n");
        assert_eq!(said, ["one", "two"]);
    }

    #[test]
    fn a_child_that_fails_is_an_error_with_its_last_words() {
        let (told, _) = shell("echo 1; echo first >&2; echo no room >&2; exit 3");
        let error = told.unwrap_err().to_string();
        assert!(error.contains("no room") && error.contains('3'), "{error}");
    }

    #[test]
    fn it_is_this_program_that_is_started() {
        let child = child(["load", "100"]).unwrap();
        assert_eq!(child.get_program(), std::env::current_exe().unwrap());
        assert_eq!(child.get_args().collect::<Vec<_>>(), ["--child", "load", "100"]);
    }
}
