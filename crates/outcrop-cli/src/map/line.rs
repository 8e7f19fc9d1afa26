//! A line of input and its members.

use outcrop::config::ConfigEntry;
use outcrop::converse::{Encoded, ResponseContext, ResponseMetadata, classify_error};
use outcrop::core::{ErrorKind, JsonObject, ModelError, RawJson};
use outcrop::{ModelRequest, UnifiedResponse};

use super::recorded::{Recorded, Response};

/// The conversation in the place of one that is missing.
const QUESTION: &str = r#"[{"role":"user","content":"…"}]"#;

/// A line of input.
pub(super) struct Line {
    members: JsonObject,
    recorded: Option<Recorded>,
}

impl Line {
    pub(super) fn parse(line: &[u8]) -> Result<Self, ModelError> {
        let parsed: Result<JsonObject, _> = outcrop::core::from_slice(line);
        let mut members = parsed.map_err(|error| {
            let message = format!("the line is not a JSON object: {}", error.message());
            ModelError::invalid_request("InvalidLine", error.path(), message)
        })?;
        let recorded = Recorded::parse(&members)?;
        if let Some(Recorded { response: Response::Member(name, value), .. }) = &recorded {
            members.insert(*name, value.clone());
        }
        Ok(Self { members, recorded })
    }

    /// Returns a member. A `null` counts as absent.
    pub(super) fn get(&self, name: &str) -> Option<&RawJson> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    /// Returns a required member, which may be `null`.
    pub(super) fn require(&self, name: &'static str) -> Result<&RawJson, ModelError> {
        self.require_response()?;
        self.members.get(name).ok_or_else(|| {
            ModelError::invalid_request("InvalidLine", name, format!("the member `{name}` is missing"))
        })
    }

    /// Checks that the recorded response, if there is one, is not an error.
    pub(super) fn require_response(&self) -> Result<(), ModelError> {
        match &self.recorded {
            Some(Recorded { response: Response::Error(error), .. }) => Err(classify_error(error)),
            _ => Ok(()),
        }
    }

    fn config(&self) -> Result<ConfigEntry, ModelError> {
        ConfigEntry::settings_from_json(self.get("config").map_or("{}", RawJson::as_str))
    }

    /// Parses the parameters as a request; returns `None` if there are none or they are invalid.
    pub(super) fn request(&self) -> Option<ModelRequest> {
        if let Some(recorded) = &self.recorded {
            return Some(recorded.request.clone());
        }
        ModelRequest::from_json(without_tuples(self.get("params")?).as_str()).ok()
    }

    /// Encodes the parameters, or the recorded request, with the configuration.
    pub(super) fn encode(&self) -> Result<Encoded, ModelError> {
        if let Some(recorded) = &self.recorded {
            return self.config()?.encode(&recorded.request);
        }
        let params = without_tuples(self.require("params")?);
        self.config()?.encode(&ModelRequest::from_json(params.as_str())?)
    }

    /// Returns the context for decoding the response: that of the request, by content unless the configuration names a
    /// dialect. Only an exchange follows AG2 in each case.
    ///
    /// A response can be decoded without its conversation, so that parameters without messages are not an error.
    pub(super) fn context(&self) -> Result<ResponseContext, ModelError> {
        let config = self.get("config").and_then(RawJson::as_object).unwrap_or_default();
        let context = self.context_of_request()?;
        Ok(if config.contains("dialect") { context } else { context.by_content() })
    }

    fn context_of_request(&self) -> Result<ResponseContext, ModelError> {
        if (self.recorded.is_some() || self.get("params").is_some())
            && let Ok(encoded) = self.encode()
        {
            return Ok(encoded.context);
        }
        let params = self.get("params").map(without_tuples);
        let mut params = params.and_then(|params| params.as_object()).unwrap_or_default();
        let model: String =
            params.get("model").and_then(|model| model.deserialize().ok()).unwrap_or_default();
        let price = params.get("price").and_then(|price| price.deserialize().ok());
        params.insert("model", RawJson::from(if model.is_empty() { "unknown" } else { model.as_str() }));
        params.insert("messages", RawJson::parse(QUESTION).unwrap_or_else(|_| RawJson::null()));
        let request = ModelRequest::from_json(RawJson::from(params).as_str());
        let encoded = request.and_then(|request| self.config()?.encode(&request));
        let mut context = match encoded {
            Ok(encoded) => encoded.context,
            Err(_) => ResponseContext::default().with_dialect(self.config()?.encode_options().dialect),
        };
        context.model = model;
        context.price = price.or(context.price);
        Ok(context)
    }

    /// Decodes the response.
    pub(super) fn response(&self, context: &ResponseContext) -> Result<UnifiedResponse, ModelError> {
        let (body, request_id) = split_metadata(self.require("converse_response")?)?;
        // Without a time, so that the output is reproducible.
        let mut metadata = ResponseMetadata::default();
        metadata.request_id = request_id;
        outcrop::converse::decode_response(&body.as_str().as_bytes().to_vec().into(), context, metadata)
    }
}

/// Replaces `{"$tuple": […]}` by the list: parameters that were recorded from Python have their tuples in this form.
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

/// Splits a response of boto3 into the body and the request id of its `ResponseMetadata`.
fn split_metadata(response: &RawJson) -> Result<(RawJson, Option<String>), ModelError> {
    let Some(mut members) = response.as_object() else {
        let message = "the response is not a JSON object";
        return Err(ModelError::new(ErrorKind::InvalidResponse, message).with_code("InvalidResponse"));
    };
    let metadata = members.remove("ResponseMetadata").and_then(|metadata| metadata.as_object());
    let request_id =
        metadata.as_ref().and_then(|metadata| metadata.get("RequestId")).and_then(|id| id.deserialize().ok());
    Ok((RawJson::from(members), request_id))
}
