//! `docs/configuration.md`, out of the table.

use std::fmt::Write;

use super::{GROUPS, Setting};

const HEAD: &str = "\
# Configuration

<!-- Made from the table of settings: cargo run -p forebay-server --example configuration_document -->

Every setting of `forebay serve` can come from four places. The first one that has it wins:

1. the flag `--NAME VALUE`;
2. the environment, `FOREBAY_NAME` (capitals, underscores for dashes);
3. the file, `NAME = VALUE` in TOML; the file is named by `--config PATH` or `FOREBAY_CONFIG` and is at most 1 MiB;
4. the default.

A wrong value stops the start with exit code 2 and a line that names the setting, the place the value came from, and the
reason. An unknown flag or an unknown key in the file is wrong; an unknown `FOREBAY_...` in the environment is only reported.

Sizes are whole numbers of bytes or have `kib`, `mib` or `gib` behind them: `64mib`. Times have `ms`, `s`, `m` or `h` behind
them: `100ms`.
";

/// The whole document.
pub fn document() -> String {
    let mut text = HEAD.to_string();
    for group in &GROUPS {
        let _ = write!(text, "\n## {}\n", group.title);
        for setting in group.settings {
            section(&mut text, setting);
        }
    }
    text
}

fn section(text: &mut String, setting: &Setting) {
    let default = match setting.default {
        "" => "none".to_string(),
        default => format!("`{default}`"),
    };
    let _ = write!(
        text,
        "\n### `{key}`\n\n{about}\n\n| takes | default | limit | flag | environment |\n\
         |---|---|---|---|---|\n| {takes} | {default} | {limit} | `--{key}` | `{environment}` |\n",
        key = setting.key,
        about = setting.about,
        takes = setting.takes(),
        limit = setting.limit(),
        environment = setting.environment(),
    );
}
