//! The groups of settings, in their order.

use super::clients::CLIENTS;
use super::house::HOUSE;
use super::listening::LISTENING;
use super::storing::STORING;
use super::writing::WRITING;
use crate::config::Setting;

/// What every name in the environment begins with.
pub const ENVIRONMENT_PREFIX: &str = "FOREBAY_";
/// The name in the environment that names the file.
pub const CONFIG_ENVIRONMENT: &str = "FOREBAY_CONFIG";

/// Settings that belong together.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// What they are about.
    pub title: &'static str,
    /// The settings.
    pub settings: &'static [Setting],
}

/// Every setting there is.
pub const GROUPS: [Group; 5] = [
    Group { title: "Where clients come in", settings: LISTENING },
    Group { title: "Where the data is", settings: STORING },
    Group { title: "How writes travel", settings: WRITING },
    Group { title: "What a client may use", settings: CLIENTS },
    Group { title: "Keeping house", settings: HOUSE },
];

/// Every setting, in the order of the table.
pub fn settings() -> impl Iterator<Item = &'static Setting> {
    GROUPS.iter().flat_map(|group| group.settings)
}

/// The setting of this name.
pub(crate) fn find(key: &str) -> Option<&'static Setting> {
    settings().find(|setting| setting.key == key)
}
