//! What a `Cargo.toml` says about dependencies, read line by line.
//!
//! Only what the layering needs is understood: the name of the package, whose lints it takes, and
//! under which heading each dependency stands. Values that span lines are passed over.

/// Under which heading a dependency stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heading {
    /// What a user compiles.
    Normal,
    /// For tests, examples and benches only.
    Dev,
    /// For the build script only.
    Build,
}

/// One dependency of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dependency {
    /// The name of the package, not what it was renamed to.
    pub(crate) package: String,
    /// Where it stands.
    pub(crate) heading: Heading,
    /// The line, counted from 1.
    pub(crate) line: usize,
}

/// The manifest of one package.
#[derive(Debug, Default)]
pub(crate) struct Manifest {
    /// Its path from the root of the workspace.
    pub(crate) path: String,
    /// The name of the package; empty in a manifest that has none.
    pub(crate) package: String,
    /// Everything it depends on, except what only `--cfg shuttle` brings.
    pub(crate) dependencies: Vec<Dependency>,
    /// Whether it takes the lints of the workspace.
    pub(crate) takes_workspace_lints: bool,
}

impl Manifest {
    /// Reads a manifest.
    pub(crate) fn parse(path: &str, text: &str) -> Self {
        let mut manifest = Self { path: path.to_owned(), ..Self::default() };
        let mut section = Section::Other;
        let mut open_brackets = 0_usize;
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if open_brackets == 0 && line.starts_with('[') {
                section = Section::parse(line.trim_matches(['[', ']']));
                if let Section::OneDependency(heading, name) = &section {
                    manifest.push(name, *heading, at + 1);
                }
                continue;
            }
            if open_brackets == 0
                && let Some((key, value)) = line.split_once('=')
            {
                manifest.entry(&section, key.trim(), value.trim(), at + 1);
            }
            open_brackets += line.matches(['[', '{']).count();
            open_brackets = open_brackets.saturating_sub(line.matches([']', '}']).count());
        }
        manifest
    }

    fn entry(&mut self, section: &Section, key: &str, value: &str, line: usize) {
        match section {
            Section::Package if key == "name" => {
                value.trim_matches('"').clone_into(&mut self.package);
            }
            Section::Lints => self.takes_workspace_lints |= key == "workspace" && value == "true",
            Section::Dependencies(heading) => {
                let name = key.split('.').next().unwrap_or(key);
                self.push(renamed(value).unwrap_or(name), *heading, line);
            }
            Section::OneDependency(..) if key == "package" => {
                if let Some(last) = self.dependencies.last_mut() {
                    value.trim_matches('"').clone_into(&mut last.package);
                }
            }
            _ => {}
        }
    }

    fn push(&mut self, package: &str, heading: Heading, line: usize) {
        let package = package.trim_matches('"').to_owned();
        self.dependencies.push(Dependency { package, heading, line });
    }
}

/// What `package = ".."` says inside of an inline table.
fn renamed(value: &str) -> Option<&str> {
    let (_, after) = value.split_once("package")?;
    after.trim_start().strip_prefix('=')?.split('"').nth(1)
}

enum Section {
    Package,
    Lints,
    Dependencies(Heading),
    OneDependency(Heading, String),
    Other,
}

impl Section {
    fn parse(name: &str) -> Self {
        // The schedule explorer replaces the standard locks in one kind of test build only.
        if name.starts_with("target.") && name.contains("shuttle") {
            return Self::Other;
        }
        let headings = [
            ("dev-dependencies", Heading::Dev),
            ("build-dependencies", Heading::Build),
            ("dependencies", Heading::Normal),
        ];
        for (table, heading) in headings {
            let Some((scope, rest)) = name.split_once(table) else { continue };
            if scope.starts_with("workspace.") {
                return Self::Other;
            }
            return match rest.strip_prefix('.') {
                Some(one) => Self::OneDependency(heading, one.to_owned()),
                None => Self::Dependencies(heading),
            };
        }
        match name {
            "package" => Self::Package,
            "lints" => Self::Lints,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
[package]
name = "a"

[dependencies]
b.workspace = true
c = { version = "1", features = [
  "d",
] }
e = { package = "real-e", version = "1" }

[dependencies.f]
version = "1"

[target.'cfg(unix)'.dependencies]
g = "1"

[target.'cfg(shuttle)'.dependencies]
shuttle = "1"

[dev-dependencies]
h = "1"

[lints]
workspace = true
"#;

    #[test]
    fn each_way_to_write_a_dependency_is_read() {
        let manifest = Manifest::parse("crates/a/Cargo.toml", TEXT);
        let read = |heading| -> Vec<&str> {
            let all = manifest.dependencies.iter();
            all.filter(|found| found.heading == heading).map(|d| d.package.as_str()).collect()
        };
        assert_eq!(manifest.package, "a");
        assert_eq!(read(Heading::Normal), ["b", "c", "real-e", "f", "g"]);
        assert_eq!(read(Heading::Dev), ["h"]);
        assert!(manifest.takes_workspace_lints);
    }

    #[test]
    fn a_dependency_knows_its_line() {
        let manifest = Manifest::parse("crates/a/Cargo.toml", TEXT);
        assert_eq!(manifest.dependencies[0].line, 6);
    }

    #[test]
    fn the_table_of_the_workspace_is_not_a_dependency() {
        let manifest = Manifest::parse("Cargo.toml", "[workspace.dependencies]\ntokio = \"1\"\n");
        assert!(manifest.dependencies.is_empty());
    }
}
