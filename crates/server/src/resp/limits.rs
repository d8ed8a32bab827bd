//! What one command may cost before it is refused.

/// The bounds of one command. Reaching one is a [`ProtocolError`](super::ProtocolError), after
/// which the connection is of no more use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a command that is one line of plain text.
    pub inline_bytes_max: usize,
    /// Arguments of one command, its name included.
    pub arguments_max: usize,
    /// Bytes of one argument.
    pub argument_bytes_max: usize,
    /// Bytes of one command as it comes over the wire.
    pub command_bytes_max: usize,
    /// Whether the client may use all of this; a client that has yet to give its password may
    /// send [`Self::STRANGER_ARGUMENTS_MAX`] arguments of [`Self::STRANGER_BYTES_MAX`] bytes.
    pub trusted: bool,
}

impl Limits {
    /// Bytes of a line that announces a length. A length has at most 20 digits.
    pub const COUNT_BYTES_MAX: usize = 32;
    /// Arguments of a client that has yet to give its password. As in Redis.
    pub const STRANGER_ARGUMENTS_MAX: usize = 10;
    /// Bytes of an argument of a client that has yet to give its password. As in Redis.
    pub const STRANGER_BYTES_MAX: usize = 16 * 1024;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            inline_bytes_max: 64 * 1024,
            arguments_max: 128 * 1024,
            argument_bytes_max: 16 * 1024 * 1024,
            command_bytes_max: 64 * 1024 * 1024,
            trusted: true,
        }
    }
}
