//! What a connection remembers from one command to the next.

use std::sync::Arc;

use crate::clients::Client;
use crate::resp::Protocol;

/// What a connection remembers from one command to the next.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) client: Arc<Client>,
    pub(crate) protocol: Protocol,
    /// Whether it gave the password, or there is none.
    pub(crate) is_trusted: bool,
    /// Whether the connection ends once everything is answered.
    pub(crate) is_closing: bool,
}

impl Session {
    /// A new connection.
    pub(crate) fn new(client: Arc<Client>, is_trusted: bool) -> Self {
        Self { client, protocol: Protocol::default(), is_trusted, is_closing: false }
    }
}
