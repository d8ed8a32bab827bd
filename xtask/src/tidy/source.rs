//! A Rust file seen three ways: its code, its comments and its literals.
//!
//! Each view has the length and the lines of the file, with everything that belongs to the other
//! two blanked out, so a rule that looks for a word in code cannot be fooled by a string or a
//! comment, and a brace in a string does not end a function.

/// Whether a file ships or checks what ships.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Compiled into what a user gets.
    Production,
    /// A test, a bench, an example or a fuzz target.
    Test,
}

/// A Rust file and its views.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// From the root of the workspace, with `/` between the parts.
    pub(crate) path: String,
    /// The file as it is.
    pub(crate) text: String,
    /// What it is for.
    pub(crate) kind: Kind,
    /// The code alone.
    pub(crate) code: String,
    /// The comments alone, with their marks.
    pub(crate) comments: String,
    /// What stands inside of string and character literals.
    pub(crate) literals: String,
}

impl Source {
    /// Splits a file into its views; the path tells what it is for.
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let classes = Scanner::new(&chars).scan();
        let view = |wanted: Class| -> String {
            let keep = |(&char, &class): (&char, &Class)| {
                if char == '\n' || class == wanted { char } else { ' ' }
            };
            chars.iter().zip(&classes).map(keep).collect()
        };
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            kind: kind_of(path),
            code: view(Class::Code),
            comments: view(Class::Comment),
            literals: view(Class::Literal),
        }
    }

    /// The line, counted from 1, on which the inline tests begin.
    pub(crate) fn tests_begin(&self) -> Option<usize> {
        if self.kind == Kind::Test {
            return Some(1);
        }
        let lines: Vec<&str> = self.code.lines().collect();
        let gated = |line: &&str| line.starts_with("#[cfg(") && has_word(line, "test");
        let opens = |line: &&&str| line.contains("mod ") && line.trim_end().ends_with('{');
        (0..lines.len())
            .find(|&at| gated(&lines[at]) && lines.get(at + 1).is_some_and(|l| opens(&l)))
            .map(|at| at + 1)
    }

    /// Whether this line, counted from 1, is test code.
    pub(crate) fn is_test_line(&self, line: usize) -> bool {
        self.tests_begin().is_some_and(|begin| line >= begin)
    }
}

/// The line, counted from 1, in which this byte of `text` stands.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

/// Whether `text` has `word` as a whole word.
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    words_at(text, word).next().is_some()
}

/// Where `word` stands in `text` as a whole word.
pub(crate) fn words_at<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    text.match_indices(word).map(|(at, _)| at).filter(move |&at| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(is_word_char) && !after.is_some_and(is_word_char)
    })
}

/// Whether this character can stand in a name.
pub(crate) fn is_word_char(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

fn kind_of(path: &str) -> Kind {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let in_test_folder = folder
        .split('/')
        .any(|part| matches!(part, "tests" | "benches" | "examples" | "bench" | "fuzz"));
    if in_test_folder || file == "tests.rs" { Kind::Test } else { Kind::Production }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Code,
    Comment,
    Literal,
}

/// One pass over the characters, which gives each its class.
struct Scanner<'a> {
    chars: &'a [char],
    classes: Vec<Class>,
}

impl<'a> Scanner<'a> {
    fn new(chars: &'a [char]) -> Self {
        Self { chars, classes: Vec::with_capacity(chars.len()) }
    }

    fn scan(mut self) -> Vec<Class> {
        while self.at() < self.chars.len() {
            match (self.peek(0), self.peek(1)) {
                (Some('/'), Some('/')) => self.line_comment(),
                (Some('/'), Some('*')) => self.block_comment(),
                (Some('"'), _) => self.string(),
                (Some('r'), Some('"' | '#')) if self.opens_raw_string() => self.raw_string(),
                (Some('\''), Some('\\')) => self.escaped_char(),
                (Some('\''), Some(_)) if self.peek(2) == Some('\'') => {
                    self.mark(1, Class::Code);
                    self.mark(1, Class::Literal);
                    self.mark(1, Class::Code);
                }
                _ => self.mark(1, Class::Code),
            }
        }
        self.classes
    }

