//! A line of the screen.

use std::fmt::Write;

/// What a part of a line is, which shows in its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Title,
    Quiet,
    /// Near a bound.
    Close,
    /// Beyond it, or something has failed.
    Wrong,
}

impl Tone {
    fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Title => "1",
            Self::Quiet => "2",
            Self::Close => "33",
            Self::Wrong => "1;31",
        }
    }
}

/// A line of parts.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    parts: Vec<(Tone, String)>,
    width: usize,
}

impl Line {
    pub(super) fn of(tone: Tone, text: impl Into<String>) -> Self {
        Self::default().with(tone, text)
    }

    /// Adds a part. What would make it more than one line is left out.
    pub(super) fn with(mut self, tone: Tone, text: impl Into<String>) -> Self {
        let text: String = text.into().chars().filter(|it| !it.is_control()).collect();
        self.width += text.chars().count();
        self.parts.push((tone, text));
        self
    }

    /// Fills it up to so many characters, or cuts it there.
    pub(super) fn to(mut self, width: usize) -> Self {
        self.cut(width);
        let missing = width - self.width;
        self.with(Tone::Plain, " ".repeat(missing))
    }

    fn cut(&mut self, width: usize) {
        let mut left = width;
        for (_, text) in &mut self.parts {
            if let Some((end, _)) = text.char_indices().nth(left) {
                text.truncate(end);
            }
            left -= text.chars().count();
        }
        self.width = width - left;
    }

    /// The line in at most so many characters, with or without colours, and without blanks at its end.
    pub(super) fn text(mut self, width: usize, has_colours: bool) -> String {
        self.cut(width);
        let mut text = String::new();
        for (tone, part) in &self.parts {
            match tone.code() {
                code if has_colours && !code.is_empty() && !part.trim().is_empty() => {
                    // Writing to a string cannot fail.
                    let _ = write!(text, "\x1b[{code}m{part}\x1b[0m");
                }
                _ => text.push_str(part),
            }
        }
        text.truncate(text.trim_end().len());
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_by_characters_and_colours_take_no_room() {
        let line =
            || Line::of(Tone::Title, "ab").with(Tone::Wrong, "µ\n▅").with(Tone::Plain, "xyz");
        assert_eq!(line().text(80, false), "abµ▅xyz");
        assert_eq!(line().text(3, false), "abµ");
        assert_eq!(line().text(5, true), "\x1b[1mab\x1b[0m\x1b[1;31mµ▅\x1b[0mx");
        assert_eq!(line().to(9).with(Tone::Plain, "|").text(80, false), "abµ▅xyz  |");
        assert_eq!(line().to(2).with(Tone::Plain, "|").text(80, false), "ab|");
        assert_eq!(Line::of(Tone::Title, "a").to(5).text(80, false), "a");
    }
}
