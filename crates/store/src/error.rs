//! The one error type: a kind that says what to do next, a sentence, and the cause.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

/// The result of everything in Forebay.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What the caller should do about an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Nothing happened; the same call may succeed later.
    Unavailable,
    /// A bound was reached and nothing happened. Try again after [`Error::retry_after`].
    Busy,
    /// It will never be accepted as it is: change the request, not the timing.
    Refused,
    /// It may or may not have happened: read the key, or repeat an idempotent write.
    Unknown,
    /// Whoever should have answered dropped the request. For a write, treat it as `Unknown`.
    Aborted,
    /// The cache or store is closed, and nothing happened. A write that waits at a rung when it is closed was accepted,
    /// and is `Unknown` instead.
    Closed,
    /// This store or configuration does not offer it. Nothing happened.
    Unsupported,
    /// Stored bytes fail their check. Do not retry; look at the data.
    Corrupt,
    /// The request or the configuration is wrong; the message says where.
    Invalid,
}

/// An error with a kind to act on, a sentence to read and its cause behind [`source`].
///
/// It is cheap to clone, because one failure is often told to many waiting callers.
///
/// ```
/// use forebay_store::{Error, ErrorKind};
///
/// let error = Error::unavailable("connect to the orders database")
///     .with_source(std::io::Error::other("connection refused"));
/// assert_eq!(error.kind(), ErrorKind::Unavailable);
/// assert!(error.is_retryable());
/// ```
///
/// [`source`]: std::error::Error::source
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    message: Cow<'static, str>,
    retry_after: Option<Duration>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An error of `kind`; `message` is a lower-case fragment without a full stop.
    #[cold]
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Arc::new(Inner { kind, message: message.into(), retry_after: None, source: None }))
    }

    /// Nothing happened; try later.
    #[cold]
    pub fn unavailable(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Unavailable, message)
    }

    /// Never acceptable as it is.
    #[cold]
    pub fn refused(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Refused, message)
    }

    /// May or may not have happened.
    #[cold]
    pub fn unknown(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Unknown, message)
    }

    /// Not offered by this store or configuration.
    #[cold]
    pub fn unsupported(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Unsupported, message)
    }

    /// Stored bytes fail their check.
    #[cold]
    pub fn corrupt(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Corrupt, message)
    }

    /// The request or configuration is wrong.
    #[cold]
    pub fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Invalid, message)
    }

    /// A bound was reached; `retry_after` estimates when there will be room.
    #[cold]
    pub fn busy(message: impl Into<Cow<'static, str>>, retry_after: Duration) -> Self {
        let mut error = Self::new(ErrorKind::Busy, message);
        error.inner().retry_after = Some(retry_after);
        error
    }

    /// The same error, with an estimate of when another attempt may do better.
    #[cold]
    pub fn with_retry_after(mut self, after: Duration) -> Self {
        self.inner().retry_after = Some(after);
        self
    }

    /// The same error with its cause.
    #[cold]
    pub fn with_source(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.inner().source = Some(Arc::from(source.into()));
        self
    }

    /// What to do about it.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether the same call may succeed later without any change. After [`ErrorKind::Unknown`] and
    /// [`ErrorKind::Aborted`] it may have happened already: repeat only what may happen twice, as a put of the same
    /// value, and read before you repeat anything else.
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Unavailable | ErrorKind::Busy | ErrorKind::Unknown | ErrorKind::Aborted
        )
    }

    /// How long until another attempt may do better, where that is known: for [`ErrorKind::Busy`] until there is
    /// likely to be room.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The sentence and those of all causes behind it, the outermost first, with colons between: for a log, or
    /// for people. Whoever wants to act on it looks at [`kind`](Self::kind).
    ///
    /// ```
    /// use forebay_store::Error;
    ///
    /// let refused = std::io::Error::other("connection refused");
    /// let error = Error::unavailable("open the orders")
    ///     .with_source(Error::unavailable("connect to the database").with_source(refused));
    /// assert_eq!(error.chain(), "open the orders: connect to the database: connection refused");
    /// ```
    #[cold]
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            let _ = write!(text, ": {cause}");
            source = cause.source();
        }
        text
    }

    fn inner(&mut self) -> &mut Inner {
        Arc::make_mut(&mut self.0)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Error");
        debug.field("kind", &self.0.kind).field("message", &self.0.message);
        if let Some(after) = self.0.retry_after {
            debug.field("retry_after", &after);
        }
        if let Some(source) = &self.0.source {
            debug.field("source", source);
        }
        debug.finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
