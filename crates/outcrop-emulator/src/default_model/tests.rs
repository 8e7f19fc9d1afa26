//! Tests of the default model.

use outcrop_converse::wire::ConverseRequest;
use serde_json::{Value, json};

use super::converse::respond;

fn respond_to(request: &Value) -> Value {
    let request: ConverseRequest = serde_json::from_value(request.clone()).expect("a request");
    serde_json::to_value(respond(&request).response).expect("a response")
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

fn text(response: &Value) -> &str {
    response["output"]["message"]["content"][0]["text"].as_str().expect("a text block")
}

#[test]
fn user_text_is_repeated() {
    let response = respond_to(&json!({"messages": user("Hello there")}));
    assert_eq!(text(&response), "You said: Hello there");
    assert_eq!(response["output"]["message"]["role"], "assistant");
    assert_eq!(response["stopReason"], "end_turn");
    assert_eq!(response["usage"], json!({"inputTokens": 3, "outputTokens": 6, "totalTokens": 9}));
    assert_eq!(response["metrics"]["latencyMs"], 160);
}

#[test]
fn equal_requests_get_equal_responses() {
    let request = json!({"messages": user("weather in Rome?"), "toolConfig": {"tools": [weather_tool()]}});
    assert_eq!(respond_to(&request), respond_to(&request));
}

#[test]
fn weather_question_with_the_tool_is_a_call() {
    let asked = user("What is the WEATHER in New York?");
    let with =
        respond_to(&json!({"messages": asked, "toolConfig": {"tools": [other_tool(), weather_tool()]}}));
    assert_eq!(text(&with), "Let me look up the weather in New York.");
    assert_eq!(
        with["output"]["message"]["content"][1],
        json!({"toolUse": {"toolUseId": "tooluse_emulated_1", "name": "get_weather", "input": {"city": "New York"}}})
    );
    assert_eq!(with["stopReason"], "tool_use");

    let without = respond_to(&json!({"messages": asked, "toolConfig": {"tools": [other_tool()]}}));
    assert_eq!(text(&without), "You said: What is the WEATHER in New York?");
    assert_eq!(without["stopReason"], "end_turn");
}

#[test]
fn city_is_sent_under_the_name_of_the_schema() {
    let tool = json!({"toolSpec": {"name": "get_weather", "inputSchema": {"json": {"type": "object",
        "properties": {"location": {"type": "string"}, "unit": {"enum": ["C", "F"]}}, "required": ["location", "unit"]}}}});
    let response = respond_to(&json!({"messages": user("weather"), "toolConfig": {"tools": [tool]}}));
    let input = &response["output"]["message"]["content"][1]["toolUse"]["input"];
    assert_eq!(*input, json!({"location": "Lisbon", "unit": "C"}));
}

/// The second turn of a conversation in which a tool was called.
fn after(name: &str, input: &Value, result: &Value) -> Value {
    respond_to(&json!({
        "messages": [
            {"role": "user", "content": [{"text": "weather?"}]},
            {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t1", "name": name, "input": input}}]},
            {"role": "user", "content": [{"toolResult": result}]}],
        "toolConfig": {"tools": [weather_tool(), other_tool()]},
    }))
}

#[test]
fn weather_results_become_a_sentence() {
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
        let response = after("get_weather", &city, &json!({"toolUseId": "t1", "content": content}));
        assert_eq!(text(&response), sentence);
        assert_eq!(response["stopReason"], "end_turn");
    }
}

#[test]
fn other_results_are_quoted() {
    let input = json!({"a": 1, "b": 2});
    let sum = after("add", &input, &json!({"toolUseId": "t1", "content": [{"text": "3"}]}));
    assert_eq!(text(&sum), "The result of add is: 3");
    let failed = json!({"toolUseId": "t1", "content": [{"text": "overflow"}], "status": "error"});
    assert_eq!(text(&after("add", &input, &failed)), "The call of add failed: overflow");
}

#[test]
fn media_of_the_user_is_described() {
    let response = respond_to(&json!({"messages": [{"role": "user", "content": [
        {"image": {"format": "png", "source": {"bytes": "aGVsbG8="}}},
        {"document": {"format": "pdf", "name": "Plan", "source": {"s3Location": {"uri": "s3://b/plan.pdf"}}}},
        {"text": "What is this?"}]}]}));
    assert_eq!(
        text(&response),
        "I see a png image of 5 bytes. I read the pdf document \"Plan\" at s3://b/plan.pdf. You said: What is this?"
    );
}

#[test]
fn tool_choice_forces_a_call() {
    for (choice, name, input) in [
        (json!({"any": {}}), "add", json!({"a": 1, "b": 2})),
        (json!({"tool": {"name": "get_weather"}}), "get_weather", json!({"city": "Lisbon"})),
        (json!({"tool": {"name": "add"}}), "add", json!({"a": 1, "b": 2})),
    ] {
        let tools = json!({"tools": [other_tool(), weather_tool()], "toolChoice": choice});
        let response = respond_to(&json!({"messages": user("Go on"), "toolConfig": tools}));
        let call = &response["output"]["message"]["content"][0]["toolUse"];
        assert_eq!((call["name"].as_str(), &call["input"]), (Some(name), &input));
        assert_eq!(response["stopReason"], "tool_use");
    }
    let any = json!({"tools": [other_tool(), weather_tool()], "toolChoice": {"any": {}}});
    let asked = respond_to(&json!({"messages": user("weather in Rome"), "toolConfig": any}));
    assert_eq!(asked["output"]["message"]["content"][0]["toolUse"]["input"], json!({"city": "Rome"}));
    let auto = json!({"tools": [other_tool()], "toolChoice": {"auto": {}}});
    assert_eq!(respond_to(&json!({"messages": user("Go on"), "toolConfig": auto}))["stopReason"], "end_turn");
}

#[test]
fn call_ids_are_unique_in_a_conversation() {
    let history = json!([
        {"role": "user", "content": [{"text": "weather in Rome"}]},
        {"role": "assistant", "content": [{"toolUse": {"toolUseId": "tooluse_emulated_1", "name": "get_weather", "input": {}}}]},
        {"role": "user", "content": [{"toolResult": {"toolUseId": "tooluse_emulated_1", "content": []}}]},
        {"role": "assistant", "content": [{"text": "fine"}]},
        {"role": "user", "content": [{"text": "and the weather in Oslo?"}]}]);
    let response = respond_to(&json!({"messages": history, "toolConfig": {"tools": [weather_tool()]}}));
    assert_eq!(response["output"]["message"]["content"][1]["toolUse"]["toolUseId"], "tooluse_emulated_2");
}

#[test]
fn output_limits_cut_the_text() {
    let text = "one two three four";
    for (config, expected, reason) in [
        (json!({"maxTokens": 3}), Some("You said: on"), "max_tokens"),
        (json!({"maxTokens": 100}), Some("You said: one two three four"), "end_turn"),
        (json!({"stopSequences": ["three", " two"]}), Some("You said: one"), "stop_sequence"),
        (json!({"stopSequences": ["nowhere"]}), Some("You said: one two three four"), "end_turn"),
        (json!({"stopSequences": ["four"], "maxTokens": 3}), Some("You said: on"), "max_tokens"),
        (json!({"stopSequences": ["one"], "maxTokens": 3}), Some("You said: "), "stop_sequence"),
        (json!({"stopSequences": ["You"]}), None, "stop_sequence"),
    ] {
        let response = respond_to(&json!({"messages": user(text), "inferenceConfig": config}));
        assert_eq!(response["output"]["message"]["content"][0]["text"].as_str(), expected, "{config}");
        assert_eq!(response["stopReason"], reason, "{config}");
    }
}

#[test]
fn call_beyond_max_tokens_is_dropped() {
    let tools = json!({"tools": [weather_tool()]});
    let response = respond_to(
        &json!({"messages": user("weather?"), "toolConfig": tools, "inferenceConfig": {"maxTokens": 10}}),
    );
    assert_eq!(response["output"]["message"]["content"].as_array().map(Vec::len), Some(1));
    assert_eq!(response["stopReason"], "max_tokens");
}

#[test]
fn structured_output_matches_its_schema() {
    let schema = r#"{"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}"#;
    let response =
        respond_to(&json!({"messages": user("Who?"), "outputConfig": {"textFormat": {"type": "json_schema",
        "structure": {"jsonSchema": {"schema": schema, "name": "person"}}}}}));
    assert_eq!(text(&response), r#"{"name":"name"}"#);
}

#[test]
fn system_prompt_and_tools_count_as_input() {
    let input = |request: Value| respond_to(&request)["usage"]["inputTokens"].as_u64().expect("a count");
    let bare = input(json!({"messages": user("hi")}));
    assert_eq!(bare, 1);
    assert_eq!(input(json!({"messages": user("hi"), "system": [{"text": "0123456789"}]})), 3);
    assert!(input(json!({"messages": user("hi"), "toolConfig": {"tools": [other_tool()]}})) > 20);
}

#[test]
fn conversation_without_user_text_gets_an_answer() {
    for messages in [json!([]), json!([{"role": "assistant", "content": [{"text": "So"}]}])] {
        assert_eq!(text(&respond_to(&json!({ "messages": messages }))), "I am listening.");
    }
}

#[test]
fn responses_match_the_service_model() {
    let mut schema: Value = serde_json::from_str(outcrop_converse::wire::SERVICE_MODEL).expect("the model");
    schema["$ref"] = json!("#/$defs/ConverseResponse");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for request in [
        json!({"messages": user("hi")}),
        json!({"messages": user("weather in Rome"), "toolConfig": {"tools": [weather_tool()]}}),
        json!({"messages": user("hi"), "inferenceConfig": {"maxTokens": 1}, "serviceTier": {"type": "flex"}}),
    ] {
        let response = respond_to(&request);
        let errors: Vec<_> = validator.iter_errors(&response).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
}
