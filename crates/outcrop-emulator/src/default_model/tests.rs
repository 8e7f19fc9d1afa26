//! Tests of the default model.

use outcrop_converse::wire::ConverseRequest;
use serde_json::{Value, json};

use super::converse::respond;

fn reply(request: &Value) -> Value {
    let request: ConverseRequest = serde_json::from_value(request.clone()).expect("a request");
    serde_json::to_value(respond(&request)).expect("a reply")
}

fn user(text: &str) -> Value {
    json!([{"role": "user", "content": [{"text": text}]}])
}

fn weather_tool() -> Value {
    json!({"toolSpec": {"name": "get_weather", "description": "The weather of a city", "inputSchema": {"json":
        {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}})
}

fn other_tool() -> Value {
    json!({"toolSpec": {"name": "add", "inputSchema": {"json":
        {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer", "minimum": 2}},
         "required": ["a", "b"]}}}})
}

fn text(reply: &Value) -> &str {
    reply["output"]["message"]["content"][0]["text"].as_str().expect("a text block")
}

#[test]
fn words_are_repeated() {
    let reply = reply(&json!({"messages": user("Hello there")}));
    assert_eq!(text(&reply), "You said: Hello there");
    assert_eq!(reply["output"]["message"]["role"], "assistant");
    assert_eq!(reply["stopReason"], "end_turn");
    assert_eq!(reply["usage"], json!({"inputTokens": 3, "outputTokens": 6, "totalTokens": 9}));
    assert_eq!(reply["metrics"]["latencyMs"], 160);
}

#[test]
fn the_same_request_has_the_same_reply() {
    let request = json!({"messages": user("weather in Rome?"), "toolConfig": {"tools": [weather_tool()]}});
    assert_eq!(reply(&request), reply(&request));
}

#[test]
fn the_weather_is_looked_up_where_the_tool_is_offered() {
    let asked = user("What is the WEATHER in New York?");
    let with = reply(&json!({"messages": asked, "toolConfig": {"tools": [other_tool(), weather_tool()]}}));
    assert_eq!(text(&with), "Let me look up the weather in New York.");
    assert_eq!(
        with["output"]["message"]["content"][1],
        json!({"toolUse": {"toolUseId": "tooluse_emulated_1", "name": "get_weather", "input": {"city": "New York"}}})
    );
    assert_eq!(with["stopReason"], "tool_use");

    let without = reply(&json!({"messages": asked, "toolConfig": {"tools": [other_tool()]}}));
    assert_eq!(text(&without), "You said: What is the WEATHER in New York?");
    assert_eq!(without["stopReason"], "end_turn");
}

#[test]
fn the_city_goes_where_the_schema_wants_it() {
    let tool = json!({"toolSpec": {"name": "get_weather", "inputSchema": {"json": {"type": "object",
        "properties": {"location": {"type": "string"}, "unit": {"enum": ["C", "F"]}}, "required": ["location", "unit"]}}}});
    let reply = reply(&json!({"messages": user("weather"), "toolConfig": {"tools": [tool]}}));
    let input = &reply["output"]["message"]["content"][1]["toolUse"]["input"];
    assert_eq!(*input, json!({"location": "Lisbon", "unit": "C"}));
}

/// The second turn of a conversation in which a tool was called.
fn after(name: &str, input: &Value, result: &Value) -> Value {
    reply(&json!({
        "messages": [
            {"role": "user", "content": [{"text": "weather?"}]},
            {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t1", "name": name, "input": input}}]},
            {"role": "user", "content": [{"toolResult": result}]}],
        "toolConfig": {"tools": [weather_tool(), other_tool()]},
    }))
}

#[test]
fn results_of_the_weather_become_a_sentence() {
    let city = json!({"city": "Lisbon"});
    for (content, sentence) in [
        (json!([{"json": {"temperature": 21, "condition": "sunny"}}]), "It is 21 °C and sunny in Lisbon."),
        (
            json!([{"text": "{\"temperature\": 21.50, \"condition\": \"sunny\"}"}]),
            "It is 21.50 °C and sunny in Lisbon.",
        ),
        (json!([{"json": {"temp": 70, "unit": "fahrenheit"}}]), "It is 70 °F in Lisbon."),
        (json!([{"json": {"city": "Porto", "conditions": "rainy"}}]), "It is rainy in Porto."),
        (json!([{"text": "21 °C and sunny"}]), "The result of get_weather is: 21 °C and sunny"),
        (json!([{"json": {"humidity": 5}}]), "The result of get_weather is: {\"humidity\":5}"),
        (json!([]), "The result of get_weather is: nothing"),
    ] {
        let reply = after("get_weather", &city, &json!({"toolUseId": "t1", "content": content}));
        assert_eq!(text(&reply), sentence);
        assert_eq!(reply["stopReason"], "end_turn");
    }
}

#[test]
fn results_of_other_tools_are_told() {
    let input = json!({"a": 1, "b": 2});
    let sum = after("add", &input, &json!({"toolUseId": "t1", "content": [{"text": "3"}]}));
    assert_eq!(text(&sum), "The result of add is: 3");
    let failed = json!({"toolUseId": "t1", "content": [{"text": "overflow"}], "status": "error"});
    assert_eq!(text(&after("add", &input, &failed)), "The call of add failed: overflow");
}

#[test]
fn what_is_shown_is_described() {
    let reply = reply(&json!({"messages": [{"role": "user", "content": [
        {"image": {"format": "png", "source": {"bytes": "aGVsbG8="}}},
        {"document": {"format": "pdf", "name": "Plan", "source": {"s3Location": {"uri": "s3://b/plan.pdf"}}}},
        {"text": "What is this?"}]}]}));
    assert_eq!(
        text(&reply),
        "I see a png image of 5 bytes. I read the pdf document \"Plan\" at s3://b/plan.pdf. You said: What is this?"
    );
}

#[test]
fn a_choice_forces_a_call() {
    for (choice, name, input) in [
        (json!({"any": {}}), "add", json!({"a": 1, "b": 2})),
        (json!({"tool": {"name": "get_weather"}}), "get_weather", json!({"city": "Lisbon"})),
        (json!({"tool": {"name": "add"}}), "add", json!({"a": 1, "b": 2})),
    ] {
        let tools = json!({"tools": [other_tool(), weather_tool()], "toolChoice": choice});
        let reply = reply(&json!({"messages": user("Go on"), "toolConfig": tools}));
        let call = &reply["output"]["message"]["content"][0]["toolUse"];
        assert_eq!((call["name"].as_str(), &call["input"]), (Some(name), &input));
        assert_eq!(reply["stopReason"], "tool_use");
    }
    let any = json!({"tools": [other_tool(), weather_tool()], "toolChoice": {"any": {}}});
    let asked = reply(&json!({"messages": user("weather in Rome"), "toolConfig": any}));
    assert_eq!(asked["output"]["message"]["content"][0]["toolUse"]["input"], json!({"city": "Rome"}));
    let auto = json!({"tools": [other_tool()], "toolChoice": {"auto": {}}});
    assert_eq!(reply(&json!({"messages": user("Go on"), "toolConfig": auto}))["stopReason"], "end_turn");
}

#[test]
fn ids_of_calls_are_new_in_their_conversation() {
    let history = json!([
        {"role": "user", "content": [{"text": "weather in Rome"}]},
        {"role": "assistant", "content": [{"toolUse": {"toolUseId": "tooluse_emulated_1", "name": "get_weather", "input": {}}}]},
        {"role": "user", "content": [{"toolResult": {"toolUseId": "tooluse_emulated_1", "content": []}}]},
        {"role": "assistant", "content": [{"text": "fine"}]},
        {"role": "user", "content": [{"text": "and the weather in Oslo?"}]}]);
    let reply = reply(&json!({"messages": history, "toolConfig": {"tools": [weather_tool()]}}));
    assert_eq!(reply["output"]["message"]["content"][1]["toolUse"]["toolUseId"], "tooluse_emulated_2");
}

#[test]
fn limits_cut_the_answer() {
    let said = "one two three four";
    for (config, expected, reason) in [
        (json!({"maxTokens": 3}), Some("You said: on"), "max_tokens"),
        (json!({"maxTokens": 100}), Some("You said: one two three four"), "end_turn"),
        (json!({"stopSequences": ["three", " two"]}), Some("You said: one"), "stop_sequence"),
        (json!({"stopSequences": ["nowhere"]}), Some("You said: one two three four"), "end_turn"),
        (json!({"stopSequences": ["four"], "maxTokens": 3}), Some("You said: on"), "max_tokens"),
        (json!({"stopSequences": ["one"], "maxTokens": 3}), Some("You said: "), "stop_sequence"),
        (json!({"stopSequences": ["You"]}), None, "stop_sequence"),
    ] {
        let reply = reply(&json!({"messages": user(said), "inferenceConfig": config}));
        assert_eq!(reply["output"]["message"]["content"][0]["text"].as_str(), expected, "{config}");
        assert_eq!(reply["stopReason"], reason, "{config}");
    }
}

#[test]
fn a_call_that_is_too_long_is_not_begun() {
    let tools = json!({"tools": [weather_tool()]});
    let reply = reply(
        &json!({"messages": user("weather?"), "toolConfig": tools, "inferenceConfig": {"maxTokens": 10}}),
    );
    assert_eq!(reply["output"]["message"]["content"].as_array().map(Vec::len), Some(1));
    assert_eq!(reply["stopReason"], "max_tokens");
}

#[test]
fn structured_output_is_json_of_its_schema() {
    let schema = r#"{"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}"#;
    let reply =
        reply(&json!({"messages": user("Who?"), "outputConfig": {"textFormat": {"type": "json_schema",
        "structure": {"jsonSchema": {"schema": schema, "name": "person"}}}}}));
    assert_eq!(text(&reply), r#"{"name":"name"}"#);
}

#[test]
fn system_messages_and_tools_are_input() {
    let input = |request: Value| reply(&request)["usage"]["inputTokens"].as_u64().expect("a count");
    let bare = input(json!({"messages": user("hi")}));
    assert_eq!(bare, 1);
    assert_eq!(input(json!({"messages": user("hi"), "system": [{"text": "0123456789"}]})), 3);
    assert!(input(json!({"messages": user("hi"), "toolConfig": {"tools": [other_tool()]}})) > 20);
}

#[test]
fn an_answer_to_nothing_is_an_answer() {
    for messages in [json!([]), json!([{"role": "assistant", "content": [{"text": "So"}]}])] {
        assert_eq!(text(&reply(&json!({ "messages": messages }))), "I am listening.");
    }
}

#[test]
fn replies_are_as_the_service_model_has_them() {
    let mut schema: Value = serde_json::from_str(outcrop_converse::wire::SERVICE_MODEL).expect("the model");
    schema["$ref"] = json!("#/$defs/ConverseResponse");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for request in [
        json!({"messages": user("hi")}),
        json!({"messages": user("weather in Rome"), "toolConfig": {"tools": [weather_tool()]}}),
        json!({"messages": user("hi"), "inferenceConfig": {"maxTokens": 1}, "serviceTier": {"type": "flex"}}),
    ] {
        let reply = reply(&request);
        let errors: Vec<_> = validator.iter_errors(&reply).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
}
