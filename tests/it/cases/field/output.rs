//! The output for the input of a case, as the command `outcrop map` and `outcrop check` have it.

use outcrop::config::ConfigEntry;
use outcrop::converse::{EncodeOptions, Encoded, ResponseContext, ResponseMetadata, StreamDecoder, check};
use outcrop::core::{JsonObject, RawJson};
use outcrop::{ChatChunks, ChatCompletion, ModelError, ModelRequest, StreamEvent, UnifiedResponse};
use serde_json::{Value, json};

pub(super) fn run(op: &str, input: &RawJson) -> Value {
    let members = input.as_object().unwrap();
    let output = match op {
        "request" => encode(&members).map(|encoded| {
            let mut request = json!(encoded.body);
            request["modelId"] = json!(encoded.model_id);
            json!({"request": request, "notes": encoded.notes})
        }),
        "check" => ModelRequest::from_json(input.as_str())
            .map(|request| json!({"findings": check(&request, &EncodeOptions::default())})),
        "response" => decode(&members),
        "stream" => Ok(decode_stream(&members)),
        op => panic!("unknown operation: {op}"),
    };
    output.unwrap_or_else(|error| json!({"error": error}))
}

fn encode(members: &JsonObject) -> Result<Encoded, ModelError> {
    let config = members.get("config").map_or("{}", RawJson::as_str);
    let request = ModelRequest::from_json(members.get("params").unwrap().as_str())?;
    ConfigEntry::settings_from_json(config)?.encode(&request)
}

fn context(members: &JsonObject) -> ResponseContext {
    let model = |members: &JsonObject| {
        let mut context = ResponseContext::default();
        let params: Value = members.get("params").map_or(Value::Null, |params| params.deserialize().unwrap());
        context.model = params["model"].as_str().unwrap_or_default().to_owned();
        context
    };
    match members.get("params") {
        Some(_) => encode(members).map_or_else(|_| model(members), |encoded| encoded.context),
        None => ResponseContext::default(),
    }
}

fn decode(members: &JsonObject) -> Result<Value, ModelError> {
    let body = members.get("converse_response").unwrap().as_str().as_bytes().to_vec();
    let response =
        outcrop::converse::decode_response(&body.into(), &context(members), ResponseMetadata::default())?;
    Ok(forms(&response))
}

fn forms(response: &UnifiedResponse) -> Value {
    json!({"unified": response, "v1": ChatCompletion::from(response), "text": response.text()})
}

fn decode_stream(members: &JsonObject) -> Value {
    let context = context(members);
    let mut decoder = StreamDecoder::new(context.clone(), ResponseMetadata::default());
    let id = decoder.partial().id;
    let request = members.get("params").and_then(|params| ModelRequest::from_json(params.as_str()).ok());
    let mut mapper = match &request {
        Some(request) => ChatChunks::from_request(request, id.as_str()),
        None => ChatChunks::new(id.as_str(), context.model.as_str()),
    };
    let (mut chunks, mut output) = (Vec::new(), json!({}));
    let events: Vec<JsonObject> = members.get("events").unwrap().deserialize().unwrap();
    for (name, value) in events.into_iter().flatten() {
        decoder.handle_json(&name, value.as_str().as_bytes());
    }
    decoder.handle_end();
    while let Some(event) = decoder.poll_event() {
        match event {
            Ok(event) => {
                if let StreamEvent::Completed { response } = &event {
                    output = forms(response);
                }
                chunks.extend(mapper.push(event));
            }
            Err(error) => output["error"] = json!(error),
        }
    }
    output["chunks"] = json!(chunks);
    output
}
