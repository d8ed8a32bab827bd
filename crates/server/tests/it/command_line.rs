//! The command line.

use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_forebay")).args(arguments).output().expect("it runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_version_is_told() {
    let output = run(&["--version"]);
    assert_eq!(text(&output.stdout), concat!("forebay ", env!("CARGO_PKG_VERSION"), "\n"));
    assert!(output.status.success());
}

#[test]
fn help_names_every_setting_with_its_default_and_limit() {
    assert!(text(&run(&["help"]).stdout).contains("serve"));
    let help = text(&run(&["help", "serve"]).stdout);
    for setting in forebay_server::config::settings() {
        assert!(help.contains(&format!("--{} <", setting.key)), "{}", setting.key);
        assert!(help.contains(&format!("[env: {}]", setting.environment())), "{}", setting.key);
    }
}

#[test]
fn a_wrong_command_line_is_refused() {
    for arguments in [&[][..], &["nope"], &["serve", "--nope", "1"], &["serve", "--memory"]] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty());
    }
}
