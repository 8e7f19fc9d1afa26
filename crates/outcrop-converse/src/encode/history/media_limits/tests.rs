//! Tests of the limits of media.

use outcrop_core::ModelRequest;

use crate::{EncodeOptions, encode_request};

/// Encodes a message of parts, and returns the notes.
fn notes(parts: &[String]) -> Vec<String> {
    let params = format!(
        r#"{{"model":"us.anthropic.claude-sonnet-4-5-20250929-v1:0","messages":[{{"role":"user","content":[{{"type":"text","text":"q"}},{}]}}]}}"#,
        parts.join(",")
    );
    let request = ModelRequest::from_json(&params).unwrap();
    let encoded = encode_request(&request, &EncodeOptions::converse()).unwrap();
    encoded.notes.iter().map(|note| format!("{} {}", note.path, note.message)).collect()
}

fn image(bytes: usize) -> String {
    let data = "A".repeat(bytes.div_ceil(3) * 4);
    format!(r#"{{"type":"image_url","image_url":{{"url":"data:image/png;base64,{data}"}}}}"#)
}

fn document(name: usize, bytes: usize) -> String {
    let data = "A".repeat(bytes.div_ceil(3) * 4);
    format!(
        r#"{{"type":"file","file":{{"filename":"d{name}.pdf","file_data":"data:application/pdf;base64,{data}"}}}}"#
    )
}

#[test]
fn media_within_the_limits_have_no_note() {
    let mut parts = vec![image(3); 20];
    parts.extend((0..5).map(|name| document(name, 3)));
    parts.push(image(3).replace("image/png", "image/gif"));
    assert_eq!(notes(&parts[..25]), Vec::<String>::new());
    assert_eq!(notes(&[image(3_932_160), document(0, 4_718_592)]), Vec::<String>::new());
}

#[test]
fn media_beyond_the_limits_are_warned_of() {
    assert_eq!(
        notes(&vec![image(3); 22]),
        [
            "messages[0].content[21] the turn has more than 20 images, the documented limit, and the service may reject it"
        ]
    );
    let documents: Vec<_> = (0..7).map(|name| document(name, 3)).collect();
    assert_eq!(
        notes(&documents),
        [
            "messages[0].content[6] the turn has more than 5 documents, the documented limit, and the service may reject it"
        ]
    );
    assert_eq!(
        notes(&[image(3_932_163), document(0, 4_718_595)]),
        [
            "messages[0].content[1] the image has more than 3.75 MB, the documented limit, and the service may reject it",
            "messages[0].content[2] the document has more than 4.5 MB, the documented limit, and the service may reject it",
        ]
    );
}
