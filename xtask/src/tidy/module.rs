//! Module declarations, and the files that they name.

use super::source::{Source, is_word_char, line_of, words_at};

/// A `mod name;` in a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Declaration {
    /// The files that it may mean, best first.
    pub(crate) candidates: Vec<String>,
    /// Whether it is compiled for tests only.
    pub(crate) is_test: bool,
}

/// Every module that this file declares without a body.
pub(crate) fn declarations(source: &Source) -> Vec<Declaration> {
    let code = source.code.as_str();
    let folder = folder_of_children(&source.path);
    words_at(code, "mod")
        .filter_map(|at| {
            let rest = code[at + "mod".len()..].trim_start();
            let name = &rest[..rest.find(|char| !is_word_char(char))?];
            if name.is_empty() || !rest[name.len()..].trim_start().starts_with(';') {
                return None;
            }
            let head_begin = code[..at].rfind([';', '{', '}']).map_or(0, |end| end + 1);
            let head = &code[head_begin..at];
            let gate = head
                .split("#[")
                .any(|part| part.starts_with("cfg(") && super::source::has_word(part, "test"));
            let candidates = match stated_path(source, head_begin, at) {
                Some(path) => vec![beside(parent(&source.path), &path)],
                None => vec![format!("{folder}/{name}.rs"), format!("{folder}/{name}/mod.rs")],
            };
            Some(Declaration { candidates, is_test: gate })
        })
        .collect()
}

/// What `#[path = ".."]` says, if it stands before the declaration.
fn stated_path(source: &Source, begin: usize, end: usize) -> Option<String> {
    let attribute = source.code[begin..end].find("#[path")?;
    let line = line_of(&source.code, begin + attribute);
    let text = source.text.lines().nth(line - 1)?;
    text.split('"').nth(1).map(str::to_owned)
}

/// The folder in which the children of this file are looked for.
fn folder_of_children(path: &str) -> String {
    let folder = parent(path);
    let file = path.rsplit('/').next().unwrap_or(path);
    if is_root(path) || file == "mod.rs" {
        folder.to_owned()
    } else {
        format!("{folder}/{}", file.trim_end_matches(".rs"))
    }
}

/// Whether Cargo takes this file for the root of a crate without being told.
pub(crate) fn is_root(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        [.., "src", "lib.rs" | "main.rs"] | [.., "build.rs"] => true,
        [.., "src", "bin", _] | [.., "tests" | "examples" | "benches" | "fuzz_targets", _] => {
            !path.ends_with("/mod.rs")
        }
        [.., "tests" | "examples" | "benches" | "bin", _, "main.rs"] => true,
        _ => false,
    }
}

/// A path that is stated in a file of `folder`, which may lead out of it.
fn beside(mut folder: &str, mut path: &str) -> String {
    while let Some(rest) = path.strip_prefix("../") {
        (folder, path) = (parent(folder), rest);
    }
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declaration_names_its_file() {
        let source = Source::new("crates/a/src/b.rs", "#[cfg(test)]\nmod tests;\nmod c {}\n");
        let found = declarations(&source);
        assert_eq!(found.len(), 1);
        assert!(found[0].is_test);
        assert_eq!(found[0].candidates, ["crates/a/src/b/tests.rs", "crates/a/src/b/tests/mod.rs"]);
    }

    #[test]
    fn children_of_a_root_are_beside_it() {
        let source = Source::new("crates/a/src/lib.rs", "pub mod b;\n");
        assert_eq!(declarations(&source)[0].candidates[0], "crates/a/src/b.rs");
        assert!(!declarations(&source)[0].is_test);
    }

    #[test]
    fn a_stated_path_may_lead_out_of_its_folder() {
        let source = Source::new("fuzz/targets/a.rs", "#[path = \"../shared/b.rs\"]\nmod b;\n");
        assert_eq!(declarations(&source)[0].candidates, ["fuzz/shared/b.rs"]);
    }

    #[test]
    fn a_stated_path_is_taken_as_it_is() {
        let source = Source::new("crates/a/src/lib.rs", "#[path = \"odd.rs\"]\nmod b;\n");
        assert_eq!(declarations(&source)[0].candidates, ["crates/a/src/odd.rs"]);
    }
}
