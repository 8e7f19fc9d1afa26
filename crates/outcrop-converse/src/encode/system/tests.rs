//! Tests of the system prompt.

use outcrop_core::ModelRequest;

use crate::encode::encode_request;
use crate::encode::tests::{self, CLAUDE, body};
use crate::options::EncodeOptions;

#[test]
fn system_prompt_becomes_user_text_for_models_without_one() {
    let params = |model: &str| {
        format!(
            r#"{{"model":"{model}","messages":[{{"role":"system","content":"be kind"}},{{"role":"user","content":"hi"}}]}}"#
        )
    };
    let merged = r#"{"messages":[{"role":"user","content":[{"text":"be kind"},{"text":"hi"}]}]}"#;
    let inserted = r#"{"messages":[{"role":"user","content":[{"text":"be kind"}]},{"role":"assistant","content":[{"text":"Please continue."}]},{"role":"user","content":[{"text":"hi"}]}]}"#;
    let system = r#"{"messages":[{"role":"user","content":[{"text":"hi"}]}],"system":[{"text":"be kind"}]}"#;
    let noted = &["messages[0] [system.unsupported]", "messages[1] [turns.alternate]"][..];
    for (model, options, expected, notes) in [
        ("amazon.titan-text-express-v1", EncodeOptions::converse(), merged, noted),
        ("mistral.mistral-7b-instruct-v0:2", EncodeOptions::converse(), merged, noted),
        ("mistral.mixtral-8x7b-instruct-v0:1", EncodeOptions::ag2(), inserted, noted),
        ("amazon.titan-text-express-v1", EncodeOptions::verbatim(), system, &[]),
        (CLAUDE, EncodeOptions::converse(), system, &[]),
    ] {
        let encoded = encode_request(&ModelRequest::from_json(&params(model)).unwrap(), &options).unwrap();
        assert_eq!(body(&encoded), expected, "{model}");
        assert_eq!(tests::notes(&encoded), notes, "{model}");
    }
}
