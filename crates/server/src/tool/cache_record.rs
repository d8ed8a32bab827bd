//! The records of a cache, in the journal that it left.

use forebay::journal::{LABEL, Record as CacheEntry};
use forebay::{Codec, Edit, Refusal, Result, WallTime};

use super::json::Object;
use super::shown::Shown;
use super::size::count;
use crate::record::{Record, ServerCodec};

/// The label of a journal that holds records of a cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CacheLabel {
    /// Whether the keys and values are written as the server writes them.
    pub(super) is_servers: bool,
}

/// A record of a cache, as it is printed.
pub(super) struct CacheRecord<'a> {
    entry: CacheEntry<'a>,
    is_servers: bool,
}

impl CacheLabel {
    /// What the server calls its journals.
    pub(super) fn servers() -> String {
        let key = Codec::<crate::octets::Octets>::name(&ServerCodec);
        let value = Codec::<Record>::name(&ServerCodec);
        format!("{LABEL}, {key} to {value}")
    }

    /// The label, if it is one of a cache in the format that is known here.
    pub(super) fn of(label: &str) -> Option<Self> {
        let codecs = label.strip_prefix(LABEL)?;
        let is_known = codecs.is_empty() || codecs.starts_with(',');
        is_known.then(|| Self { is_servers: label == Self::servers() })
    }

    pub(super) fn read(self, record: &[u8]) -> Result<CacheRecord<'_>> {
        Ok(CacheRecord { entry: CacheEntry::decode(record)?, is_servers: self.is_servers })
    }
}

impl CacheRecord<'_> {
    /// The record for people.
    pub(super) fn line(&self, is_full: bool) -> String {
        match &self.entry {
            CacheEntry::Write { key, edit: Edit::Delete, id, .. } => {
                format!("delete   {}, id {}", Shown::of(key, is_full).line(), id.0)
            }
            CacheEntry::Write { key, edit: Edit::Put { value, expires_at }, id, .. } => {
                let value = self.value(value);
                let (key, value) = (Shown::of(key, is_full), Shown::of(&value, is_full));
                let (key, value, id) = (key.line(), value.line(), id.0);
                let expires = expires_at.map(|WallTime(at)| format!(", expires at {at} ms"));
                format!("put      {key} = {value}{}, id {id}", expires.unwrap_or_default())
            }
            CacheEntry::Settled(ids) => {
                let ids: Vec<_> = ids.iter().map(|id| id.0.to_string()).collect();
                format!("settled  id {}", ids.join(" "))
            }
            CacheEntry::Refused { refusal, id, .. } => {
                let (times, cause) = (count(refusal.attempts.into(), "attempt"), &refusal.cause);
                format!("refused  id {}, {times}: {}", id.0, cause.to_string().escape_debug())
            }
            other => format!("{other:?}"),
        }
    }

    /// The record for programs.
    pub(super) fn json(&self, is_full: bool, json: Object) -> Object {
        let shown = |bytes: &[u8]| Some(Shown::of(bytes, is_full).json(Object::new()));
        match &self.entry {
            CacheEntry::Write { key, edit: Edit::Delete, id, .. } => {
                json.text("kind", "delete").object("key", shown(key)).number("id", id.0)
            }
            CacheEntry::Write { key, edit: Edit::Put { value, expires_at }, id, .. } => {
                let json = json.text("kind", "put").object("key", shown(key));
                let json = json.object("value", shown(&self.value(value)));
                let expires = expires_at.map_or("null".into(), |WallTime(at)| at.to_string());
                json.raw("expires_at", &expires).number("id", id.0)
            }
            CacheEntry::Settled(ids) => {
                let ids: Vec<_> = ids.iter().map(|id| id.0.to_string()).collect();
                json.text("kind", "settled").raw("ids", &format!("[{}]", ids.join(",")))
            }
            CacheEntry::Refused { refusal, id, .. } => {
                let json = json.text("kind", "refused").number("id", id.0);
                told(refusal, json).text("cause", &refusal.cause.to_string())
            }
            other => json.text("kind", "other").text("text", &format!("{other:?}")),
        }
    }

    /// The value as its client sent it, if it is the server's.
    fn value(&self, value: &[u8]) -> Vec<u8> {
        let record: Option<Record> =
            if self.is_servers { ServerCodec.decode(value).ok() } else { None };
        record.map_or_else(|| value.to_vec(), |record| record.data.to_vec())
    }
}

/// How often and when something was refused, for programs.
pub(super) fn told(refusal: &Refusal, json: Object) -> Object {
    json.number("attempts", refusal.attempts.into())
        .number("first_refused", refusal.first.0)
        .number("last_refused", refusal.last.0)
}

#[cfg(test)]
mod tests {
    use super::CacheLabel;

    #[test]
    fn only_a_label_of_this_format_is_one_of_a_cache() {
        let is_servers = |label: &str| CacheLabel::of(label).map(|label| label.is_servers);
        assert_eq!(is_servers("forebay cache 1, raw to forebay-record"), Some(true));
        assert_eq!(is_servers("forebay cache 1, postcard to postcard"), Some(false));
        assert_eq!(is_servers("forebay cache 10, raw to forebay-record"), None);
        assert_eq!(is_servers("the rig"), None);
    }
}
