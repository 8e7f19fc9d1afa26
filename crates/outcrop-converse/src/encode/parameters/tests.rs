//! Tests of parameters together.

use crate::catalog::{Catalog, ModelOverrides};
use crate::encode::tests::cases::{HAIKU, HIDDEN, OPUS_4_8, encode_parameters};
use crate::options::EncodeOptions;

#[test]
fn verbatim_parameters_are_unchanged() {
    let (sent, notes) = encode_parameters(
        OPUS_4_8,
        r#","temperature":0.5,"top_p":0.9,"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"required","additional_model_request_fields":{"thinking":{"type":"enabled","budget_tokens":9}}"#,
        &EncodeOptions::verbatim().strict(),
    );
    assert_eq!(
        sent,
        r#"{"inferenceConfig":{"temperature":0.5,"topP":0.9},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":9}},"toolChoice":{"any":{}}}"#
    );
    assert_eq!(notes, Vec::<String>::new());
}

#[test]
fn warning_is_not_a_change_in_strict_mode() {
    let (sent, notes) =
        encode_parameters(HAIKU, r#","max_tokens":64001"#, &EncodeOptions::converse().strict());
    assert_eq!(sent, r#"{"inferenceConfig":{"maxTokens":64001}}"#);
    assert_eq!(notes, ["max_tokens [params.max_tokens]"]);
}

#[test]
fn custom_catalog_is_used() {
    let catalog = Catalog::builtin().with_model(HIDDEN, ModelOverrides::from_base_model(OPUS_4_8));
    let options = EncodeOptions::converse().with_catalog(catalog);
    let (sent, notes) = encode_parameters(HIDDEN, r#","temperature":0.5,"reasoning_effort":"low""#, &options);
    assert_eq!(
        sent,
        r#"{"additionalModelRequestFields":{"thinking":{"type":"adaptive"},"output_config":{"effort":"low"}}}"#
    );
    assert_eq!(notes, ["temperature [params.sampling]"]);
}
