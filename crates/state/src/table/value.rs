//! What may be the value of a table.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// What may be the value of a table: anything of serde's that threads may share.
///
/// When a state is opened values may be read on other threads than the one that opens it, more than once,
/// and dropped there. `Deserialize` must not wait for a lock that the opening thread holds.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the value of a table",
    note = "derive `Serialize` and `Deserialize` of serde for it"
)]
pub trait Value: Serialize + DeserializeOwned + Send + Sync + 'static {}

impl<V: Serialize + DeserializeOwned + Send + Sync + 'static> Value for V {}
