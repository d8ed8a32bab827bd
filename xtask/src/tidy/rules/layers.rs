//! Arrows go one way: server, facade, cache and adapters, journal, store.
//!
//! What ships has no runtime below the server, no adapter knows another, and nothing knows the
//! simulation. Tests may look anywhere, so only normal and build dependencies count.

use crate::tidy::finding::Finding;
use crate::tidy::lock::Lock;
use crate::tidy::manifest::{Dependency, Heading, Manifest};
use crate::tidy::tree::Tree;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layer {
    Map,
    Counted,
    Lock,
    Fetch,
    Store,
    Journal,
    Cache,
    State,
    Pool,
    Adapter,
    Facade,
    Server,
    Sim,
    Chores,
    Measure,
    Outside,
}

/// The layer of each folder.
const FOLDERS: &[(&str, Layer)] = &[
    ("crates/store/", Layer::Store),
    ("crates/map/", Layer::Map),
    ("crates/counted/", Layer::Counted),
    ("crates/lock/", Layer::Lock),
    ("crates/fetch/", Layer::Fetch),
    ("crates/journal/", Layer::Journal),
    ("crates/cache/", Layer::Cache),
    ("crates/state/", Layer::State),
    ("crates/state-derive/", Layer::State),
    ("crates/pool/", Layer::Pool),
    ("crates/adapters/", Layer::Adapter),
    ("crates/forebay/", Layer::Facade),
    ("crates/server/", Layer::Server),
    ("sim/", Layer::Sim),
    ("xtask/", Layer::Chores),
    ("bench/measure/", Layer::Measure),
    ("bench/", Layer::Outside),
    ("fixtures/", Layer::Outside),
    ("fuzz/", Layer::Outside),
];

/// The async runtime, which nothing that ships in a library may bring.
const RUNTIME: &str = "tokio";

impl Layer {
    fn of(path: &str) -> Option<Self> {
        FOLDERS.iter().find(|(folder, _)| path.starts_with(folder)).map(|(_, layer)| *layer)
    }

    /// What this layer may depend on.
    fn below(self) -> &'static [Self] {
        match self {
            Self::Map | Self::Store | Self::Fetch | Self::Chores | Self::Measure => &[],
            Self::Journal => &[Self::Map, Self::Store],
            Self::Counted | Self::Lock | Self::Adapter => &[Self::Store],
            Self::Cache => &[Self::Store, Self::Journal, Self::Lock, Self::Fetch],
            Self::Pool => &[Self::Store, Self::Journal, Self::Counted],
            Self::State => &[Self::Store, Self::Journal, Self::State],
            Self::Facade => {
                &[Self::Store, Self::Journal, Self::Cache, Self::State, Self::Pool, Self::Adapter]
            }
            Self::Server | Self::Sim => &[
                Self::Store,
                Self::Journal,
                Self::Cache,
                Self::State,
                Self::Pool,
                Self::Adapter,
                Self::Facade,
            ],
            Self::Outside => &[
                Self::Store,
                Self::Journal,
                Self::Cache,
                Self::State,
                Self::Pool,
                Self::Adapter,
                Self::Facade,
                Self::Server,
                Self::Sim,
                Self::Measure,
            ],
        }
    }

    /// The map, the counted references, what fetches and the lock are the crates with `unsafe`, which the workspace forbids beyond
    /// appeal.
    fn has_lints_of_its_own(self) -> bool {
        matches!(self, Self::Outside | Self::Map | Self::Counted | Self::Lock | Self::Fetch)
    }

    fn may_have_a_runtime(self) -> bool {
        matches!(self, Self::Server | Self::Sim | Self::Outside)
    }
}

/// Finds arrows that point the wrong way, and crates that are no part of the drawing.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let manifests: Vec<Manifest> = tree
        .texts
        .iter()
        .filter(|file| file.path.ends_with("/Cargo.toml"))
        .map(|file| Manifest::parse(&file.path, &file.text))
        .filter(|manifest| !manifest.package.is_empty())
        .collect();
    let lock = Lock::parse(tree.text("Cargo.lock").unwrap_or(""));
    manifests.iter().flat_map(|manifest| check_manifest(manifest, &manifests, &lock)).collect()
}

