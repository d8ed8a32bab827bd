//! Keys of which a write was refused, where later ones wait behind it: nothing of them goes to the store until somebody
//! looks after them (G3, G4).

use forebay_cache::WhenRefused;

use crate::session::Session;
use crate::trace::Broken;
use crate::value::Name;

impl Session {
    /// Who was in quarantine is there, unless somebody has asked for something else.
    pub(crate) fn look_at_barred(&mut self) {
        if self.settings.when_refused != WhenRefused::Queue {
            return;
        }
        let now = self.cache.quarantined().into_iter().map(|refused| refused.key).collect();
        for key in self.barred.difference(&now) {
            let text = "left the quarantine, and nobody has asked for it";
            self.world.violate(Broken::Order, Some(*key), text);
        }
        self.barred = now;
    }

    /// Somebody looks after it.
    pub(crate) fn unbar(&mut self, key: Name) {
        self.barred.remove(&key);
    }
}
