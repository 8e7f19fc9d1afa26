//! Values of parameters as members of Converse.

use outcrop_core::{ModelError, RawJson};
use serde::de::DeserializeOwned;

/// Deserializes a value. The path of an error is relative to the value.
pub(super) fn read<T: DeserializeOwned>(value: &RawJson) -> Result<T, ModelError> {
    outcrop_core::from_str(value.as_str()).map_err(|error| {
        let message = format!("the value does not match Converse's member of this name: {}", error.message());
        ModelError::invalid_request("InvalidParameter", error.path(), message)
    })
}
