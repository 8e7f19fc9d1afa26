//! One line of input.

use outcrop::config::ConfigEntry;
use outcrop::converse::{Encoded, ResponseContext, ResponseMetadata};
use outcrop::core::{ErrorKind, JsonObject, ModelError, RawJson};
use outcrop::{ModelRequest, UnifiedResponse};

/// One line of input: an object.
pub(super) struct Line(JsonObject);

impl Line {
    pub(super) fn parse(line: &[u8]) -> Result<Self, ModelError> {
        let read: Result<JsonObject, _> = outcrop::core::from_slice(line);
        read.map(Self).map_err(|error| {
            let message = format!("the line is no JSON object: {}", error.message());
            ModelError::invalid_request("InvalidLine", error.path(), message)
        })
    }

    /// A member; `null` counts as absent.
    pub(super) fn get(&self, name: &str) -> Option<&RawJson> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A member that must be there, if only as `null`.
    pub(super) fn require(&self, name: &'static str) -> Result<&RawJson, ModelError> {
        self.0.get(name).ok_or_else(|| ModelError::invalid_request("InvalidLine", name, "missing"))
    }

    pub(super) fn config(&self) -> Result<ConfigEntry, ModelError> {
        ConfigEntry::settings_from_json(self.get("config").map_or("{}", RawJson::as_str))
    }

    /// The parameters of the line as a request, where it has any that are one.
    pub(super) fn request(&self) -> Option<ModelRequest> {
        ModelRequest::from_json(without_tuples(self.get("params")?).as_str()).ok()
    }

    pub(super) fn encoded(&self) -> Result<Encoded, ModelError> {
        let params = without_tuples(self.require("params")?);
        self.config()?.encode(&ModelRequest::from_json(params.as_str())?)
    }

    /// What the reply is read with: the request of the line, or nothing where the line has none.
    pub(super) fn context(&self) -> Result<ResponseContext, ModelError> {
        if self.get("params").is_none() {
            return Ok(ResponseContext::default());
        }
        match self.encoded() {
            Ok(encoded) => Ok(encoded.context),
            // A reply can be read without the conversation that led to it.
            Err(_) => {
                let params = self.get("params").and_then(RawJson::as_object).unwrap_or_default();
                let mut context = ResponseContext::default();
                context.model =
                    params.get("model").and_then(|model| model.deserialize().ok()).unwrap_or_default();
                context.price = params.get("price").and_then(|price| price.deserialize().ok());
                Ok(context)
            }
        }
    }

    /// The reply of the line, read.
    pub(super) fn response(&self, context: &ResponseContext) -> Result<UnifiedResponse, ModelError> {
        let reply = self.require("converse_response")?;
        let (reply, request_id) = without_metadata(reply)?;
        let mut meta = ResponseMetadata::default();
        meta.request_id = request_id;
        outcrop::converse::decode_response(&reply.as_str().as_bytes().to_vec().into(), context, meta)
    }
}

/// Parameters that were written down from Python, where a tuple is `{"$tuple": […]}`; here it is a list.
fn without_tuples(params: &RawJson) -> RawJson {
    if !params.as_str().contains("\"$tuple\"") {
        return params.clone();
    }
    let list_of = |value: RawJson| match value.as_object().and_then(|object| object.get("$tuple").cloned()) {
        Some(list) => list,
        None => value,
    };
    let members = params.as_object().unwrap_or_default();
    RawJson::from(members.into_iter().map(|(name, value)| (name, list_of(value))).collect::<JsonObject>())
}

/// A reply without the `ResponseMetadata` that boto3 puts into it, and the request id that stands there.
fn without_metadata(reply: &RawJson) -> Result<(RawJson, Option<String>), ModelError> {
    let Some(mut members) = reply.as_object() else {
        let message = "there is no reply, or it is no JSON object";
        return Err(ModelError::new(ErrorKind::InvalidResponse, message).with_code("InvalidResponse"));
    };
    let metadata = members.remove("ResponseMetadata").and_then(|metadata| metadata.as_object());
    let request_id =
        metadata.as_ref().and_then(|metadata| metadata.get("RequestId")).and_then(|id| id.deserialize().ok());
    Ok((RawJson::from(members), request_id))
}