    fn at(&self) -> usize {
        self.classes.len()
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at() + ahead).copied()
    }

    fn mark(&mut self, count: usize, class: Class) {
        let end = (self.at() + count).min(self.chars.len());
        self.classes.resize(end, class);
    }

    fn line_comment(&mut self) {
        while self.peek(0).is_some_and(|char| char != '\n') {
            self.mark(1, Class::Comment);
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        while self.at() < self.chars.len() {
            match (self.peek(0), self.peek(1)) {
                (Some('/'), Some('*')) => depth += 1,
                (Some('*'), Some('/')) => depth -= 1,
                _ => {
                    self.mark(1, Class::Comment);
                    continue;
                }
            }
            self.mark(2, Class::Comment);
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        self.mark(1, Class::Code);
        while let Some(char) = self.peek(0) {
            match char {
                '"' => return self.mark(1, Class::Code),
                '\\' => self.mark(2, Class::Literal),
                _ => self.mark(1, Class::Literal),
            }
        }
    }

    fn opens_raw_string(&self) -> bool {
        let hashes = self.hashes(1);
        let before = |back: usize| self.at().checked_sub(back).map(|at| self.chars[at]);
        let starts_word = match before(1) {
            Some('b' | 'c') => !before(2).is_some_and(is_word_char),
            Some(char) => !is_word_char(char),
            None => true,
        };
        starts_word && self.peek(1 + hashes) == Some('"')
    }

    fn raw_string(&mut self) {
        let hashes = self.hashes(1);
        self.mark(2 + hashes, Class::Code);
        while let Some(char) = self.peek(0) {
            if char == '"' && self.hashes(1) >= hashes {
                return self.mark(1 + hashes, Class::Code);
            }
            self.mark(1, Class::Literal);
        }
    }

    fn hashes(&self, from: usize) -> usize {
        let rest = self.chars.get(self.at() + from..).unwrap_or(&[]);
        rest.iter().take_while(|&&char| char == '#').count()
    }

    fn escaped_char(&mut self) {
        self.mark(1, Class::Code);
        self.mark(2, Class::Literal);
        while self.peek(0).is_some_and(|char| char != '\'') {
            self.mark(1, Class::Literal);
        }
        self.mark(1, Class::Code);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, code: &str, comments: &str, literals: &str) {
        let source = Source::new("crates/a/src/a.rs", text);
        assert_eq!(source.code.trim_end(), code, "code");
        assert_eq!(source.comments.trim(), comments, "comments");
        assert_eq!(source.literals.trim(), literals, "literals");
    }

    #[test]
    fn comments_and_strings_leave_the_code() {
        check("a(); // b", "a();", "// b", "");
        check("a(\"{ // b\");", "a(\"      \");", "", "{ // b");
        check("a /* b /* c */ d */ e", "a                   e", "/* b /* c */ d */", "");
    }

    #[test]
    fn escapes_and_raw_strings_end_where_they_end() {
        check(r#"a("\"}");"#, r#"a("   ");"#, "", r#"\"}"#);
        check(r##"a(r#"x"y"#);"##, r##"a(r#"   "#);"##, "", r#"x"y"#);
        check(r#"a(br"}");"#, r#"a(br" ");"#, "", "}");
    }

    #[test]
    fn a_lifetime_is_code_and_a_character_is_not() {
        check("fn a<'a>(b: &'a str)", "fn a<'a>(b: &'a str)", "", "");
        check("a('{', '\\'', '\\u{7b}')", "a(' ', '  ', '      ')", "", "{    \\'    \\u{7b}");
    }

    #[test]
    fn the_path_tells_what_a_file_is_for() {
        assert_eq!(Source::new("crates/a/src/b.rs", "").kind, Kind::Production);
        assert_eq!(Source::new("crates/a/tests/it/b.rs", "").kind, Kind::Test);
        assert_eq!(Source::new("crates/a/src/b/tests.rs", "").kind, Kind::Test);
    }

    #[test]
    fn inline_tests_begin_at_their_gate() {
        let source = Source::new("src/a.rs", "fn a() {}\n#[cfg(test)]\nmod tests {\n}\n");
        assert_eq!(source.tests_begin(), Some(2));
        let source = Source::new("src/a.rs", "#[cfg(test)]\nmod tests;\nfn a() {}\n");
        assert_eq!(source.tests_begin(), None);
    }

    #[test]
    fn a_word_is_not_found_inside_of_another() {
        assert!(has_word("(test)", "test"));
        assert!(!has_word("latest", "test"));
    }
}
