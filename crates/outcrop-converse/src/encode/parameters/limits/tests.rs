//! Tests of the bounds.

use super::check;
use crate::encode::tests::{assert_invalid, encode};
use crate::wire::ConverseRequest;

const HI: &str = r#""messages":[{"role":"user","content":"hi"}]"#;

/// Returns the path of the first violation.
fn violation(body: &str) -> Option<String> {
    let body: ConverseRequest = outcrop_core::from_str(body).unwrap();
    check(&body).err().map(|error| error.path().unwrap().to_owned())
}

#[test]
fn bounds_match_the_service_model() {
    let many = |count: usize, item: &str| vec![item; count].join(",");
    let labels = |count: usize| (0..count).map(|i| format!(r#""k{i}":"v""#)).collect::<Vec<_>>().join(",");
    let (longest, long) = ("x".repeat(256), "x".repeat(257));
    for (body, expected) in [
        (format!(r#"{{"inferenceConfig":{{"stopSequences":[{}]}}}}"#, many(2500, "\"X\"")), None),
        (format!(r#"{{"inferenceConfig":{{"stopSequences":[{}]}}}}"#, many(2501, "\"X\"")), Some("stop")),
        (format!(r#"{{"requestMetadata":{{{}}}}}"#, labels(16)), None),
        (format!(r#"{{"requestMetadata":{{{}}}}}"#, labels(17)), Some("metadata")),
        (r#"{"requestMetadata":{"a b:_@$#=/+,-.":"0 \t\n9"}}"#.to_owned(), None),
        (r#"{"requestMetadata":{"":"a"}}"#.to_owned(), Some("metadata.")),
        (r#"{"requestMetadata":{"a":"é"}}"#.to_owned(), Some("metadata.a")),
        (format!(r#"{{"requestMetadata":{{"a":"{longest}"}}}}"#), None),
        (format!(r#"{{"requestMetadata":{{"a":"{long}"}}}}"#), Some("metadata.a")),
        (
            format!(r#"{{"additionalModelResponseFieldPaths":[{}]}}"#, many(11, "\"/a\"")),
            Some("additionalModelResponseFieldPaths"),
        ),
        (
            r#"{"additionalModelResponseFieldPaths":["/a",""]}"#.to_owned(),
            Some("additionalModelResponseFieldPaths[1]"),
        ),
        (r#"{"guardrailConfig":{"guardrailIdentifier":"","guardrailVersion":""}}"#.to_owned(), None),
        (
            r#"{"guardrailConfig":{"guardrailIdentifier":"arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:guardrail/a1"}}"#
                .to_owned(),
            None,
        ),
        (
            r#"{"guardrailConfig":{"guardrailIdentifier":"arn:aws:bedrock:us-east-1:12345:guardrail/a1"}}"#.to_owned(),
            Some("guardrailConfig.guardrailIdentifier"),
        ),
        (
            r#"{"guardrailConfig":{"guardrailIdentifier":"My-Guardrail"}}"#.to_owned(),
            Some("guardrailConfig.guardrailIdentifier"),
        ),
        (
            r#"{"guardrailConfig":{"guardrailVersion":"07"}}"#.to_owned(),
            Some("guardrailConfig.guardrailVersion"),
        ),
        (r#"{"outputConfig":{"effort":"0123456789abcdef"}}"#.to_owned(), None),
        (r#"{"outputConfig":{"effort":"0123456789abcdefg"}}"#.to_owned(), Some("outputConfig.effort")),
    ] {
        assert_eq!(violation(&body).as_deref(), expected, "{body}");
    }
}

#[test]
fn parameters_out_of_range_are_errors() {
    for (members, path) in [
        (r#""max_tokens":0"#, "max_tokens"),
        (r#""max_tokens":-1"#, "max_tokens"),
        (r#""max_tokens":2147483648"#, "max_tokens"),
        (r#""max_tokens":12345678901234567890"#, "max_tokens"),
        (r#""temperature":-0.1"#, "temperature"),
        (r#""top_p":-1"#, "top_p"),
        (r#""top_p":1.01"#, "top_p"),
    ] {
        assert_invalid(&format!(r#"{{"model":"m",{HI},{members}}}"#), "InvalidParameter", path);
    }
    for members in [
        r#""max_tokens":1"#,
        r#""max_tokens":2147483647"#,
        r#""temperature":0"#,
        r#""temperature":1.0"#,
        r#""top_p":0.0"#,
        r#""top_p":1"#,
    ] {
        encode(&format!(r#"{{"model":"m",{HI},{members}}}"#)).unwrap();
    }
}

#[test]
fn project_is_checked_against_the_service_model_and_the_model() {
    let request =
        |model: &str, project: &str| format!(r#"{{"model":"{model}",{HI},"projectIdentifier":{project}}}"#);
    let profile = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3";
    let system_profile = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-lite-v1:0";
    let arn = r#""arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:project/p_1-A""#;
    let longest = format!(r#""{}""#, "x".repeat(2048));
    for (model, project) in [
        ("m", r#""p_1-A""#),
        ("m", arn),
        ("m", &longest),
        (system_profile, arn),
        (profile, r#""default""#),
        (profile, "null"),
    ] {
        let encoded = encode(&request(model, project)).unwrap();
        let sent = encoded.body.project_identifier.is_some();
        assert_eq!(sent, project != "null", "{project}");
        assert!(encoded.notes.is_empty(), "{:?}", encoded.notes);
    }
    let long = format!(r#""{}""#, "x".repeat(2049));
    for project in
        [r#""""#, r#""a b""#, r#""arn:aws:bedrock:us-east-1:1:project/p""#, r#""arn:aws:s3:::b""#, &long, "7"]
    {
        assert_invalid(&request("m", project), "InvalidParameter", "projectIdentifier");
    }
    let error = encode(&request(profile, r#""p""#)).unwrap_err();
    assert_eq!((error.code(), error.path()), (Some("ProjectNotSupported"), Some("projectIdentifier")));
    let snake_case = encode(&format!(r#"{{"model":"m",{HI},"project_identifier":"p"}}"#)).unwrap();
    assert_eq!(snake_case.body.project_identifier.as_deref(), Some("p"));
}
