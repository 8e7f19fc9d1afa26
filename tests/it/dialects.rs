//! The dialect of each entrance: Converse's own in the Rust API, AG2 Classic's for configurations of AG2.

use outcrop::config::{ConfigEntry, ConfigList};
use outcrop::transport::Environment;
use outcrop::{BedrockClient, BedrockClientBuilder, ModelRequest, ResponseFormat, ToolSpec};
use serde_json::{Value, json};

use crate::support::loopback;

/// Two messages of a user, and a tool with a keyword that AG2 drops.
const PARAMS: &str = r#"{
    "model": "us.anthropic.claude-haiku-4-5-20251001-v1:0",
    "messages": [{"role": "user", "content": "one"}, {"role": "user", "content": "two"}],
    "tools": [{"type": "function", "function": {"name": "f", "parameters":
        {"type": "object", "properties": {}, "additionalProperties": false}}}],
    "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema":
        {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": false}}}
}"#;

#[tokio::test]
async fn each_entrance_has_its_dialect() {
    let keys = r#""aws_region": "eu-west-1", "aws_access_key": "AKID", "aws_secret_key": "s""#;
    let list = format!(r#"[{{"api_type": "bedrock_v2", "model": "m", {keys}}}]"#);
    let listed = ConfigList::from_json(&list).unwrap().bedrock_entries().unwrap().remove(0);
    let converse = ConfigEntry::settings_from_json(&format!(r#"{{"dialect": "converse", {keys}}}"#)).unwrap();
    let built = |builder: BedrockClientBuilder| {
        builder.region("eu-west-1").credentials(outcrop::Credentials::keys("AKID", "s"))
    };
    for (entrance, builder, is_ag2) in [
        ("builder", built(BedrockClient::builder()), false),
        ("ag2", built(BedrockClient::ag2()), true),
        ("configuration list", BedrockClientBuilder::from_config(&listed).unwrap(), true),
        ("entry with a dialect", BedrockClientBuilder::from_config(&converse).unwrap(), false),
    ] {
        let request = ModelRequest::from_json(PARAMS).unwrap();
        let encoded = builder.build().await.unwrap().encode(&request).unwrap();
        let body: Value = serde_json::from_slice(&encoded.to_bytes()).unwrap();
        let turns = body["messages"].as_array().unwrap().len();
        let schema = &body["toolConfig"]["tools"][0]["toolSpec"]["inputSchema"]["json"];
        let found = (
            turns,
            schema["additionalProperties"] == json!(false),
            body["outputConfig"].is_object(),
            body["toolConfig"]["tools"].as_array().unwrap().len(),
        );
        let expected = if is_ag2 { (3, false, false, 2) } else { (1, true, true, 1) };
        assert_eq!(
            found, expected,
            "{entrance}: turns, additionalProperties, native output, tools\n{body:#}"
        );
    }
}

#[tokio::test]
async fn listed_entry_gets_its_region_from_the_environment() {
    // U22. The environment of this process has no region, so the builder gets one of its own.
    let list = ConfigList::from_json(
        r#"[{"api_type": "bedrock", "model": "m", "aws_access_key": "AKID", "aws_secret_key": "s"}]"#,
    );
    let entry = list.unwrap().bedrock_entries().unwrap().remove(0);
    let environment = Environment::from_variables([("AWS_REGION", "eu-north-1")]);
    let client =
        BedrockClientBuilder::from_config(&entry).unwrap().environment(environment).build().await.unwrap();
    assert_eq!(client.transport().region().name, "eu-north-1");
}

#[tokio::test]
async fn transcript_of_a_client_has_the_dialect_of_the_client() {
    let emulator = loopback::serve_model().await;
    for (builder, turns) in [(loopback::builder(&emulator), 1), (ag2(&emulator), 3)] {
        let client = builder.build().await.unwrap();
        let request = ModelRequest::builder(loopback::MODEL).user("one").user("two").build();
        client.create_in(&mut outcrop::Transcript::new(), &request).await.unwrap();
        let sent = emulator.requests().pop().unwrap();
        let body: Value = serde_json::from_slice(sent.body()).unwrap();
        assert_eq!(body["messages"].as_array().unwrap().len(), turns);
    }
}

/// Returns a builder for AG2's dialect that points at an emulator.
fn ag2(emulator: &outcrop_emulator::Emulator) -> BedrockClientBuilder {
    BedrockClient::ag2()
        .endpoint_url(emulator.url())
        .region("eu-west-1")
        .credentials(outcrop::Credentials::keys("AKIDEXAMPLE", "wJalrXUtnFEMI"))
}

/// The weather of a city.
#[derive(schemars::JsonSchema)]
struct GetWeather {
    /// The city, such as Lisbon.
    #[expect(dead_code, reason = "only its schema is used")]
    city: String,
    #[expect(dead_code, reason = "only its schema is used")]
    days: u8,
    #[expect(dead_code, reason = "only its schema is used")]
    offset: Option<i16>,
    #[expect(dead_code, reason = "only its schema is used")]
    stations: Vec<u64>,
    #[expect(dead_code, reason = "only its schema is used")]
    unit: Unit,
    #[expect(dead_code, reason = "only its schema is used")]
    accuracy: f32,
}

#[derive(schemars::JsonSchema)]
enum Unit {
    #[expect(dead_code, reason = "only its schema is used")]
    Celsius,
    #[expect(dead_code, reason = "only its schema is used")]
    Fahrenheit,
}

/// A type whose schema the service cannot enforce as it is: documented variants, tuples, sets, maps, itself.
#[derive(schemars::JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Route {
    #[expect(dead_code, reason = "only its schema is used")]
    stops: Vec<(f64, f64)>,
    #[expect(dead_code, reason = "only its schema is used")]
    tags: std::collections::BTreeSet<String>,
    #[expect(dead_code, reason = "only its schema is used")]
    distances: std::collections::BTreeMap<String, std::num::NonZeroU32>,
    #[expect(dead_code, reason = "only its schema is used")]
    vehicle: Vehicle,
    #[expect(dead_code, reason = "only its schema is used")]
    alternative: Option<Box<Self>>,
}

/// A vehicle that has one documented variant.
#[derive(schemars::JsonSchema)]
enum Vehicle {
    /// A bus.
    #[expect(dead_code, reason = "only its schema is used")]
    Bus,
    #[expect(dead_code, reason = "only its schema is used")]
    Tram,
    #[expect(dead_code, reason = "only its schema is used")]
    Ferry { line: u8 },
}

#[tokio::test]
async fn schema_of_a_rust_type_has_no_note_and_passes_strict() {
    // U3. All of these models accept a tool choice, so nothing else has to be changed.
    for model in [
        "us.anthropic.claude-haiku-4-5-20251001-v1:0",
        "us.anthropic.claude-3-5-sonnet-20241022-v2:0",
        "us.amazon.nova-lite-v1:0",
        "us.amazon.nova-2-lite-v1:0",
        "openai.gpt-oss-120b-1:0",
        "qwen.qwen3-32b-v1:0",
    ] {
        for (dialect, builder) in [("converse", BedrockClient::builder()), ("ag2", BedrockClient::ag2())] {
            let keys = outcrop::Credentials::keys("AKID", "s");
            let client = builder.region("us-east-1").credentials(keys).strict().build().await.unwrap();
            let request = || ModelRequest::builder(model).user("hi");
            let tool = || ToolSpec::from_type::<GetWeather>("get_weather");
            let format = ResponseFormat::from_type::<GetWeather>;
            for (part, request) in [
                ("route", request().response_format(ResponseFormat::from_type::<Route>()).build()),
                ("vehicle", request().response_format(ResponseFormat::from_type::<Vehicle>()).build()),
                ("list", request().response_format(ResponseFormat::from_type::<Vec<Vehicle>>()).build()),
                ("tool", request().tool(tool()).build()),
                ("format", request().response_format(format()).build()),
                ("both", request().tool(tool()).response_format(format()).build()),
            ] {
                let encoded = client.encode(&request);
                let notes = encoded.map(|encoded| encoded.notes).map_err(|error| error.to_string());
                assert_eq!(notes, Ok(Vec::new()), "{model} {dialect} {part}");
            }
        }
    }
}

#[tokio::test]
async fn response_with_a_missing_member_is_kept_in_both_dialects() {
    // R-L1, R-L2. AG2 raises `KeyError`, and counts missing usage as 0.
    use outcrop::ModelClient as _;

    let body = r#"{"output": {"message": {"role": "assistant", "content": [{"text": "The Tagus."}]}}}"#;
    let stopped = r#"{"output": {"message": {"role": "assistant", "content": [{"text": "The Tagus."}]}}, "stopReason": "tool_use"}"#;
    let script = format!(r#"[{{"status": 200, "body": {body:?}}}, {{"status": 200, "body": {stopped:?}}}]"#);
    for (dialect, is_ag2) in [("converse", false), ("ag2", true)] {
        let script = outcrop_emulator::Script::from_json(&script).unwrap();
        let emulator = outcrop_emulator::Emulator::builder().script(script).start().await.unwrap();
        let builder = if is_ag2 { ag2(&emulator) } else { loopback::builder(&emulator) };
        let client = builder.build().await.unwrap();
        let request = ModelRequest::builder(loopback::MODEL).user("Name a river.").build();
        let response = client.create(&request).await.unwrap();
        assert_eq!(response.text(), "The Tagus.", "{dialect}");
        assert_eq!((response.usage.prompt_tokens, response.cost), (None, None), "{dialect}");
        assert!(
            response.notes.iter().any(|note| note.path == "stopReason"),
            "{dialect}: {:?}",
            response.notes
        );
        let response = client.create(&request).await.unwrap();
        assert_eq!(response.finish_reason, Some(outcrop::FinishReason::Stop), "{dialect}");
    }
}
