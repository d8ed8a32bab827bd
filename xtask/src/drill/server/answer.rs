//! What a server answers.

use std::io::{self, BufRead, Read};

/// What a server answers, as far as a drill asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Simple(String),
    Error(String),
    Integer(i64),
    Bulk(Option<Vec<u8>>),
}

impl Answer {
    /// Reads one. An answer that was cut off is an error.
    pub(super) fn read(source: &mut impl BufRead) -> io::Result<Self> {
        let mut line = String::new();
        source.read_line(&mut line)?;
        let wrong = || io::Error::new(io::ErrorKind::InvalidData, format!("the answer {line:?}"));
        let Some(line) = line.strip_suffix("\r\n") else {
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        let (mark, rest) = line.split_at_checked(1).ok_or_else(wrong)?;
        let number = || rest.parse::<i64>().map_err(|_| wrong());
        Ok(match mark {
            "+" => Self::Simple(rest.into()),
            "-" => Self::Error(rest.into()),
            ":" => Self::Integer(number()?),
            "$" => match u64::try_from(number()?) {
                Err(_) => Self::Bulk(None),
                Ok(length) => {
                    let mut bytes = Vec::new();
                    source.take(length + 2).read_to_end(&mut bytes)?;
                    if bytes.len() as u64 != length + 2 {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                    bytes.truncate(bytes.len() - 2);
                    Self::Bulk(Some(bytes))
                }
            },
            _ => return Err(wrong()),
        })
    }

    /// The same, short enough for a message.
    pub(super) fn short(&self) -> String {
        match self {
            Self::Bulk(Some(bytes)) => short(bytes),
            other => format!("{other:?}"),
        }
    }
}

/// The beginning of some bytes and their number.
pub(super) fn short(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(48)];
    format!("\"{}\" ({} bytes)", head.escape_ascii(), bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_was_cut_off_is_none() {
        let whole = b"$5\r\nab\r\nc\r\n";
        assert_eq!(Answer::read(&mut &whole[..]).unwrap(), Answer::Bulk(Some(b"ab\r\nc".into())));
        for end in 0..whole.len() {
            assert!(Answer::read(&mut &whole[..end]).is_err(), "{end}");
        }
        assert_eq!(Answer::read(&mut &b":-1\r\n"[..]).unwrap(), Answer::Integer(-1));
        assert_eq!(Answer::read(&mut &b"$-1\r\n"[..]).unwrap(), Answer::Bulk(None));
    }
}
