//! Tests of the bounds.

use super::check;
use crate::wire::ConverseRequest;

/// The place of the first breach.
fn breach(body: &str) -> Option<String> {
    let body: ConverseRequest = outcrop_core::from_str(body).unwrap();
    check(&body).err().map(|error| error.path().unwrap().to_owned())
}

#[test]
fn bounds_are_those_of_the_service_model() {
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
        assert_eq!(breach(&body).as_deref(), expected, "{body}");
    }
}
