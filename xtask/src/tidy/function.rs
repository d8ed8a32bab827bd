//! Where the functions of a file begin and end, found by their braces.

use super::source::{Source, is_word_char, line_of, words_at};

/// A function with a body.
#[derive(Debug)]
pub(crate) struct Function<'s> {
    /// Its name.
    pub(crate) name: &'s str,
    /// The line of its `fn`, counted from 1.
    pub(crate) line: usize,
    /// How many lines it takes, from its `fn` to its closing brace.
    pub(crate) line_count: usize,
    /// Attributes and visibility: the code between what comes before and its `fn`.
    pub(crate) head: &'s str,
    /// What stands between its braces.
    pub(crate) body: &'s str,
}

impl Function<'_> {
    /// Whether a test runner calls it.
    pub(crate) fn is_test(&self) -> bool {
        ["#[test]", "::test]", "::test("].iter().any(|mark| self.head.contains(mark))
    }
}

/// Every function of this file that has a body, in the order in which they begin.
pub(crate) fn functions(source: &Source) -> Vec<Function<'_>> {
    let code = source.code.as_str();
    words_at(code, "fn").filter_map(|at| function_at(code, at)).collect()
}

fn function_at(code: &str, at: usize) -> Option<Function<'_>> {
    let name_begin = at + "fn ".len();
    let rest = code.get(name_begin..)?;
    let name = &rest[..rest.find(|char| !is_word_char(char))?];
    if name.is_empty() {
        return None;
    }
    let open = name_begin + body_begin(rest)?;
    let close = matching_brace(code, open)?;
    let head_begin = code[..at].rfind([';', '{', '}']).map_or(0, |end| end + 1);
    let line = line_of(code, at);
    Some(Function {
        name,
        line,
        line_count: line_of(code, close) - line + 1,
        head: &code[head_begin..at],
        body: &code[open + 1..close],
    })
}

/// Where the body opens; none for a declaration, which ends with a semicolon.
fn body_begin(signature: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, char) in signature.char_indices() {
        match char {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            '{' if depth == 0 => return Some(at),
            ';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

fn matching_brace(code: &str, open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, char) in code[open..].char_indices() {
        match char {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(open + at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_ends_at_its_own_brace() {
        let text =
            "/// Doc.\npub fn a(b: [u8; 4]) -> u8 {\n    if true { 1 } else { 2 }\n}\nfn c() {}\n";
        let source = Source::new("src/a.rs", text);
        let found = functions(&source);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].name, found[0].line, found[0].line_count), ("a", 2, 3));
        assert_eq!((found[1].name, found[1].line, found[1].line_count), ("c", 5, 1));
    }

    #[test]
    fn a_declaration_and_a_function_type_are_not_functions() {
        let source = Source::new("src/a.rs", "trait A { fn b(&self); }\ntype C = fn(u8) -> u8;\n");
        assert!(functions(&source).is_empty());
    }

    #[test]
    fn a_test_is_known_by_its_attribute() {
        let text =
            "#[test]\nfn a() {}\n#[tokio::test(flavor = \"x\")]\nasync fn b() {}\nfn c() {}\n";
        let source = Source::new("src/a.rs", text);
        let tests: Vec<bool> = functions(&source).iter().map(Function::is_test).collect();
        assert_eq!(tests, [true, true, false]);
    }
}
