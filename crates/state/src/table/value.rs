//! What may be the value of a table.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// What may be the value of a table: anything of serde's that threads may share.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the value of a table",
    note = "derive `Serialize` and `Deserialize` of serde for it"
)]
pub trait Value: Serialize + DeserializeOwned + Send + Sync + 'static {}

impl<V: Serialize + DeserializeOwned + Send + Sync + 'static> Value for V {}
