//! The parameters of a chat completion, one by one.

use serde_json::json;

use super::{notes, read};
use crate::{ModelRequest, NoteAction, Price, RawJson};

/// The spelling of the sampling parameters: maximum tokens, temperature, top p, top k, seed.
fn sampling(request: &ModelRequest) -> [Option<String>; 5] {
    let sampling = &request.sampling;
    [&sampling.max_tokens, &sampling.temperature, &sampling.top_p, &sampling.top_k, &sampling.seed]
        .map(|number| number.as_ref().map(ToString::to_string))
}

#[test]
fn absent_parameters_are_not_set() {
    let request = read("").unwrap();
    assert_eq!(request.model, "m");
    assert_eq!(request.messages.len(), 1);
    assert_eq!(sampling(&request), [None, None, None, None, None]);
    assert!(request.sampling.stop.is_empty() && request.tools.is_empty() && request.notes.is_empty());
    assert_eq!(
        (request.tool_choice, request.parallel_tool_calls, request.response_format),
        (None, None, None)
    );
    assert_eq!(request.price, None);
    assert!(request.supports_system_prompts);
    assert!(request.additional_fields.is_empty() && request.other.is_empty());
}

#[test]
fn missing_model_and_messages_are_accepted() {
    for text in ["{}", r#"{"model":null,"messages":null}"#, r#"{"model":"","messages":[]}"#] {
        let request = ModelRequest::from_json(text).unwrap();
        assert_eq!((request.model.as_str(), request.messages.len()), ("", 0));
    }
}

