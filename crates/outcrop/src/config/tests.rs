//! Tests of configuration lists and entries.

use outcrop_converse::{Alternation, Dialect};
use outcrop_core::{ErrorKind, ModelRequest};
use outcrop_transport::{Environment, RetryMode};

use super::{ApiType, ConfigEntry, ConfigList, Filter};

const LIST: &str = r#"[
    {"model": "m1", "aws_region": "r", "api_type": "bedrock", "tags": ["cheap", "eu"]},
    {"model": "gpt-4o", "api_type": "openai", "api_key": "k"},
    {"model": "m2", "aws_region": "r", "api_type": "bedrock_v2", "tags": ["eu"]}
]"#;

fn entry(members: &str) -> ConfigEntry {
    ConfigEntry::settings_from_json(&format!("{{{members}}}")).expect("the entry is valid")
}

fn models(list: &ConfigList) -> Vec<String> {
    list.bedrock_entries()
        .expect("the entries are valid")
        .into_iter()
        .filter_map(|entry| entry.model)
        .collect()
}

#[test]
fn list_parses_array_or_single_entry() {
    let list = ConfigList::from_json(LIST).expect("it is a list");
    assert_eq!((list.len(), list.is_empty()), (3, false));
    assert_eq!(models(&list), ["m1", "m2"], "entries of other providers are ignored");
    let single = ConfigList::from_json(r#"{"model": "m", "aws_region": "r", "api_type": "bedrock_v2"}"#);
    assert_eq!(models(&single.expect("a single entry is a list")), ["m"]);
    for text in ["", "7", "[7]", "[{]"] {
        let error = ConfigList::from_json(text).expect_err("it is not a list");
        assert_eq!((error.kind(), error.code()), (ErrorKind::Configuration, Some("InvalidConfig")), "{text}");
    }
}

#[test]
fn variable_has_list_or_path_of_file() {
    let file = std::env::temp_dir().join(format!("outcrop-config-{}.json", std::process::id()));
    std::fs::write(&file, LIST).expect("the file can be written");
    for value in [LIST.to_owned(), file.display().to_string(), format!(" {} \n", file.display())] {
        let list = ConfigList::from_variable("LIST", &Environment::from_variables([("LIST", value)]));
        assert_eq!(models(&list.expect("it is a list")), ["m1", "m2"]);
    }
    assert_eq!(models(&ConfigList::from_file(&file).expect("it is a list")), ["m1", "m2"]);
    std::fs::remove_file(&file).expect("the file can be removed");
    let missing = ConfigList::from_variable("NO_LIST", &Environment::from_variables([("OTHER", "x")]))
        .expect_err("not set");
    assert!(missing.to_string().contains("NO_LIST") && missing.hint().is_some());
    let unreadable = ConfigList::from_file(&file).expect_err("the file is gone");
    assert!(unreadable.to_string().contains("outcrop-config"), "{unreadable}");
}

#[test]
fn filter_matches_model_and_tag() {
    let list = ConfigList::from_json(LIST).expect("it is a list");
    for (filter, found) in [
        (Filter::new(), vec!["m1", "m2"]),
        (Filter::new().model("m2"), vec!["m2"]),
        (Filter::new().model("m2").model("m1"), vec!["m1", "m2"]),
        (Filter::new().tag("eu"), vec!["m1", "m2"]),
        (Filter::new().tag("cheap").tag("fast"), vec!["m1"]),
        (Filter::new().tag("eu").model("m1"), vec!["m1"]),
        (Filter::new().tag("us"), vec![]),
    ] {
        assert_eq!(models(&list.filter(&filter)), found, "{filter:?}");
    }
}

#[test]
fn errors_have_index_and_key_as_path() {
    for (entry, path) in [
        (r#""aws_region": "r""#, "[1].model"),
        (r#""model": "m", "region_name": 7"#, "[1].region_name"),
        (r#""model": "m", "topP": 7"#, "[1].topP"),
        (r#""model": "m", "stop": 7"#, "[1].stop"),
        (r#""model": "m", "tool_choice": 7"#, "[1].tool_choice"),
        (r#""model": "m", "max_retries": -1"#, "[1].max_retries"),
        (r#""model": "m", "streaming": "yes""#, "[1].streaming"),
        (r#""model": "m", "aws_bearer_token_bedrock": "s""#, "[1].aws_bearer_token_bedrock"),
        (r#""model": "m", "aws_access_key": "a", "aws_access_key_id": "b""#, "[1].aws_access_key_id"),
        (r#""model": "m", "aws_region": 5"#, "[1].aws_region"),
        (r#""model": "m", "aws_region": "r", "temperature": 1.5"#, "[1].temperature"),
        (r#""model": "m", "aws_region": "r", "temperature": "warm"#, ""),
        (r#""model": "m", "aws_region": "r", "timeout": -1"#, "[1].timeout"),
        (r#""model": "m", "aws_region": "r", "total_max_attempts": 0"#, "[1].total_max_attempts"),
        (r#""model": "m", "aws_region": "r", "mode": "relaxed""#, "[1].mode"),
        (r#""model": "m", "aws_region": "r", "price": [1]"#, "[1].price"),
        (r#""model": "m", "aws_region": "r", "tags": "eu""#, "[1].tags"),
        (r#""model": "m", "aws_region": "r", "alternation": "both""#, "[1].alternation"),
        (
            r#""model": "m", "aws_region": "r", "supports_system_prompts": "no""#,
            "[1].supports_system_prompts",
        ),
        (
            r#""model": "m", "aws_region": "r", "additional_model_request_fields": []"#,
            "[1].additional_model_request_fields",
        ),
    ] {
        let text = format!(r#"[{{"api_type": "openai"}}, {{"api_type": "bedrock", {entry}}}]"#);
        let error = ConfigList::from_json(&text)
            .and_then(|list| list.bedrock_entries())
            .expect_err("the entry is invalid");
        assert_eq!(error.kind(), ErrorKind::Configuration, "{entry}");
        assert_eq!(error.path().unwrap_or_default(), path, "{entry}");
    }
}

#[test]
fn api_type_of_either_ag2_client_is_parsed() {
    for (name, api_type) in [("bedrock", ApiType::Bedrock), ("bedrock_v2", ApiType::BedrockV2)] {
        let entry = entry(&format!(r#""api_type": "{name}""#));
        assert_eq!((entry.api_type, entry.api_type.as_str()), (api_type, name));
    }
    assert_eq!(entry("").api_type, ApiType::BedrockV2, "the default");
    assert_eq!(ApiType::from_name("openai"), None);
}

#[test]
fn unknown_keys_are_not_sent_and_have_a_note() {
    let entry = entry(r#""model": "m", "aws_region": "r", "colour": "blue", "api_rate_limit": 3.5"#);
    assert!(entry.other.contains("colour") && entry.other.contains("api_rate_limit"));
    let encoded = entry.encode(&ModelRequest::builder("").user("hi").build()).expect("the request is valid");
    let notes: Vec<_> = encoded.notes.iter().map(|note| (note.rule.as_ref(), note.path.as_ref())).collect();
    assert_eq!(notes, [("params.unknown", "colour"), ("params.unknown", "api_rate_limit")]);
    let sent = String::from_utf8(encoded.to_bytes().to_vec()).expect("the body is UTF-8");
    assert!(!sent.contains("colour") && !sent.contains("3.5"), "{sent}");
    assert_eq!(encoded.model_id, "m", "the model comes from the entry");
}

#[test]
fn null_and_empty_text_count_as_absent() {
    let entry = entry(r#""model": null, "aws_region": "", "timeout": null, "max_tokens": null"#);
    assert_eq!((entry.model, entry.aws_region, entry.timeout, entry.max_tokens), (None, None, None, None));
}

#[test]
fn endpoint_without_scheme_is_completed() {
    for (members, url) in [
        (r#""base_url": "localhost:8080""#, "http://localhost:8080/"),
        (r#""base_url": "https://vpce.example/bedrock""#, "https://vpce.example/bedrock"),
        (r#""base_url": "http://a", "endpoint_url": "http://b/""#, "http://b/"),
    ] {
        assert_eq!(entry(members).endpoint_url.as_deref(), Some(url), "{members}");
    }
}

#[test]
fn timeout_and_attempts_have_ag2_defaults() {
    let seconds = |members: &str| {
        let settings = entry(members).settings().expect("the settings are valid");
        settings.timeouts.read.map(|limit| limit.as_secs_f64())
    };
    assert_eq!(seconds(""), Some(60.0));
    assert_eq!(seconds(r#""timeout": 0"#), Some(60.0));
    assert_eq!(seconds(r#""timeout": 2.5"#), Some(2.5));
    let retry = |members: &str| {
        let settings = entry(members).settings().expect("the settings are valid");
        let env = Environment::from_variables([("AWS_MAX_ATTEMPTS", "7")]);
        (settings.retry.attempts(&env).expect("there is one attempt"), settings.retry.mode(&env))
    };
    assert_eq!(retry(""), (7, RetryMode::Standard));
    assert_eq!(retry(r#""total_max_attempts": 2, "max_attempts": 9"#), (2, RetryMode::Standard));
    assert_eq!(retry(r#""max_attempts": 2, "mode": "legacy""#), (3, RetryMode::Legacy));
    assert_eq!(retry(r#""max_attempts": 0, "mode": "adaptive""#), (1, RetryMode::Adaptive));
}

#[test]
fn alternation_and_dialect_reach_encode_options() {
    let options = |members: &str| entry(members).encode_options();
    for (members, dialect, alternation) in [
        ("", Dialect::Ag2, Alternation::Insert),
        (r#""dialect": "ag2""#, Dialect::Ag2, Alternation::Insert),
        (r#""dialect": "converse""#, Dialect::Converse, Alternation::Merge),
        (r#""dialect": "converse", "alternation": "insert""#, Dialect::Converse, Alternation::Insert),
        (r#""alternation": "insert""#, Dialect::Ag2, Alternation::Insert),
    ] {
        let options = options(members);
        assert_eq!((options.dialect, options.alternation), (dialect, alternation), "{members}");
    }
    assert_eq!(options(r#""alternation": "merge""#).alternation, Alternation::Merge);
    assert_eq!(options(r#""alternation": "merge""#).dialect, Dialect::Converse);
    assert_eq!(options(r#""alternation": "merge", "dialect": "ag2""#).dialect, Dialect::Ag2);
    assert_eq!(options(r#""filler": "Go on.""#).filler, "Go on.");
}

#[test]
fn request_values_override_entry() {
    let entry = entry(
        r#""model": "of-the-entry", "max_tokens": 10, "temperature": 0.1, "price": [1, 2],
           "additional_model_request_fields": {"a": 1, "b": 2}"#,
    );
    let request = ModelRequest::from_json(
        r#"{"model": "of-the-request", "messages": [{"role": "user", "content": "hi"}], "temperature": 0.9,
            "additional_model_request_fields": {"b": 3}}"#,
    )
    .expect("the parameters are valid");
    let encoded = entry.encode(&request).expect("the request is valid");
    assert_eq!(encoded.model_id, "of-the-request");
    let sent: serde_json::Value = serde_json::from_slice(&encoded.to_bytes()).expect("the body is JSON");
    assert_eq!(sent["inferenceConfig"], serde_json::json!({"maxTokens": 10, "temperature": 0.9}));
    assert_eq!(sent["additionalModelRequestFields"], serde_json::json!({"a": 1, "b": 3}));
}

/// Encodes a short request with an entry, and returns the body and the paths of its notes.
fn encoded(members: &str, params: &str) -> (serde_json::Value, Vec<String>) {
    let params = format!(r#"{{"messages": [{{"role": "user", "content": "hi"}}]{params}}}"#);
    let request = ModelRequest::from_json(&params).expect("the parameters are valid");
    let encoded = entry(members).encode(&request).expect("the request is valid");
    let body = serde_json::from_slice(&encoded.to_bytes()).expect("the body is JSON");
    (body, encoded.notes.iter().map(|note| note.path.to_string()).collect())
}

#[test]
fn each_parameter_of_an_entry_is_a_default_of_its_calls_or_a_note() {
    // U7: AG2 merges these keys into each call.
    let cohere = r#""model": "cohere.command-r-v1:0""#;
    let claude = r#""model": "us.anthropic.claude-haiku-4-5-20251001-v1:0""#;
    let tools = r#", "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}]"#;
    let long_tool = format!(
        r#"{{"type": "function", "function": {{"name": "f", "description": "{}"}}}}"#,
        "word ".repeat(4000)
    );
    for (members, params, pointer, value) in [
        (r#""model": "m", "topP": 0.5"#, "", "/inferenceConfig/topP", "0.5"),
        (r#""model": "m", "maxTokens": 7"#, "", "/inferenceConfig/maxTokens", "7"),
        (r#""model": "m", "max_completion_tokens": 7"#, "", "/inferenceConfig/maxTokens", "7"),
        (&format!(r#"{cohere}, "k": 5"#), "", "/additionalModelRequestFields/k", "5"),
        (r#""model": "m", "stop": "END""#, "", "/inferenceConfig/stopSequences", r#"["END"]"#),
        (r#""model": "m", "stop_sequences": ["END"]"#, "", "/inferenceConfig/stopSequences", r#"["END"]"#),
        (
            r#""model": "m", "stop": "END""#,
            r#", "stop": "OWN""#,
            "/inferenceConfig/stopSequences",
            r#"["OWN"]"#,
        ),
        (
            &format!(r#"{claude}, "max_tokens": 9000, "reasoning_effort": "high""#),
            "",
            "/additionalModelRequestFields/thinking/budget_tokens",
            "4096",
        ),
        (
            &format!(r#"{claude}, "tool_choice": "required""#),
            tools,
            "/toolConfig/toolChoice",
            r#"{"any":{}}"#,
        ),
        (&format!(r#"{claude}{tools}"#), "", "/toolConfig/tools/0/toolSpec/name", r#""f""#),
        (
            r#""model": "m", "guardrailConfig": {"guardrailIdentifier": "g", "guardrailVersion": "1"}"#,
            "",
            "/guardrailConfig/guardrailIdentifier",
            r#""g""#,
        ),
        (
            r#""model": "m", "guardrailConfig": {"guardrailIdentifier": "g", "guardrailVersion": "1"}"#,
            r#", "guardrail_config": {"guardrailIdentifier": "own", "guardrailVersion": "1"}"#,
            "/guardrailConfig/guardrailIdentifier",
            r#""own""#,
        ),
        (r#""model": "m", "request_metadata": {"team": "a"}"#, "", "/requestMetadata/team", r#""a""#),
        (r#""model": "m", "metadata": {"team": "a"}"#, "", "/requestMetadata/team", r#""a""#),
        (
            &format!(r#"{claude}, "prompt_caching": true, "prompt_cache_ttl": "1h", "tools": [{long_tool}]"#),
            "",
            "/toolConfig/tools/1/cachePoint/ttl",
            r#""1h""#,
        ),
        (
            &format!(r#"{claude}, "cache": "auto", "tools": [{long_tool}]"#),
            r#", "cache": "off""#,
            "/toolConfig/tools/1",
            "null",
        ),
        (r#""model": "m", "service_tier": "flex""#, "", "/serviceTier/type", r#""flex""#),
    ] {
        let (body, mut notes) = encoded(members, params);
        // AG2's dialect passes `k` to every model, with a note.
        notes.retain(|path| path != "k");
        let expected: serde_json::Value = serde_json::from_str(value).expect("it is JSON");
        let found = body.pointer(pointer).unwrap_or(&serde_json::Value::Null);
        assert_eq!(found, &expected, "{members}\n{body:#}");
        assert_eq!(notes, Vec::<String>::new(), "{members}");
    }
    for (members, path) in [
        (r#""model": "m", "stream": true"#, "stream"),
        (r#""model": "m", "streaming": true"#, "stream"),
        (r#""model": "m", "logit_bias": {"1": 2}"#, "logit_bias"),
        (r#""model": "m", "max_new_tokens": 7"#, "max_new_tokens"),
        (r#""model": "m", "temprature": 0.5"#, "temprature"),
        (r#""model": "m", "default_headers": {"x-trace": "1"}"#, "default_headers"),
        (r#""model": "m", "cache_seed": 41"#, "cache_seed"),
    ] {
        assert_eq!(encoded(members, "").1, [path], "{members}");
    }
    for members in [
        r#""model": "m", "stream": false"#,
        r#""model": "m", "streaming": false, "cache_seed": null, "tags": ["a"], "timeout": 5, "price": [1, 2], "max_retries": 1"#,
    ] {
        assert_eq!(encoded(members, "").1, Vec::<String>::new(), "{members}");
    }
}

#[test]
fn names_of_ag2_since_1_0_are_read() {
    let entry = entry(
        r#""model": "m", "aws_access_key_id": "AKID", "aws_secret_access_key": "s", "aws_session_token": "t",
           "profile_name": "work", "region_name": "eu-west-1", "max_retries": 2, "streaming": true"#,
    );
    assert_eq!(entry.aws_region.as_deref(), Some("eu-west-1"));
    assert_eq!(entry.aws_profile_name.as_deref(), Some("work"));
    assert_eq!((entry.max_attempts, entry.stream), (Some(2), Some(true)));
    assert!(entry.aws_access_key.is_some() && entry.aws_secret_key.is_some());
    let settings = entry.settings().expect("the settings are valid");
    assert_eq!(settings.retry.attempts(&Environment::default()).expect("there are attempts"), 3);
    assert!(settings.credentials.is_some());
    assert!(entry.other.is_empty(), "{:?}", entry.other);
}

#[test]
fn two_names_of_one_setting_must_agree() {
    for (members, path) in [
        (r#""aws_region": "eu-west-1", "region_name": "eu-west-2""#, "region_name"),
        (r#""aws_access_key": "a", "aws_access_key_id": "b""#, "aws_access_key_id"),
        (r#""max_attempts": 3, "max_retries": 4"#, "max_retries"),
        (r#""stream": true, "streaming": false"#, "streaming"),
        (r#""max_tokens": 3, "maxTokens": 4"#, "maxTokens"),
        (r#""max_completion_tokens": 3, "maxTokens": 4"#, "maxTokens"),
        (r#""top_p": 0.5, "topP": 0.6"#, "topP"),
    ] {
        let error = ConfigEntry::settings_from_json(&format!("{{{members}}}")).expect_err(members);
        assert_eq!((error.kind(), error.path()), (ErrorKind::Configuration, Some(path)), "{members}");
    }
    for members in [
        r#""max_attempts": 3, "max_retries": 3"#,
        r#""stream": true, "streaming": true"#,
        r#""max_tokens": 3, "maxTokens": 3"#,
    ] {
        ConfigEntry::settings_from_json(&format!("{{{members}}}")).expect(members);
    }
}

#[test]
fn debug_hides_secrets_and_values_of_unknown_keys() {
    // M5: what is not known may be a secret.
    let entry = entry(
        r#""model": "m", "aws_access_key_id": "hidden", "aws_secret_access_key": "hidden", "api_key": "hidden",
           "aws_session_token": "hidden", "headers": {"x-trace": "hidden"}, "stop": ["hidden"], "colour": "hidden",
           "number": 424242, "additional_model_request_fields": {"a": "hidden"}, "custom_flag": true,
           "endpoint_url": "https://user:hidden@proxy.example/p?sig=hidden", "aws_region": "eu-west-1""#,
    );
    let shown = format!("{entry:?}");
    assert!(!shown.contains("hidden") && !shown.contains("424242"), "{shown}");
    for part in ["https://proxy.example/p", "custom_flag: true", "eu-west-1", "colour", "headers"] {
        assert!(shown.contains(part), "{shown} lacks {part}");
    }
}

#[test]
fn llm_config_has_a_list_and_defaults_for_it() {
    let list = ConfigList::from_json(
        r#"{"temperature": 0.5, "aws_region": "eu-west-1", "cache_seed": 41, "config_list": [
            {"api_type": "bedrock", "model": "m1"},
            {"api_type": "openai", "model": "gpt", "api_key": "k"},
            {"api_type": "bedrock_v2", "model": "m2", "temperature": 0.1, "aws_region": null}]}"#,
    )
    .expect("it is a list");
    let entries = list.bedrock_entries().expect("the entries are valid");
    let temperatures: Vec<_> = entries.iter().map(|entry| entry.temperature.clone()).collect();
    assert_eq!(temperatures, [serde_json::Number::from_f64(0.5), serde_json::Number::from_f64(0.1)]);
    assert!(entries.iter().all(|entry| entry.aws_region.as_deref() == Some("eu-west-1")));
    let single = ConfigList::from_json(r#"{"config_list": {"api_type": "bedrock", "model": "m"}}"#);
    assert_eq!(models(&single.expect("one entry is a list")), ["m"]);
    let error = ConfigList::from_json(r#"{"config_list": "file.json"}"#).expect_err("it is not a list");
    assert_eq!((error.kind(), error.path()), (ErrorKind::Configuration, Some("config_list")));
}

#[test]
fn region_of_a_listed_entry_may_come_from_the_environment() {
    let list = ConfigList::from_json(r#"[{"api_type": "bedrock", "model": "m"}]"#).expect("it is a list");
    let entry = list.bedrock_entries().expect("the region is not required").remove(0);
    assert_eq!(entry.settings().expect("the settings are valid").region, None);
}

#[test]
fn file_with_the_name_of_the_variable_is_read_if_it_is_not_set() {
    let directory = std::env::temp_dir().join(format!("outcrop-list-{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("the directory can be created");
    std::fs::write(directory.join("OAI_CONFIG_LIST"), LIST).expect("the file can be written");
    let read = |variables: &[(&str, &str)]| {
        let environment = Environment::from_variables(variables.iter().copied());
        ConfigList::from_variable_or_file("OAI_CONFIG_LIST", &environment, &directory)
    };
    for unset in [&[][..], &[("OAI_CONFIG_LIST", " ")]] {
        assert_eq!(models(&read(unset).expect("the file is a list")), ["m1", "m2"]);
    }
    let set = read(&[("OAI_CONFIG_LIST", r#"[{"api_type": "bedrock", "model": "m3"}]"#)]);
    assert_eq!(models(&set.expect("the variable wins")), ["m3"]);
    std::fs::remove_dir_all(&directory).expect("the directory can be removed");
    let error = read(&[]).expect_err("there is neither");
    assert_eq!(error.kind(), ErrorKind::Configuration);
}