fn check_manifest(manifest: &Manifest, all: &[Manifest], lock: &Lock) -> Vec<Finding> {
    let Some(layer) = Layer::of(&manifest.path) else {
        return vec![Finding::new(&manifest.path, 1, "no layer: add its folder to layers.rs")];
    };
    let mut findings = Vec::new();
    if !layer.has_lints_of_its_own() && !manifest.takes_workspace_lints {
        findings.push(Finding::new(&manifest.path, 1, "needs `[lints] workspace = true`"));
    }
    let shipped = manifest.dependencies.iter().filter(|found| found.heading != Heading::Dev);
    for dependency in shipped {
        let target = all.iter().find(|other| other.package == dependency.package);
        let message = match target.map(|other| Layer::of(&other.path)) {
            Some(Some(below)) if layer.below().contains(&below) => None,
            Some(_) => Some(format!("this arrow points the wrong way: {}", dependency.package)),
            None => runtime_message(layer, dependency, lock),
        };
        findings
            .extend(message.map(|message| Finding::new(&manifest.path, dependency.line, message)));
    }
    findings
}

/// Says so if a library gets the runtime, by itself or through what it depends on.
fn runtime_message(layer: Layer, dependency: &Dependency, lock: &Lock) -> Option<String> {
    if layer.may_have_a_runtime() || !lock.brings(&dependency.package, RUNTIME) {
        return None;
    }
    Some(format!("{} brings {RUNTIME}: the libraries know no runtime", dependency.package))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(folder: &str, name: &str, rest: &str) -> (String, String) {
        let text = format!("[package]\nname = \"{name}\"\n{rest}\n[lints]\nworkspace = true\n");
        (format!("{folder}/Cargo.toml"), text)
    }

    #[track_caller]
    fn found(files: impl IntoIterator<Item = (String, String)>) -> Vec<String> {
        check(&Tree::of(files)).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn an_arrow_that_points_up_is_found() {
        let up = "[dependencies]\nforebay-cache.workspace = true\n";
        let found = found([
            manifest("crates/store", "forebay-store", up),
            manifest("crates/cache", "forebay-cache", ""),
        ]);
        assert_eq!(found, ["this arrow points the wrong way: forebay-cache"]);
    }

    #[test]
    fn an_adapter_that_knows_another_is_found() {
        let aside = "[dependencies]\nforebay-dir.workspace = true\n";
        let found = found([
            manifest("crates/adapters/redb", "forebay-redb", aside),
            manifest("crates/adapters/dir", "forebay-dir", ""),
        ]);
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn nothing_that_ships_knows_the_simulation_but_tests_may() {
        let shipped = "[dependencies]\nforebay-sim.workspace = true\n";
        let tested = "[dev-dependencies]\nforebay-sim.workspace = true\n";
        let sim = manifest("sim", "forebay-sim", "");
        assert_eq!(found([manifest("crates/server", "s", shipped), sim.clone()]).len(), 1);
        assert!(found([manifest("crates/server", "s", tested), sim]).is_empty());
    }

    #[test]
    fn a_runtime_in_a_library_is_found_even_behind_another_crate() {
        let direct = "[dependencies]\ntokio = \"1\"\n";
        assert_eq!(found([manifest("crates/cache", "forebay-cache", direct)]).len(), 1);
        let hidden = "[dependencies]\nhyper = \"1\"\n";
        let lock = "[[package]]\nname = \"hyper\"\ndependencies = [\n \"tokio\",\n]\n";
        let lock = ("Cargo.lock".to_owned(), lock.to_owned());
        assert_eq!(found([manifest("crates/cache", "forebay-cache", hidden), lock]).len(), 1);
        assert!(found([manifest("crates/server", "s", direct)]).is_empty());
    }

    #[test]
    fn a_crate_outside_of_the_drawing_or_the_lints_is_found() {
        assert_eq!(found([manifest("crates/new", "forebay-new", "")]).len(), 1);
        let bare = ("crates/store/Cargo.toml".to_owned(), "[package]\nname = \"a\"\n".to_owned());
        assert_eq!(found([bare]).len(), 1);
    }

    #[test]
    fn arrows_that_point_down_are_tidy() {
        let down = "[dependencies]\nforebay-store.workspace = true\n";
        let files = [
            manifest("crates/store", "forebay-store", ""),
            manifest("crates/cache", "forebay-cache", down),
        ];
        assert!(found(files).is_empty());
    }
}
