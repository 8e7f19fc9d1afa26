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
    let missing = ConfigList::from_variable("LIST", &Environment::from_variables([("OTHER", "x")]))
        .expect_err("not set");
    assert!(missing.to_string().contains("LIST") && missing.hint().is_some());
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
        (r#""model": "m""#, "[1].aws_region"),
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
fn unknown_keys_are_kept_and_not_sent() {
    let entry = entry(r#""model": "m", "aws_region": "r", "colour": "blue", "api_rate_limit": 3.5"#);
    assert!(entry.other.contains("colour") && entry.other.contains("api_rate_limit"));
    let encoded = entry.encode(&ModelRequest::builder("").user("hi").build()).expect("the request is valid");
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
