//! Commands out of a stream of bytes.

use std::ops::Range;

use bytes::{Buf, BytesMut};

use super::{Limits, ProtocolError, Request, inline, parse_integer};

/// Turns chunks of bytes into commands.
///
/// Bytes are read into [`buffer`](Self::buffer); [`request`](Self::request) gives the commands that are
/// whole. Where it stopped it goes on: no byte is looked at twice, so a command that comes byte by
/// byte costs no more than one that comes at once. The buffer holds at most one command beyond
/// what was read at once, and that command is within its [`Limits`].
#[derive(Debug)]
pub struct Reader {
    limits: Limits,
    buffer: BytesMut,
    /// Where the command at hand begins in the buffer; everything else counts from here.
    start: usize,
    /// The next byte to be looked at.
    at: usize,
    /// How many bytes from `at` on are known to hold no end of line.
    searched: usize,
    phase: Phase,
    spans: Vec<Range<usize>>,
    /// The arguments of an inline command, without their quotes.
    unquoted: Vec<u8>,
}

#[derive(Clone, Copy, Debug)]
enum Phase {
    /// Nothing of the command was seen.
    Start,
    /// A line of plain text.
    Inline,
    /// The line that announces the number of arguments.
    Count,
    /// The line that announces the length of an argument; so many arguments are to come.
    Length { left: usize },
    /// An argument of this length; so many arguments are to come, this one included.
    Argument { left: usize, length: usize },
    /// The last call gave a command of this many bytes.
    Given { inline: bool },
}

impl Reader {
    /// The room that is offered for a read.
    pub const CHUNK: usize = 16 * 1024;
    /// Buffers that have grown beyond this are given back after a command.
    const KEEP_BYTES: usize = 64 * 1024;
    const KEEP_SPANS: usize = 1024;

