//! One command as it came in.

use std::ops::{Index, Range};

/// The arguments of one command, its name first. They are parts of the reader's buffer: what
/// must outlive the command is copied.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    bytes: &'a [u8],
    spans: &'a [Range<usize>],
}

impl<'a> Request<'a> {
    /// The arguments that lie at `spans` of `bytes`.
    pub(super) fn new(bytes: &'a [u8], spans: &'a [Range<usize>]) -> Self {
        Self { bytes, spans }
    }

    /// The number of arguments, the name included. At least one.
    #[expect(clippy::len_without_is_empty, reason = "a request has a name at least")]
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// The argument at `index`.
    pub fn get(&self, index: usize) -> Option<&'a [u8]> {
        self.spans.get(index).map(|span| &self.bytes[span.clone()])
    }

    /// The request that begins at the argument `from`, which must be there.
    pub fn from(&self, from: usize) -> Self {
        Self { bytes: self.bytes, spans: &self.spans[from..] }
    }

    /// The arguments from `from` on.
    pub fn iter_from(&self, from: usize) -> impl ExactSizeIterator<Item = &'a [u8]> + Clone + 'a {
        let (bytes, spans) = (self.bytes, self.spans);
        spans[from.min(spans.len())..].iter().map(|span| &bytes[span.clone()])
    }
}

impl Request<'_> {
    /// The bytes that [`keep`](Self::keep) takes.
    pub fn kept_bytes(&self) -> usize {
        let arguments = self.iter_from(0);
        arguments.map(|argument| argument.len() + size_of::<Range<usize>>()).sum()
    }

    /// A copy that outlives the buffer.
    pub fn keep(&self) -> KeptRequest {
        let (mut bytes, mut spans) = (Vec::new(), Vec::with_capacity(self.len()));
        bytes.reserve_exact(self.iter_from(0).map(<[u8]>::len).sum());
        for argument in self.iter_from(0) {
            let start = bytes.len();
            bytes.extend_from_slice(argument);
            spans.push(start..bytes.len());
        }
        KeptRequest { bytes: bytes.into(), spans: spans.into() }
    }
}

/// A command that is kept for later.
#[derive(Debug)]
pub struct KeptRequest {
    bytes: Box<[u8]>,
    spans: Box<[Range<usize>]>,
}

impl KeptRequest {
    /// The command.
    pub fn request(&self) -> Request<'_> {
        Request { bytes: &self.bytes, spans: &self.spans }
    }
}

impl Index<usize> for Request<'_> {
    type Output = [u8];

    fn index(&self, index: usize) -> &[u8] {
        &self.bytes[self.spans[index].clone()]
    }
}
