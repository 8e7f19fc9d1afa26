//! The parameter `response_format`.

use super::read;
use crate::ResponseFormat;

fn format(value: &str) -> ResponseFormat {
    read(&format!(r#""response_format":{value}"#)).unwrap().response_format.unwrap()
}

#[test]
fn forms_of_openai_are_recognized() {
    assert_eq!(format(r#"{"type":"text"}"#), ResponseFormat::Text);
    assert_eq!(format(r#"{"type":"json_object"}"#), ResponseFormat::JsonObject);
    let schema = r#"{"type":"object","properties":{"z":{"maximum":1.0},"a":{}}}"#;
    for (members, name, description, strict) in [
        ("", None, None, None),
        (r#","name":"N","description":"D","strict":true"#, Some("N"), Some("D"), Some(true)),
        (r#","name":null,"strict":false"#, None, None, Some(false)),
    ] {
        let text = format!(r#"{{"type":"json_schema","json_schema":{{"schema":{schema}{members}}}}}"#);
        let ResponseFormat::JsonSchema(format) = format(&text) else { panic!("{text}") };
        assert_eq!(format.schema.as_str(), schema);
        assert_eq!(
            (format.name.as_deref(), format.description.as_deref(), format.strict),
            (name, description, strict)
        );
    }
}

#[test]
fn missing_schema_is_an_empty_object() {
    let ResponseFormat::JsonSchema(format) = format(r#"{"type":"json_schema","json_schema":{"name":"N"}}"#)
    else {
        panic!("a schema")
    };
    assert_eq!((format.schema.as_str(), format.name.as_deref()), ("{}", Some("N")));
}

#[test]
fn other_object_is_a_schema_itself_as_in_ag2() {
    for schema in [
        "{}",
        r#"{"type":"object","properties":{"b":{},"a":{}}}"#,
        r#"{"type":"array","items":{"type":"integer"}}"#,
        r#"{"properties":{"a":{"default":1.0}}}"#,
        r##"{"$ref":"#/$defs/A","$defs":{"A":{}}}"##,
        r#"{"type":["object","null"]}"#,
        r#"{"type":"string"}"#,
    ] {
        let ResponseFormat::JsonSchema(format) = format(schema) else { panic!("{schema}") };
        assert_eq!(format.schema.as_str(), schema);
        assert_eq!((format.name, format.description, format.strict), (None, None, None));
    }
}

#[test]
fn format_that_is_not_an_object_is_an_error() {
    for value in [
        r#""xml""#,
        r#"{"type":"grammar","grammar":"secret"}"#,
        r#"{"type":"regex","value":"secret"}"#,
        r#"{"type":"json_schema"}"#,
        r#"{"type":"json_schema","schema":7}"#,
        "7",
        "true",
        "[]",
        r#"{"type":"json_schema","json_schema":"secret"}"#,
        r#"{"type":"json_schema","json_schema":{"name":7}}"#,
        r#"{"type":"json_schema","json_schema":{"strict":"secret"}}"#,
    ] {
        let error = read(&format!(r#""response_format":{value}"#)).unwrap_err();
        assert_eq!(
            (error.code(), error.path()),
            (Some("InvalidResponseFormat"), Some("response_format")),
            "{value}"
        );
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[test]
fn formats_of_other_parameters_are_read() {
    let schema = r#"{"type":"object","properties":{"a":{}}}"#;
    for params in [
        format!(r#""text":{{"format":{{"type":"json_schema","name":"N","schema":{schema}}}}}"#),
        format!(r#""output_format":{{"type":"json_schema","schema":{schema}}}"#),
        format!(r#""output_config":{{"format":{{"type":"json_schema","schema":{schema}}}}}"#),
        format!(r#""format":{schema}"#),
        format!(r#""json_schema":{schema}"#),
        format!(r#""guided_json":{schema}"#),
        format!(r#""guided_json":"{}""#, schema.replace('"', "\\\"")),
        format!(r#""structured_outputs":{{"json":{schema}}}"#),
        format!(r#""response_schema":{schema}"#),
    ] {
        let request = read(&params).unwrap();
        let Some(ResponseFormat::JsonSchema(format)) = request.response_format else { panic!("{params}") };
        assert_eq!(format.schema.as_str(), schema, "{params}");
        assert!(request.notes.is_empty() && request.other.is_empty(), "{params} {:?}", request.notes);
    }
    assert_eq!(read(r#""format":"json""#).unwrap().response_format, Some(ResponseFormat::JsonObject));
}

#[test]
fn other_settings_of_a_format_parameter_are_kept_or_noted() {
    let request = read(r#""output_config":{"effort":"high","format":{"type":"json_object"}}"#).unwrap();
    assert_eq!(request.response_format, Some(ResponseFormat::JsonObject));
    assert_eq!(request.other.get("output_config").unwrap().as_str(), r#"{"effort":"high"}"#);
    for (params, path, rule) in [
        (r#""text":{"verbosity":"low"}"#, "text.verbosity", "messages.member"),
        (r#""format":"xml""#, "format", "params.type"),
        (r#""guided_json":7"#, "guided_json", "params.type"),
        (r#""structured_outputs":{"regex":"a+"}"#, "structured_outputs.regex", "messages.member"),
        (r#""response_format":{"type":"text"},"format":"json""#, "format", "params.duplicate"),
    ] {
        let request = read(params).unwrap();
        let notes: Vec<_> =
            request.notes.iter().map(|note| (note.path.as_str(), note.rule.as_ref())).collect();
        assert_eq!(notes, [(path, rule)], "{params}");
    }
}
