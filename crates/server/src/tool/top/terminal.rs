//! The terminal while the screen is in it: nothing scrolls, and keys come at once.

use std::io::{self, Write};

use rustix::io::Errno;
use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, isatty, tcgetattr, tcgetwinsize,
    tcsetattr,
};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::screen::Paper;

/// Another screen than that of the shell, without a cursor; and back.
const ENTER: &str = "\x1b[?1049h\x1b[?25l";
const LEAVE: &str = "\x1b[?25h\x1b[?1049l";

/// The terminal as it is taken, and given back when this is dropped.
pub(super) struct Terminal {
    /// How it was, if it has a keyboard.
    before: Option<Termios>,
    end: mpsc::Receiver<()>,
}

/// Whether what is printed is seen in a terminal.
pub(super) fn is_seen() -> bool {
    isatty(io::stdout())
}

/// How much can be shown there: 80 by 24 if there is none.
pub(super) fn paper() -> Paper {
    let size = tcgetwinsize(io::stdout()).ok().filter(|size| size.ws_col > 0 && size.ws_row > 0);
    let (width, height) = size.map_or((80, 24), |size| (size.ws_col.into(), size.ws_row.into()));
    let said = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    // The first of these that says anything is the one that counts.
    let language = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(said).unwrap_or_default();
    let language = language.to_string_lossy().to_ascii_lowercase();
    Paper {
        width,
        height,
        has_colours: is_seen() && said("NO_COLOR").is_none(),
        has_blocks: language.contains("utf-8") || language.contains("utf8"),
    }
}

impl Terminal {
    /// Takes the terminal. Call it where tokio runs.
    pub(super) fn take() -> io::Result<Self> {
        let (sender, end) = mpsc::channel(1);
        let before = if isatty(io::stdin()) { Some(unbuffer()?) } else { None };
        let terminal = Self { before, end };
        print(ENTER)?;
        if terminal.before.is_some() {
            spawn_blocking(move || await_end(&sender));
        }
        Ok(terminal)
    }

    /// Waits for a key that ends it. Without a keyboard that never comes.
    pub(super) async fn end(&mut self) {
        if self.end.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = print(LEAVE);
        if let Some(before) = &self.before {
            let _ = tcsetattr(io::stdin(), OptionalActions::Flush, before);
        }
    }
}

/// Shows these lines and nothing else.
pub(super) fn show(lines: &[String]) -> io::Result<()> {
    // Each line clears what is behind it, so nothing flickers.
    print(&format!("\x1b[H{}\x1b[K\x1b[J", lines.join("\x1b[K\r\n")))
}

/// Has keys come one by one and unseen, Ctrl-C among them, and says how it was.
fn unbuffer() -> io::Result<Termios> {
    let before = tcgetattr(io::stdin())?;
    let mut raw = before.clone();
    raw.local_modes &= !(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG);
    // Who reads waits for a fifth of a second at most, so that he can look whether he is still wanted.
    raw.special_codes[SpecialCodeIndex::VMIN] = 0;
    raw.special_codes[SpecialCodeIndex::VTIME] = 2;
    tcsetattr(io::stdin(), OptionalActions::Now, &raw)?;
    Ok(before)
}

/// Reads keys until one ends it, or nobody can press any.
fn await_end(end: &mpsc::Sender<()>) {
    let mut bytes = [0; 64];
    while !end.is_closed() {
        let is_over = match rustix::io::read(io::stdin(), &mut bytes) {
            // The terminal is gone, or it is only that nobody has pressed anything.
            Ok(0) => tcgetattr(io::stdin()).is_err(),
            // q, Q, Ctrl-C, Ctrl-D.
            Ok(count) => bytes[..count].iter().any(|byte| b"qQ\x03\x04".contains(byte)),
            Err(error) => error != Errno::INTR,
        };
        if is_over {
            let _ = end.blocking_send(());
            return;
        }
    }
}

fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
