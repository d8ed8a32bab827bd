//! What a connection remembers from one command to the next.

use std::sync::Arc;

use forebay::Durability;

use crate::clients::Client;
use crate::config::Config;
use crate::resp::Protocol;
use crate::transaction::Transaction;

/// What a connection remembers from one command to the next.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) client: Arc<Client>,
    pub(crate) protocol: Protocol,
    /// Whether it gave the password, or there is none.
    pub(crate) is_trusted: bool,
    /// The rung at which its writes are answered.
    pub(crate) rung: Durability,
    /// What it has for its next `EXEC`.
    pub(crate) transaction: Transaction,
    /// Whether the connection ends once everything is answered.
    pub(crate) is_closing: bool,
}

impl Session {
    /// A new connection.
    pub(crate) fn new(client: Arc<Client>, config: &Config) -> Self {
        Self {
            client,
            protocol: Protocol::default(),
            is_trusted: config.password.is_none(),
            rung: config.rung(),
            transaction: Transaction::default(),
            is_closing: false,
        }
    }
}