    /// A reader that keeps to `limits`.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            buffer: BytesMut::new(),
            start: 0,
            at: 0,
            searched: 0,
            phase: Phase::Start,
            spans: Vec::new(),
            unquoted: Vec::new(),
        }
    }

    /// Whether the client may use the whole of the limits from now on.
    pub fn set_trusted(&mut self, trusted: bool) {
        self.limits.trusted = trusted;
    }

    /// The bytes of memory that it holds on to.
    pub fn capacity(&self) -> usize {
        let spans = self.spans.capacity() * size_of::<Range<usize>>();
        self.buffer.capacity() + spans + self.unquoted.capacity()
    }

    /// The buffer, with room to append what was read. Everything that [`request`](Self::request) could
    /// give should have been taken before.
    ///
    /// The room grows with the bytes that have arrived, never with what was announced.
    pub fn buffer(&mut self) -> &mut BytesMut {
        self.finish();
        if self.start > 0 && self.buffer.capacity() > Self::KEEP_BYTES {
            // What lies before the rest would be held on to, and not be seen in its capacity. The
            // rest came with the last read, so this copies no byte twice.
            self.buffer = BytesMut::from(&self.buffer[self.start..]);
        } else {
            self.buffer.advance(self.start);
        }
        self.start = 0;
        let missing = match self.phase {
            Phase::Argument { length, .. } => {
                (self.at + length + 2).saturating_sub(self.buffer.len())
            }
            _ => 0,
        };
        self.buffer.reserve(missing.min(self.buffer.len()).max(Self::CHUNK));
        &mut self.buffer
    }

    /// The next command that has arrived as a whole. Empty commands are passed over.
    ///
    /// After an error there is nothing more to be had from this reader.
    pub fn request(&mut self) -> Result<Option<Request<'_>>, ProtocolError> {
        self.finish();
        let inline = loop {
            match self.step()? {
                Step::Starved => return Ok(None),
                Step::Forward => {}
                Step::Whole { inline } if self.spans.is_empty() => {
                    self.phase = Phase::Given { inline };
                    self.finish();
                }
                Step::Whole { inline } => break inline,
            }
        };
        self.phase = Phase::Given { inline };
        let bytes = if inline { &self.unquoted[..] } else { &self.buffer[self.start..] };
        Ok(Some(Request::new(bytes, &self.spans)))
    }

    /// Steps over the command that was given last.
    fn finish(&mut self) {
        if let Phase::Given { inline } = self.phase {
            self.start += self.at;
            (self.at, self.searched, self.phase) = (0, 0, Phase::Start);
            self.spans.clear();
            self.spans.shrink_to(Self::KEEP_SPANS);
            if inline {
                // No longer than a line of plain text.
                self.unquoted.clear();
            }
        }
    }

    fn step(&mut self) -> Result<Step, ProtocolError> {
        match self.phase {
            Phase::Start | Phase::Given { .. } => {
                let Some(first) = self.rest().first() else { return Ok(Step::Starved) };
                self.phase = if *first == b'*' { Phase::Count } else { Phase::Inline };
                Ok(Step::Forward)
            }
            Phase::Inline => self.inline(),
            Phase::Count => self.count(),
            Phase::Length { left: 0 } => Ok(Step::Whole { inline: false }),
            Phase::Length { left } => self.length(left),
            Phase::Argument { left, length } => self.argument(left, length),
        }
    }

    fn inline(&mut self) -> Result<Step, ProtocolError> {
        let max = self.limits.inline_bytes_max;
        let Some(length) = self.find(b'\n') else {
            let is_over = self.rest().len() > max;
            return if is_over { Err(ProtocolError::InlineTooBig) } else { Ok(Step::Starved) };
        };
        if length > max {
            return Err(ProtocolError::InlineTooBig);
        }
        let line = &self.buffer[self.start..self.start + length];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        inline::split(line, &mut self.unquoted, &mut self.spans)?;
        self.at = length + 1;
        Ok(Step::Whole { inline: true })
    }

    fn count(&mut self) -> Result<Step, ProtocolError> {
        let Some(line) = self.line(ProtocolError::CountTooBig)? else { return Ok(Step::Starved) };
        let count = parse_integer(&self.buffer[line][1..]).ok_or(ProtocolError::InvalidCount)?;
        // A negative number of arguments is an empty command.
        let count = usize::try_from(count.max(0)).map_err(|_| ProtocolError::InvalidCount)?;
        if count > self.limits.arguments_max {
            return Err(ProtocolError::InvalidCount);
        }
        if count > Limits::STRANGER_ARGUMENTS_MAX && !self.limits.trusted {
            return Err(ProtocolError::StrangerCount);
        }
        self.phase = Phase::Length { left: count };
        Ok(Step::Forward)
    }

    fn length(&mut self, left: usize) -> Result<Step, ProtocolError> {
        match self.rest().first() {
            None => return Ok(Step::Starved),
            Some(b'$') => {}
            Some(other) => return Err(ProtocolError::ExpectedBulk(*other)),
        }
        let Some(line) = self.line(ProtocolError::LengthTooBig)? else { return Ok(Step::Starved) };
        let length = parse_integer(&self.buffer[line][1..]).ok_or(ProtocolError::InvalidLength)?;
        let length = usize::try_from(length).map_err(|_| ProtocolError::InvalidLength)?;
        if length > self.limits.argument_bytes_max {
            return Err(ProtocolError::InvalidLength);
        }
        if length > Limits::STRANGER_BYTES_MAX && !self.limits.trusted {
            return Err(ProtocolError::StrangerLength);
        }
        if self.at.saturating_add(length) > self.limits.command_bytes_max {
            return Err(ProtocolError::CommandTooBig);
        }
        self.phase = Phase::Argument { left, length };
        Ok(Step::Forward)
    }

    fn argument(&mut self, left: usize, length: usize) -> Result<Step, ProtocolError> {
        let Some(end) = self.rest().get(length..length + 2) else { return Ok(Step::Starved) };
        if end != b"\r\n" {
            return Err(ProtocolError::ExpectedEnd);
        }
        self.spans.push(self.at..self.at + length);
        self.at += length + 2;
        self.phase = Phase::Length { left: left - 1 };
        Ok(Step::Forward)
    }

    /// Takes a line that announces something; where it lies in the buffer, without its end.
    fn line(&mut self, too_big: ProtocolError) -> Result<Option<Range<usize>>, ProtocolError> {
        let Some(length) = self.find(b'\r') else {
            let is_over = self.rest().len() > Limits::COUNT_BYTES_MAX;
            return if is_over { Err(too_big) } else { Ok(None) };
        };
        if length > Limits::COUNT_BYTES_MAX {
            return Err(too_big);
        }
        match self.rest().get(length + 1) {
            None => return Ok(None),
            Some(b'\n') => {}
            Some(_) => return Err(ProtocolError::ExpectedEnd),
        }
        let begin = self.start + self.at;
        self.at += length + 2;
        self.searched = 0;
        Ok(Some(begin..begin + length))
    }

    /// How far from here `byte` is. Bytes that were searched in vain are not searched again.
    fn find(&mut self, byte: u8) -> Option<usize> {
        let rest = self.rest();
        let found = rest[self.searched..].iter().position(|other| *other == byte);
        let distance = found.map(|position| self.searched + position);
        self.searched = distance.unwrap_or(rest.len());
        distance
    }

    fn rest(&self) -> &[u8] {
        &self.buffer[self.start + self.at..]
    }
}

enum Step {
    /// More bytes are needed.
    Starved,
    /// Something was understood; go on.
    Forward,
    /// A command is there.
    Whole { inline: bool },
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
