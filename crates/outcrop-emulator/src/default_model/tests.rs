//! Tests of the default model.

use outcrop_converse::wire::ConverseRequest;
use outcrop_converse::{EncodeOptions, encode_request};
use outcrop_core::{ContentBlock, ModelRequest, Role, ToolCallContent, ToolSpec, UnifiedMessage};
use serde_json::{Value, json};

use super::PromptCache;
use super::converse::{Conversation, respond};

const CLAUDE: &str = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";

fn respond_to(request: &Value) -> Value {
    respond_with(request, &PromptCache::default(), false)
}

fn respond_with(request: &Value, cache: &PromptCache, is_stream: bool) -> Value {
    let request: ConverseRequest = serde_json::from_value(request.clone()).expect("a request");
    let answer = respond(Conversation { model: CLAUDE, request: &request, cache, is_stream });
    serde_json::to_value(answer.response).expect("a response")
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
            {"role": "user", "content": [{"text": format!("Use {name}.")}]},
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

fn named_tool(name: &str, properties: &Value) -> Value {
    let required: Vec<_> = properties.as_object().expect("an object").keys().cloned().collect();
    json!({"toolSpec": {"name": name, "inputSchema": {"json":
        {"type": "object", "properties": properties, "required": required}}}})
}

/// Answers like an agent: runs each call with a fixed result until the model answers. Returns the names of the tools that
/// were called, and the last response.
fn run_agent(question: &str, tools: &[Value], choice: &Value, others: &Value) -> (Vec<String>, Value) {
    let mut messages = user(question);
    let mut called = Vec::new();
    for _ in 0..10 {
        let mut request = json!({"messages": messages, "toolConfig": {"tools": tools, "toolChoice": choice}});
        request.as_object_mut().expect("an object").extend(others.as_object().expect("an object").clone());
        let response = respond_to(&request);
        let message = response["output"]["message"].clone();
        let calls: Vec<Value> = message["content"]
            .as_array()
            .expect("content")
            .iter()
            .filter_map(|block| block.get("toolUse").cloned())
            .collect();
        if calls.is_empty() {
            return (called, response);
        }
        let results: Vec<_> = calls
            .iter()
            .map(|call| json!({"toolResult": {"toolUseId": call["toolUseId"], "content": [{"text": "sunny"}]}}))
            .collect();
        called.extend(calls.iter().map(|call| call["name"].as_str().expect("a name").to_owned()));
        let history = messages.as_array_mut().expect("a list");
        history.push(message);
        history.push(json!({"role": "user", "content": results}));
    }
    panic!("the agent does not end: {called:?}");
}

#[test]
fn agent_with_forced_calls_comes_to_an_end() {
    let tools = [weather_tool(), named_tool("final_result", &json!({"answer": {"type": "string"}}))];
    let (called, last) = run_agent("What is the weather in Oslo?", &tools, &json!({"any": {}}), &json!({}));
    assert_eq!(called, ["get_weather", "final_result"]);
    assert_eq!(last["stopReason"], "end_turn");
    let (called, _) = run_agent("Hello", &tools[1..], &json!({"any": {}}), &json!({}));
    assert_eq!(called, ["final_result"]);
}

#[test]
fn tools_that_the_question_names_are_called_once_each() {
    let tools = [
        named_tool("add", &json!({"a": {"type": "integer"}, "b": {"type": "integer"}})),
        named_tool("send_mail", &json!({"email": {"type": "string"}})),
        named_tool("unused", &json!({})),
    ];
    let question = "Add 2 and 3, then send mail to ada@example.com";
    let (called, last) = run_agent(question, &tools, &json!({"auto": {}}), &json!({}));
    assert_eq!(called, ["add", "send_mail"]);
    assert_eq!(text(&last), "The result of send_mail is: sunny");
    let response = respond_to(&json!({"messages": user(question), "toolConfig": {"tools": tools}}));
    assert_eq!(response["output"]["message"]["content"][1]["toolUse"]["input"], json!({"a": 2, "b": 3}));
    let (called, _) = run_agent("Hello", &tools, &json!({"auto": {}}), &json!({}));
    assert_eq!(called, Vec::<String>::new());
}

#[test]
fn lone_output_tool_is_called_without_being_forced() {
    for (name, is_called) in
        [("Person", true), ("final_result", true), ("submit_answer", true), ("lookup", false)]
    {
        let tools = [named_tool(name, &json!({"name": {"type": "string"}, "age": {"type": "integer"}}))];
        let request = json!({"messages": user("My name is Ada and I am 36"), "toolConfig": {"tools": tools}});
        let response = respond_to(&request);
        let call = &response["output"]["message"]["content"][0]["toolUse"];
        assert_eq!(call.is_object(), is_called, "{name}");
        if is_called {
            assert_eq!(call["input"], json!({"name": "Ada", "age": 36}), "{name}");
        }
    }
}

#[test]
fn structured_output_follows_the_tools() {
    let format = json!({"type": "json_schema", "schema": {"type": "object", "required": ["city", "degrees"],
        "properties": {"city": {"type": "string"}, "degrees": {"type": "integer"}}}});
    for fields in [json!({"output_config": {"format": format}}), json!({"output_format": format})] {
        let others = json!({"additionalModelRequestFields": fields});
        let question = "What is the weather in Oslo? It must be above 5";
        let (called, last) = run_agent(question, &[weather_tool()], &json!({"auto": {}}), &others);
        assert_eq!(called, ["get_weather"], "{fields}");
        assert_eq!(text(&last), r#"{"city":"Oslo","degrees":5}"#, "{fields}");
    }
}

#[test]
fn reasoning_is_sent_if_it_is_enabled() {
    for (fields, is_signed) in [
        (json!({"thinking": {"type": "enabled", "budget_tokens": 2000}}), true),
        (json!({"thinking": {"type": "adaptive"}}), true),
        (json!({"reasoningConfig": {"type": "enabled"}}), false),
    ] {
        let response = respond_to(&json!({"messages": user("hi"), "additionalModelRequestFields": fields}));
        let content = response["output"]["message"]["content"].as_array().expect("content");
        assert_eq!(content.len(), 2, "{fields}");
        let reasoning = &content[0]["reasoningContent"]["reasoningText"];
        assert!(reasoning["text"].as_str().is_some_and(|text| !text.is_empty()), "{fields}");
        assert_eq!(reasoning["signature"].is_string(), is_signed, "{fields}");
        assert!(response["usage"]["outputTokens"].as_u64().expect("a count") > 10, "{fields}");
    }
    let disabled =
        json!({"messages": user("hi"), "additionalModelRequestFields": {"thinking": {"type": "disabled"}}});
    assert_eq!(respond_to(&disabled)["output"]["message"]["content"].as_array().map(Vec::len), Some(1));
}

/// Returns the tokens of the input, of cache reads and of cache writes.
fn cached(request: &Value, cache: &PromptCache) -> (u64, u64, u64) {
    let usage = respond_with(request, cache, false)["usage"].clone();
    let count = |name: &str| usage[name].as_u64().unwrap_or_default();
    let (input, read, write) =
        (count("inputTokens"), count("cacheReadInputTokens"), count("cacheWriteInputTokens"));
    assert_eq!(count("totalTokens"), input + read + write + count("outputTokens"), "{usage}");
    (input, read, write)
}

#[tokio::test(start_paused = true)]
async fn cache_points_are_written_and_read() {
    let cache = PromptCache::default();
    let request = |system: &str, point: Value| json!({"messages": user("hi"), "system": [{"text": system}, {"cachePoint": point}]});
    let five = json!({"type": "default"});
    let long = "x".repeat(8000);
    assert_eq!(cached(&request(&long, five.clone()), &cache), (1, 0, 2000));
    assert_eq!(cached(&request(&long, five.clone()), &cache), (1, 2000, 0));
    assert_eq!(
        cached(&request(&long.replace('x', "y"), five.clone()), &cache),
        (1, 0, 2000),
        "another prefix"
    );
    assert_eq!(cached(&request(&"x".repeat(400), five.clone()), &cache), (101, 0, 0), "below the minimum");

    tokio::time::advance(std::time::Duration::from_secs(299)).await;
    assert_eq!(cached(&request(&long, five.clone()), &cache), (1, 2000, 0));
    tokio::time::advance(std::time::Duration::from_secs(299)).await;
    assert_eq!(cached(&request(&long, five.clone()), &cache), (1, 2000, 0), "reading renews an entry");
    tokio::time::advance(std::time::Duration::from_secs(301)).await;
    assert_eq!(cached(&request(&long, five), &cache), (1, 0, 2000), "it has expired");

    let hour = request(&"z".repeat(8000), json!({"type": "default", "ttl": "1h"}));
    let usage = respond_with(&hour, &cache, false)["usage"].clone();
    assert_eq!(usage["cacheDetails"], json!([{"ttl": "1h", "inputTokens": 2000}]));
    tokio::time::advance(std::time::Duration::from_secs(3500)).await;
    assert_eq!(cached(&hour, &cache), (1, 2000, 0));
}

#[test]
fn moving_cache_point_reads_all_but_the_last_step() {
    let cache = PromptCache::default();
    let mut messages = vec![json!({"role": "user", "content": [{"text": "x".repeat(8000)}]})];
    for step in 0..20 {
        let mut sent = messages.clone();
        let last = sent.last_mut().and_then(|message| message["content"].as_array_mut()).expect("content");
        last.push(json!({"cachePoint": {"type": "default"}}));
        let (input, read, write) =
            cached(&json!({"messages": sent, "toolConfig": {"tools": [weather_tool()]}}), &cache);
        assert_eq!(input, 0, "step {step}");
        assert!(write <= 30 || step == 0, "step {step}: {write}");
        assert!(read >= 2000 || step == 0, "step {step}: {read}");
        let call = json!({"toolUse": {"toolUseId": format!("t{step}"), "name": "get_weather", "input": {"city": "Oslo"}}});
        messages.push(json!({"role": "assistant", "content": [call]}));
        let result = json!({"toolResult": {"toolUseId": format!("t{step}"), "content": [{"text": "sunny"}]}});
        messages.push(json!({"role": "user", "content": [result]}));
    }
}

/// Encodes a request of an agent with `cache: auto`, and returns the tokens of the input, of cache reads and of cache writes.
fn auto_cached(
    model: &str,
    messages: &[UnifiedMessage],
    has_tools: bool,
    cache: &PromptCache,
) -> (u64, u64, u64) {
    let mut request = ModelRequest::builder(model)
        .cache(outcrop_core::PromptCache::auto())
        .system("Be brief. ".repeat(500))
        .messages(messages.to_vec())
        .build();
    if has_tools {
        request
            .tools
            .push(ToolSpec::without_input("get_weather").with_description("The weather. ".repeat(500)));
    }
    let encoded = encode_request(&request, &EncodeOptions::converse()).expect("a request");
    let conversation = Conversation { model, request: &encoded.body, cache, is_stream: false };
    let usage = respond(conversation).response.usage.expect("usage");
    let count = |count: Option<u64>| count.unwrap_or_default();
    (count(usage.input_tokens), count(usage.cache_read_input_tokens), count(usage.cache_write_input_tokens))
}

#[test]
fn agent_with_auto_cache_reads_all_but_the_last_step() {
    // A step of the second agent has more blocks than Claude looks back from a cache point.
    for (model, calls) in [(CLAUDE, 1), (CLAUDE, 30), ("us.amazon.nova-pro-v1:0", 0)] {
        let cache = PromptCache::default();
        let mut messages = vec![UnifiedMessage::user("word ".repeat(2000))];
        let mut known = 0;
        for step in 0..20 {
            let (input, read, write) = auto_cached(model, &messages, calls > 0, &cache);
            assert_eq!((input, read), (0, known), "{model} {calls}, step {step}");
            assert!(step == 0 || write <= 20 * (calls + 1), "{model} {calls}, step {step}: {write}");
            known = read + write;
            let id = |call: u64| format!("t{step}-{call}");
            let mut response: Vec<ContentBlock> = vec!["I look it up.".into()];
            response
                .extend((0..calls).map(|call| ToolCallContent::new(id(call), "get_weather", "{}").into()));
            messages.push(UnifiedMessage::new(Role::Assistant, response));
            // An instruction between steps does not move to the front.
            messages.push(UnifiedMessage::system("Be quick."));
            messages.extend((0..calls).map(|call| UnifiedMessage::tool_result(id(call), "sunny")));
            if calls == 0 {
                messages.push(UnifiedMessage::user("and then?"));
            }
        }
    }
}

#[test]
fn guardrail_judges_input_and_output() {
    let guarded = |messages: Value, mode: &str| {
        json!({"messages": messages, "toolConfig": {"tools": [weather_tool()]}, "guardrailConfig": {
            "guardrailIdentifier": "gr1", "guardrailVersion": "1", "trace": "enabled", "streamProcessingMode": mode}})
    };
    let cache = PromptCache::default();
    let harmless = respond_with(&guarded(user("hi"), "sync"), &cache, false);
    assert_eq!(harmless["stopReason"], "end_turn");
    assert!(harmless["trace"]["guardrail"]["inputAssessment"]["gr1"]["invocationMetrics"].is_object());

    let blocked = respond_with(&guarded(user("BLOCK ME now"), "sync"), &cache, false);
    assert_eq!(blocked["stopReason"], "guardrail_intervened");
    assert_eq!(text(&blocked), "Sorry, the guardrail of this emulator blocked that.");
    assert_eq!(blocked["usage"]["totalTokens"], 0);
    let word = &blocked["trace"]["guardrail"]["inputAssessment"]["gr1"]["wordPolicy"]["customWords"][0];
    assert_eq!(word["match"], "BLOCK ME");
    assert_eq!(blocked["trace"]["guardrail"]["outputAssessments"], Value::Null);

    // A tool result is not judged as input, so its phrase reaches the output.
    let history = json!([{"role": "user", "content": [{"text": "weather in Oslo"}]},
        {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t", "name": "get_weather", "input": {}}}]},
        {"role": "user", "content": [{"toolResult": {"toolUseId": "t", "content": [{"text": "so BLOCK ME please"}]}}]}]);
    for (mode, is_stream, expected) in [
        ("sync", false, "Sorry, the guardrail of this emulator blocked that."),
        ("sync", true, "Sorry, the guardrail of this emulator blocked that."),
        ("async", true, "The result of get_weather is: so BLOCK ME"),
        ("async", false, "Sorry, the guardrail of this emulator blocked that."),
    ] {
        let response = respond_with(&guarded(history.clone(), mode), &cache, is_stream);
        assert_eq!(response["stopReason"], "guardrail_intervened", "{mode} {is_stream}");
        assert_eq!(text(&response), expected, "{mode} {is_stream}");
        assert!(response["trace"]["guardrail"]["outputAssessments"]["gr1"][0]["wordPolicy"].is_object());
    }

    let marked = json!([{"role": "user", "content": [{"text": "BLOCK ME"}, {"guardContent": {"text": {"text": "fine"}}}]}]);
    assert_eq!(
        respond_with(&guarded(marked, "sync"), &cache, false)["usage"]["totalTokens"].as_u64().map(|n| n > 0),
        Some(true),
        "only marked text is judged"
    );
}
