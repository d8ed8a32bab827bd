//! Going through all keys.

use std::sync::Arc;

use super::spec::Keys;
use super::{Access, Answer, Call, Failure, Spec, glob};
use crate::resp::Reply;

pub(super) const COMMANDS: &[Spec] = &[Spec::new(
    "scan",
    -2,
    Access::Alone,
    Keys::NONE,
    scan,
    "Returns some keys and a cursor for the next ones.",
)
.of("generic")];

/// How many keys a page has that is not asked for otherwise.
const COUNT: usize = 10;
/// How many keys a page has at most, because a page is loaded with its values.
const COUNT_MAX: usize = 256;

struct Options {
    pattern: Option<Vec<u8>>,
    count: usize,
    /// All values are strings; another type matches nothing.
    is_string: bool,
}

fn scan(call: &mut Call<'_>) -> Result<Answer, Failure> {
    let invalid = || Failure::fixed("ERR invalid cursor");
    let text = std::str::from_utf8(call.argument(1)).map_err(|_| invalid())?;
    let id: u64 = text.parse().map_err(|_| invalid())?;
    let options = options(call)?;
    let cursor = match id {
        0 => None,
        id => Some(call.server.cursors.get(id).ok_or_else(invalid)?),
    };
    let server = Arc::clone(call.server);
    Answer::of(call.keyspace().scan(cursor, options.count), move |page| {
        let next = page.next.map_or(0, |next| server.cursors.keep(next, id));
        let keys = page.entries.into_iter().map(|(key, _)| key);
        let keys = keys.filter(|key| options.is_string && options.matches(key));
        let keys = Reply::Array(keys.map(Reply::Bulk).collect());
        Ok(Reply::Array(vec![Reply::bulk(next.to_string()), keys]))
    })
}

impl Options {
    fn matches(&self, key: &[u8]) -> bool {
        self.pattern.as_ref().is_none_or(|pattern| glob::matches(pattern, key, false))
    }
}

fn options(call: &Call<'_>) -> Result<Options, Failure> {
    let mut options = Options { pattern: None, count: COUNT, is_string: true };
    let mut index = 2;
    while index + 1 < call.len() {
        if call.is(index, "count") {
            let count = call.integer(index + 1)?;
            let count = usize::try_from(count).ok().filter(|count| *count >= 1);
            options.count = count.ok_or(Failure::SYNTAX)?.min(COUNT_MAX);
        } else if call.is(index, "match") {
            options.pattern = Some(call.argument(index + 1).to_vec());
        } else if call.is(index, "type") {
            options.is_string = call.is(index + 1, "string");
        } else {
            return Err(Failure::SYNTAX);
        }
        index += 2;
    }
    if index < call.len() { Err(Failure::SYNTAX) } else { Ok(options) }
}
