//! The results that the model gets for each type of output.

use std::fmt;

use outcrop_core::{ContentBlock, DocumentContent, ImageContent, ToolResultContent, ToolResultStatus};
use serde::Serialize;
use serde_json::json;

use super::{IntoToolOutput, Json, ToolOutput};

fn result(output: impl IntoToolOutput) -> ToolResultContent {
    output.into_tool_output().into_result("call_1")
}

#[test]
fn texts_become_plain_results() {
    for output in [result("sunny"), result("sunny".to_owned()), result(ToolOutput::text("sunny"))] {
        assert_eq!(output, ToolResultContent::new("call_1", "sunny"));
    }
    assert_eq!(result(()).output, "done");
}

#[test]
fn json_becomes_a_json_block_and_its_text() {
    #[derive(Serialize)]
    struct Weather {
        celsius: i32,
    }

    for output in [result(Json(Weather { celsius: 21 })), result(json!({"celsius": 21}))] {
        assert_eq!(output.output, r#"{"celsius":21}"#);
        assert!(matches!(output.content.as_deref(), Some([ContentBlock::Json(_)])));
    }
}

#[test]
fn json_without_a_text_form_is_a_failure() {
    let keys_are_lists = std::collections::BTreeMap::from([(vec![1], 2)]);
    let output = result(Json(keys_are_lists));
    assert_eq!(output.status, Some(ToolResultStatus::Error));
    assert!(output.output.contains("JSON"), "{}", output.output);
}

#[test]
fn blocks_are_kept_in_order() {
    let image = || ImageContent::from_bytes("image/png", b"\x89PNG\r\n\x1a\n".to_vec());
    let document = || DocumentContent::from_text("report", "All is well.");
    let output = result(ToolOutput::text("See:").with(image()).with(document()));
    assert_eq!(output.output, "See:");
    assert_eq!(
        output.content,
        Some(vec![ContentBlock::text("See:"), image().into(), ContentBlock::from(document())])
    );
    assert_eq!(result(image()).content, Some(vec![image().into()]));
    assert_eq!(result(document()).content, Some(vec![document().into()]));
    assert_eq!(result(vec![ContentBlock::from(image())]).content, Some(vec![image().into()]));
}

#[test]
fn errors_become_failed_results_with_their_sources() {
    #[derive(Debug)]
    struct Outer {
        message: &'static str,
        source: std::io::Error,
    }
    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.message)
        }
    }
    impl std::error::Error for Outer {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.source)
        }
    }
    let outer = |message| Outer { message, source: std::io::Error::other("disk on fire") };

    let cases: [(Result<&'static str, Outer>, &str); 2] = [
        (Err(outer("cannot read")), "cannot read: disk on fire"),
        (Err(outer("cannot read, disk on fire")), "cannot read, disk on fire"),
    ];
    for (output, expected) in cases {
        let output = result(output);
        assert_eq!(output.output, expected);
        assert_eq!(output.status, Some(ToolResultStatus::Error));
    }
    assert_eq!(result(Err::<(), _>("no such city")).output, "no such city");
    assert_eq!(result(Err::<(), _>(format!("no city {}", 7))).output, "no city 7");
    assert_eq!(result(Ok::<_, String>("sunny")), ToolResultContent::new("call_1", "sunny"));
}

#[test]
fn debug_of_an_output_does_not_show_its_content() {
    assert!(!format!("{:?}", ToolOutput::text("secret")).contains("secret"));
}
