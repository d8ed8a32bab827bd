//! Replies into bytes.

use super::Reply;

/// The version of the protocol that a client asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// Version 2: what every client speaks at first.
    #[default]
    Resp2,
    /// Version 3: maps, sets and one null.
    Resp3,
}

impl Protocol {
    /// Its number.
    pub fn number(self) -> i64 {
        match self {
            Self::Resp2 => 2,
            Self::Resp3 => 3,
        }
    }
}

/// Collects the bytes of replies until they are sent.
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// A buffer that has grown beyond this is given back when it is empty.
    const KEEP_BYTES: usize = 128 * 1024;

    /// What is waiting to be sent.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Forgets what was sent.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.bytes.shrink_to(Self::KEEP_BYTES);
    }

    /// Appends a reply.
    pub fn reply(&mut self, reply: &Reply, protocol: Protocol) {
        let is_resp3 = protocol == Protocol::Resp3;
        match reply {
            Reply::Status(text) => self.line(b'+', text.as_bytes()),
            Reply::Error(text) => self.error(text),
            Reply::Integer(value) => self.number(b':', *value),
            Reply::Bulk(bytes) => self.blob(b'$', &[bytes]),
            Reply::Null | Reply::NullArray if is_resp3 => self.line(b'_', b""),
            Reply::NullArray => self.line(b'*', b"-1"),
            Reply::Null => self.line(b'$', b"-1"),
            Reply::Array(items) => self.list(b'*', items, protocol),
            Reply::Set(items) => self.list(if is_resp3 { b'~' } else { b'*' }, items, protocol),
            Reply::Map(pairs) => {
                let count = if is_resp3 { pairs.len() } else { 2 * pairs.len() };
                self.length(if is_resp3 { b'%' } else { b'*' }, count);
                for (key, value) in pairs {
                    self.reply(key, protocol);
                    self.reply(value, protocol);
                }
            }
            Reply::Text(text) if is_resp3 => self.blob(b'=', &[b"txt:", text.as_bytes()]),
            Reply::Text(text) => self.blob(b'$', &[text.as_bytes()]),
        }
    }

    fn list(&mut self, mark: u8, items: &[Reply], protocol: Protocol) {
        self.length(mark, items.len());
        for item in items {
            self.reply(item, protocol);
        }
    }

    /// An error is one line, whatever it quotes.
    fn error(&mut self, text: &str) {
        self.bytes.push(b'-');
        let line = text.bytes().map(|byte| if matches!(byte, b'\r' | b'\n') { b' ' } else { byte });
        self.bytes.extend(line);
        self.bytes.extend_from_slice(b"\r\n");
    }

    fn blob(&mut self, mark: u8, parts: &[&[u8]]) {
        self.length(mark, parts.iter().map(|part| part.len()).sum());
        for part in parts {
            self.bytes.extend_from_slice(part);
        }
        self.bytes.extend_from_slice(b"\r\n");
    }

    fn line(&mut self, mark: u8, text: &[u8]) {
        self.bytes.push(mark);
        self.bytes.extend_from_slice(text);
        self.bytes.extend_from_slice(b"\r\n");
    }

    fn length(&mut self, mark: u8, length: usize) {
        self.line(mark, itoa::Buffer::new().format(length).as_bytes());
    }

    fn number(&mut self, mark: u8, value: i64) {
        self.line(mark, itoa::Buffer::new().format(value).as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(reply: &Reply, protocol: Protocol) -> String {
        let mut writer = Writer::default();
        writer.reply(reply, protocol);
        String::from_utf8(writer.bytes).unwrap()
    }

    #[test]
    fn each_version_has_its_own_nulls_maps_and_texts() {
        let map = Reply::Map(vec![(Reply::fixed("a"), Reply::Integer(-1))]);
        let cases = [
            (Reply::OK, "+OK\r\n", "+OK\r\n"),
            (Reply::Null, "$-1\r\n", "_\r\n"),
            (Reply::NullArray, "*-1\r\n", "_\r\n"),
            (map, "*2\r\n$1\r\na\r\n:-1\r\n", "%1\r\n$1\r\na\r\n:-1\r\n"),
            (Reply::Set(vec![Reply::OK]), "*1\r\n+OK\r\n", "~1\r\n+OK\r\n"),
            (Reply::Text("a\n".into()), "$2\r\na\n\r\n", "=6\r\ntxt:a\n\r\n"),
        ];
        for (reply, resp2, resp3) in cases {
            assert_eq!(written(&reply, Protocol::Resp2), resp2);
            assert_eq!(written(&reply, Protocol::Resp3), resp3);
        }
    }

    #[test]
    fn an_error_cannot_break_out_of_its_line() {
        let reply = Reply::error("unknown 'a\r\n+OK'");
        assert_eq!(written(&reply, Protocol::Resp2), "-ERR unknown 'a  +OK'\r\n");
    }
}