#[test]
fn numbers_keep_their_spelling() {
    for (members, at, expected) in [
        (r#""max_tokens":50"#, 0, "50"),
        (r#""max_completion_tokens":50"#, 0, "50"),
        (r#""maxTokens":50"#, 0, "50"),
        (r#""max_tokens":-1"#, 0, "-1"),
        (r#""max_tokens":12345678901234567890"#, 0, "12345678901234567890"),
        (r#""temperature":0.7"#, 1, "0.7"),
        (r#""temperature":1"#, 1, "1"),
        (r#""temperature":1.0"#, 1, "1.0"),
        (r#""temperature":0.30000000000000004"#, 1, "0.30000000000000004"),
        (r#""temperature":1e-3"#, 1, "0.001"),
        (r#""temperature":2.5"#, 1, "2.5"),
        (r#""top_p":0.9"#, 2, "0.9"),
        (r#""topP":0.9"#, 2, "0.9"),
        (r#""top_k":40"#, 3, "40"),
        (r#""seed":7"#, 4, "7"),
    ] {
        let request = read(members).unwrap();
        let mut expected_sampling = [None, None, None, None, None];
        expected_sampling[at] = Some(expected.to_owned());
        assert_eq!(sampling(&request), expected_sampling, "{members}");
        assert!(request.notes.is_empty() && request.other.is_empty(), "{members}");
    }
}

#[test]
fn first_present_spelling_is_used() {
    for (members, at, expected) in [
        (r#""max_tokens":1,"max_completion_tokens":2,"maxTokens":3"#, 0, Some("1")),
        (r#""maxTokens":3,"max_completion_tokens":2"#, 0, Some("2")),
        (r#""max_tokens":null,"max_completion_tokens":2"#, 0, Some("2")),
        (r#""max_tokens":null,"max_completion_tokens":null,"maxTokens":3"#, 0, Some("3")),
        (r#""topP":0.5,"top_p":0.9"#, 2, Some("0.9")),
        (r#""topP":0.5,"top_p":null"#, 2, Some("0.5")),
        (r#""max_tokens":null"#, 0, None),
    ] {
        let request = read(members).unwrap();
        assert_eq!(sampling(&request)[at].as_deref(), expected, "{members}");
        // Each other spelling has another value, which is dropped.
        let others = members.split(',').filter(|member| !member.ends_with(":null")).count().saturating_sub(1);
        assert_eq!(request.notes.len(), others, "{members}");
        assert!(request.notes.iter().all(|note| note.rule == "params.duplicate"), "{members}");
        assert!(request.other.is_empty(), "{members}");
    }
    let request = read(r#""max_tokens":50,"max_completion_tokens":50"#).unwrap();
    assert_eq!(notes(&request), Vec::<String>::new());
}

#[test]
fn whole_numbers_may_be_written_as_floats() {
    for (members, at, expected) in [
        (r#""max_tokens":50.0"#, 0, "50.0"),
        (r#""maxTokens":1e2"#, 0, "100.0"),
        (r#""max_output_tokens":7"#, 0, "7"),
        (r#""topK":4.0"#, 3, "4.0"),
        (r#""seed":-7.0"#, 4, "-7.0"),
    ] {
        let request = read(members).unwrap();
        assert_eq!(sampling(&request)[at].as_deref(), Some(expected), "{members}");
        assert!(request.notes.is_empty() && request.other.is_empty(), "{members}");
    }
}

#[test]
fn number_beyond_64_bits_is_an_error() {
    for value in ["1e23", "1e300", "-1e40", "99999999999999999999", "1e999"] {
        let error = read(&format!(r#""max_tokens":{value}"#)).unwrap_err();
        assert_eq!((error.code(), error.path()), (Some("InvalidParameter"), Some("max_tokens")), "{value}");
    }
}

#[test]
fn values_of_the_wrong_type_are_dropped_with_a_note() {
    for (name, values) in [
        ("max_tokens", &[r#""50""#, "1.5", "true", "[50]", "{}"][..]),
        ("max_completion_tokens", &[r#""50""#]),
        ("maxTokens", &["1.5e0"]),
        ("temperature", &[r#""0.7""#, "true", "[0.7]"]),
        ("top_p", &[r#""0.7""#, "false"]),
        ("topP", &["{}"]),
        ("top_k", &["1.5", "true"]),
        ("seed", &[r#""7""#, "7.5"]),
        ("parallel_tool_calls", &["1", r#""true""#]),
        ("additional_model_request_fields", &["[]", r#""a""#, "7", "true"]),
    ] {
        for value in values {
            let request = read(&format!(r#""{name}":{value}"#)).unwrap();
            assert_eq!(notes(&request), [format!("{name} [params.type]")], "{value}");
            assert_eq!(request.notes[0].action, NoteAction::Dropped);
            assert_eq!(sampling(&request), [None, None, None, None, None]);
            assert_eq!(request.parallel_tool_calls, None);
            assert!(request.additional_fields.is_empty() && request.other.is_empty());
        }
    }
}

#[test]
fn null_counts_as_absent() {
    for name in [
        "max_tokens",
        "temperature",
        "top_p",
        "top_k",
        "seed",
        "stop",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "response_format",
        "price",
        "additional_model_request_fields",
        "cache_control",
    ] {
        let request = read(&format!(r#""{name}":null"#)).unwrap();
        assert!(request.notes.is_empty() && request.other.is_empty(), "{name}");
        assert_eq!(sampling(&request), [None, None, None, None, None]);
        assert_eq!((request.tool_choice, request.price), (None, None));
        assert_eq!(request.messages[0].content.len(), 1, "{name}");
    }
}

#[test]
fn stop_sequences_are_a_string_or_a_list() {
    for (members, expected) in [
        (r#""stop":"X""#, &["X"][..]),
        (r#""stop":["X","Y"]"#, &["X", "Y"]),
        (r#""stop_sequences":["X"]"#, &["X"]),
        (r#""stop":["X"],"stop_sequences":["Y"]"#, &["Y"]),
        (r#""stop":"X","stop_sequences":null"#, &["X"]),
        (r#""stop":"""#, &[]),
        (r#""stop":["","X",""]"#, &["X"]),
        (r#""stop":[]"#, &[]),
        (r#""stop":"\n\u00e9""#, &["\né"]),
    ] {
        assert_eq!(read(members).unwrap().sampling.stop, expected, "{members}");
    }
}

#[test]
fn price_that_is_not_a_pair_of_numbers_is_ignored() {
    for (value, expected) in [
        ("[0.003, 0.015]", Some((0.003, 0.015))),
        ("[0, 1]", Some((0.0, 1.0))),
        ("[1]", None),
        ("[1, 2, 3]", None),
        ("0.5", None),
        (r#"["1", "2"]"#, None),
        ("[null, null]", None),
        ("{}", None),
    ] {
        let request = read(&format!(r#""price":{value}"#)).unwrap();
        assert_eq!(request.price, expected.map(Price::from), "{value}");
    }
}

#[test]
fn supports_system_prompts_is_evaluated_as_in_python() {
    for (value, expected) in [
        ("true", true),
        ("1", true),
        ("\"false\"", true),
        ("\"0\"", true),
        ("[0]", true),
        ("-0.5", true),
        ("false", false),
        ("null", false),
        ("0", false),
        ("0.0", false),
        ("-0", false),
        ("\"\"", false),
        ("[]", false),
        ("{}", false),
    ] {
        let request = read(&format!(r#""supports_system_prompts":{value}"#)).unwrap();
        assert_eq!(request.supports_system_prompts, expected, "{value}");
    }
}

#[test]
fn additional_fields_are_kept_except_reserved_names() {
    let fields = r#"{"thinking":{"type":"enabled","budget_tokens":2048},"z":1.0,"a":null,"big":12345678901234567890123}"#;
    let request = read(&format!(r#""additional_model_request_fields":{fields}"#)).unwrap();
    assert_eq!(RawJson::from(request.additional_fields.clone()).as_str(), fields);
    assert!(request.notes.is_empty());

    let reserved = [
        "api_key",
        "api_type",
        "aws_access_key",
        "aws_profile_name",
        "aws_region",
        "aws_secret_key",
        "aws_session_token",
        "messages",
        "model",
        "price",
        "response_format",
        "supports_system_prompts",
        "timeout",
        "tools",
    ];
    for name in reserved {
        let request =
            read(&format!(r#""additional_model_request_fields":{{"{name}":"hush","kept":1}}"#)).unwrap();
        assert_eq!(request.additional_fields.keys().collect::<Vec<_>>(), ["kept"]);
        assert_eq!(notes(&request), [format!("additional_model_request_fields.{name} [params.reserved]")]);
        assert!(!request.notes[0].to_string().contains("hush"));
    }
}

#[test]
fn unknown_parameters_are_kept_unchanged() {
    let members = r#""stream":true,"k":5,"n":1,"logit_bias":{"b":1.0,"a":[ ]},"user":null,"guardrail":12345678901234567890123"#;
    let request = read(members).unwrap();
    assert_eq!(RawJson::from(request.other).as_str(), format!("{{{members}}}"));
}

#[test]
fn settings_of_ag2_are_ignored_without_a_note() {
    for name in [
        "agent",
        "api_key",
        "api_type",
        "api_version",
        "aws_access_key",
        "aws_profile_name",
        "aws_region",
        "aws_secret_key",
        "aws_session_token",
        "base_url",
        "cache_seed",
        "config_list",
        "context",
        "endpoint_url",
        "filter_func",
        "max_attempts",
        "mode",
        "model_client_cls",
        "tags",
        "timeout",
        "total_max_attempts",
    ] {
        let request = read(&format!(r#""{name}":"secret""#)).unwrap();
        assert!(request.other.is_empty() && request.notes.is_empty(), "{name}");
    }
}

#[test]
fn parallel_tool_calls_is_a_boolean() {
    for (value, expected) in [("true", Some(true)), ("false", Some(false))] {
        assert_eq!(read(&format!(r#""parallel_tool_calls":{value}"#)).unwrap().parallel_tool_calls, expected);
    }
}

#[test]
fn value_parses_like_its_text() {
    let value = json!({"model": "m", "messages": [{"role": "user", "content": "hi"}], "temperature": 0.7});
    let by_value = ModelRequest::from_value(&value).unwrap();
    let by_conversion = ModelRequest::try_from(value).unwrap();
    for request in [by_value, by_conversion] {
        assert_eq!((request.model.as_str(), request.messages[0].text().as_str()), ("m", "hi"));
        assert_eq!(sampling(&request)[1].as_deref(), Some("0.7"));
    }
    assert!(ModelRequest::from_value(&json!([])).is_err());
}

#[test]
fn cache_has_several_spellings() {
    use crate::PromptCache;

    let auto = PromptCache::auto;
    for (members, expected, noted) in [
        (r#""cache":"auto""#, Some(auto()), None),
        (r#""cache":true"#, Some(auto()), None),
        (r#""cache":"off""#, Some(PromptCache::Off), None),
        (r#""cache":false"#, Some(PromptCache::Off), None),
        (r#""cache":null"#, None, None),
        (r#""cache":{"type":"auto","ttl":"1h"}"#, Some(auto().with_ttl("1h")), None),
        (r#""cache":{"ttl":"1h"}"#, Some(auto().with_ttl("1h")), None),
        (r#""prompt_caching":true,"prompt_cache_ttl":"1h""#, Some(auto().with_ttl("1h")), None),
        (r#""prompt_caching":"auto""#, Some(auto()), None),
        (r#""prompt_caching":false"#, Some(PromptCache::Off), None),
        (r#""cache":"auto","prompt_caching":true"#, Some(auto()), None),
        (r#""cache":"off","prompt_caching":true"#, Some(PromptCache::Off), Some("params.duplicate")),
        (r#""cache":"auto","prompt_cache_ttl":7"#, Some(auto()), Some("params.type")),
        (r#""prompt_cache_ttl":"1h""#, None, Some("params.cache_ttl")),
        (
            r#""cache":{"ttl":"5m"},"prompt_cache_ttl":"1h""#,
            Some(auto().with_ttl("5m")),
            Some("params.cache_ttl"),
        ),
        (r#""cache":{"type":"auto","mood":1}"#, Some(auto()), Some("messages.member")),
        (r#""cache":"secret""#, None, Some("params.type")),
        (r#""prompt_caching":1"#, None, Some("params.type")),
        // AG2's own cache of responses is a setting of the client.
        (r#""cache":{"seed":41}"#, None, None),
    ] {
        let request = read(members).unwrap();
        assert_eq!(request.cache, expected, "{members}");
        let notes: Vec<_> = request.notes.iter().map(|note| &*note.rule).collect();
        assert_eq!(notes, noted.into_iter().collect::<Vec<_>>(), "{members}");
        assert!(request.other.is_empty(), "{members}");
    }
}
