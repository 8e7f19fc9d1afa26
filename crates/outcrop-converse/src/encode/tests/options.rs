//! Setters of options, and the two forms of an encoded request.

use outcrop_core::{ModelRequest, RawJson, ResponseFormat, ToolSpec};

use super::encoded;
use crate::catalog::{Catalog, ModelOverrides};
use crate::encode::encode_request;
use crate::options::{Alternation, Dialect, EncodeOptions};
use crate::{Rule, Rules};

#[test]
fn each_option_has_a_setter() {
    let catalog =
        Catalog::builtin().with_model("m", ModelOverrides::from_base_model("amazon.nova-lite-v1:0"));
    let format = ResponseFormat::schema(RawJson::parse("{}").unwrap());
    let options = EncodeOptions::default()
        .with_dialect(Dialect::Converse)
        .with_alternation(Alternation::Merge)
        .with_filler(".")
        .with_response_format(format.clone())
        .with_rules(Rules::all().without(Rule::CacheTtl))
        .with_catalog(catalog.clone())
        .strict();
    let expected = EncodeOptions {
        dialect: Dialect::Converse,
        alternation: Alternation::Merge,
        filler: ".".to_owned(),
        response_format: Some(format),
        strict: true,
        rules: Rules::all().without(Rule::CacheTtl),
        catalog,
    };
    assert_eq!(options, expected);
}

#[test]
fn a_serialized_request_has_the_same_bytes_and_shows_only_their_number() {
    for has_tools in [false, true] {
        let mut request = ModelRequest::builder("m").user("a secret");
        if has_tools {
            request = request.tool(ToolSpec::without_input("f"));
        }
        let encoded = encode_request(&request.build(), &EncodeOptions::default()).unwrap();
        let bytes = encoded.to_bytes();
        assert_eq!(encoded.has_tools(), has_tools);
        let serialized = encoded.clone().serialize();
        assert_eq!((&serialized.body, &serialized.model_id), (&bytes, &encoded.model_id));
        assert_eq!((&serialized.notes, serialized.has_tools()), (&encoded.notes, has_tools));
        let shown = format!("{serialized:?}");
        assert!(shown.contains(&format!("body: {} bytes", bytes.len())), "{shown}");
        assert!(!shown.contains("secret") && !format!("{encoded:?}").contains("secret"), "{shown}");
    }
}

#[test]
fn tools_removed_from_the_body_are_not_offered() {
    let params = r#"{"model":"m","messages":[{"role":"user","content":"a"}],
        "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]}"#;
    let mut encoded = encoded(params).unwrap();
    assert!(encoded.has_tools());
    encoded.body.tool_config = None;
    assert!(!encoded.has_tools() && !encoded.serialize().has_tools());
}
