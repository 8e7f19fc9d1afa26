//! Tests of the format of a document: by its bytes, its media type, its name.

use outcrop_core::{Blob, DocumentContent, ModelRequest, Role, ToolResultContent, UnifiedMessage};

use crate::encode::encode_request;
use crate::encode::tests::{CLAUDE, body};
use crate::options::EncodeOptions;

/// Files with `[Content_Types].xml` and one other name.
const DOCX: &str = "UEsDBBQAAAAAAAAAIVwAAAAAAAAAAAAAAAATAAAAW0NvbnRlbnRfVHlwZXNdLnhtbFBLAwQUAAAAAAAAACFcAAAAAAAAAAAAAAAAEQAAAHdvcmQvZG9jdW1lbnQueG1sUEsBAhQDFAAAAAAAAAAhXAAAAAAAAAAAAAAAABMAAAAAAAAAAAAAAIABAAAAAFtDb250ZW50X1R5cGVzXS54bWxQSwECFAMUAAAAAAAAACFcAAAAAAAAAAAAAAAAEQAAAAAAAAAAAAAAgAExAAAAd29yZC9kb2N1bWVudC54bWxQSwUGAAAAAAIAAgCAAAAAYAAAAAAA";
const XLSX: &str = "UEsDBBQAAAAAAAAAIVwAAAAAAAAAAAAAAAAPAAAAeGwvd29ya2Jvb2sueG1sUEsDBBQAAAAAAAAAIVwAAAAAAAAAAAAAAAATAAAAW0NvbnRlbnRfVHlwZXNdLnhtbFBLAQIUAxQAAAAAAAAAIVwAAAAAAAAAAAAAAAAPAAAAAAAAAAAAAACAAQAAAAB4bC93b3JrYm9vay54bWxQSwECFAMUAAAAAAAAACFcAAAAAAAAAAAAAAAAEwAAAAAAAAAAAAAAgAEtAAAAW0NvbnRlbnRfVHlwZXNdLnhtbFBLBQYAAAAAAgACAH4AAABeAAAAAAA=";
const PPTX: &str = "UEsDBBQAAAAAAAAAIVwAAAAAAAAAAAAAAAATAAAAW0NvbnRlbnRfVHlwZXNdLnhtbFBLAwQUAAAAAAAAACFcAAAAAAAAAAAAAAAAFAAAAHBwdC9wcmVzZW50YXRpb24ueG1sUEsBAhQDFAAAAAAAAAAhXAAAAAAAAAAAAAAAABMAAAAAAAAAAAAAAIABAAAAAFtDb250ZW50X1R5cGVzXS54bWxQSwECFAMUAAAAAAAAACFcAAAAAAAAAAAAAAAAFAAAAAAAAAAAAAAAgAExAAAAcHB0L3ByZXNlbnRhdGlvbi54bWxQSwUGAAAAAAIAAgCDAAAAYwAAAAAA";
const ZIP: &str = "UEsDBBQAAAAAAAAAIVwAAAAAAAAAAAAAAAAFAAAAYS50eHRQSwECFAMUAAAAAAAAACFcAAAAAAAAAAAAAAAABQAAAAAAAAAAAAAAgAEAAAAAYS50eHRQSwUGAAAAAAEAAQAzAAAAIwAAAAAA";

const DOCX_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const OCTETS: &str = "application/octet-stream";

/// Builds an older document of office programs with one stream.
fn compound(stream: &str) -> Blob {
    let mut file = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    file.resize(512, 0);
    file.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
    file.resize(512 + 64, 0);
    file.extend([u8::try_from(stream.len() * 2 + 2).unwrap(), 0, 2]);
    file.resize(1024, 0);
    Blob::from_bytes(file)
}

fn text(text: &'static str) -> Blob {
    Blob::from_bytes(text.as_bytes())
}

/// Encodes a document in a user message, or in the result of a tool, and returns its format and whether there is a note.
fn format_in(
    options: &EncodeOptions,
    document: DocumentContent,
    in_result: bool,
) -> Result<(String, bool), String> {
    let request = ModelRequest::builder(CLAUDE);
    let request = if in_result {
        let call = outcrop_core::ToolCallContent::new("c", "f", "{}");
        let result = ToolResultContent::with_content("c", vec![document.into()]);
        request
            .user("a")
            .message(UnifiedMessage::new(Role::Assistant, vec![call.into()]))
            .message(UnifiedMessage::new(Role::Tool, vec![result.into()]))
            .tool(outcrop_core::ToolSpec::without_input("f"))
    } else {
        request.message(UnifiedMessage::new(Role::User, vec!["a".into(), document.into()]))
    };
    let encoded = encode_request(&request.build(), options).map_err(|error| error.to_string())?;
    let has_note = encoded.notes.iter().any(|note| note.rule == "documents.format");
    let body = body(&encoded);
    let (_, format) = body.split_once(r#""document":{"format":""#).ok_or_else(|| body.clone())?;
    Ok((format.split('"').next().unwrap_or_default().to_owned(), has_note))
}

#[test]
fn text_of_other_formats_is_sent_as_txt() {
    let code = || text("fn main() {}");
    for (label, name, format) in [
        ("application/json", "a", "txt"),
        ("application/yaml", "a.yaml", "txt"),
        ("application/vnd.api+json", "a", "txt"),
        ("text/x-rust", "main.rs", "txt"),
        // Browsers label TypeScript as a video.
        ("video/mp2t", "index.ts", "txt"),
        ("application/x-unknown", "app.log", "txt"),
    ] {
        for options in [EncodeOptions::converse(), EncodeOptions::ag2()] {
            for in_result in [false, true] {
                let document = DocumentContent::from_bytes(name, label, code());
                let found = format_in(&options, document, in_result);
                assert_eq!(found, Ok((format.to_owned(), true)), "{label} {name}");
            }
        }
    }
    // Neither the label nor the name is that of text, or the bytes are not text.
    for (label, name, bytes) in [
        ("application/x-unknown", "a.bin", code()),
        ("application/json", "a.json", Blob::from_bytes(b"\0\x01".as_slice())),
    ] {
        let document = DocumentContent::from_bytes(name, label, bytes);
        assert!(format_in(&EncodeOptions::converse(), document, false).is_err(), "{label} {name}");
    }
}

#[test]
fn name_of_a_text_file_keeps_its_extension() {
    for (name, expected) in [("main.rs", "main (rs)"), ("my.config.json", "myconfig (json)"), ("a.md", "a")] {
        let document = DocumentContent::from_bytes(name, "text/plain", text("x"));
        let message = UnifiedMessage::new(Role::User, vec!["a".into(), document.into()]);
        let request = ModelRequest::builder(CLAUDE).message(message).build();
        let body = body(&encode_request(&request, &EncodeOptions::converse()).unwrap());
        assert!(body.contains(&format!(r#""name":"{expected}""#)), "{body}");
    }
}

#[test]
fn format_is_that_of_the_bytes_at_every_door() {
    let pdf = || text("%PDF-1.7");
    let html = || text("<!DOCTYPE html><p>hi</p>");
    for (label, name, bytes, expected, is_changed) in [
        // The bytes agree, or show nothing.
        (DOCX_TYPE, "n", Blob::from_base64(DOCX), "docx", false),
        (OCTETS, "n.docx", Blob::from_base64(DOCX), "docx", false),
        ("application/pdf", "n.pdf", pdf(), "pdf", false),
        ("application/pdf", "n", text("hi"), "pdf", false),
        ("text/plain", "n", html(), "txt", false),
        ("text/markdown", "n", html(), "md", false),
        // A file that is cut off may be any document of its container.
        (DOCX_TYPE, "n", text("PK\u{3}\u{4}"), "docx", false),
        // The label is wrong.
        (DOCX_TYPE, "n.docx", pdf(), "pdf", true),
        ("application/pdf", "n.pdf", Blob::from_base64(DOCX), "docx", true),
        (DOCX_TYPE, "n", Blob::from_base64(XLSX), "xlsx", true),
        ("application/vnd.ms-excel", "n", Blob::from_base64(XLSX), "xlsx", true),
        ("application/pdf", "n", compound("WordDocument"), "doc", true),
        (DOCX_TYPE, "n", compound("Workbook"), "xls", true),
        ("text/csv", "n.csv", Blob::from_base64(XLSX), "xlsx", true),
        ("text/plain", "n", pdf(), "pdf", true),
        ("application/pdf", "n", html(), "html", true),
        ("application/pdf", "n.md", text("# Title"), "md", true),
        ("application/vnd.ms-excel", "n.csv", text("a,b"), "csv", true),
        ("text/plain", "n.csv", text("a,b"), "csv", true),
        ("text/plain", "n.md", text("# a"), "md", true),
        ("text/plain", "n.txt", text("a"), "txt", false),
        ("application/pdf", "n.pdf", text("<svg xmlns=\"http://www.w3.org/2000/svg\"/>"), "txt", true),
        // There is no label, or one that is not of a document.
        (OCTETS, "n", pdf(), "pdf", true),
        (OCTETS, "n.txt", Blob::from_base64(DOCX), "docx", true),
        ("application/x-zip", "n", Blob::from_base64(DOCX), "docx", true),
        (OCTETS, "n", html(), "html", true),
        (OCTETS, "n", text("a text, \u{e9}"), "txt", true),
    ] {
        let document = DocumentContent::from_bytes(name, label, bytes);
        for options in [EncodeOptions::ag2(), EncodeOptions::converse()] {
            for in_result in [false, true] {
                let found = format_in(&options, document.clone(), in_result);
                let case = format!("{label} {name}, {:?}, {in_result}", options.dialect);
                assert_eq!(found, Ok((expected.to_owned(), is_changed)), "{case}");
            }
        }
    }
}

#[test]
fn formats_that_converse_lacks_are_errors_that_name_them() {
    for (label, name, bytes, expected) in [
        (DOCX_TYPE, "n.docx", Blob::from_base64(PPTX), "presentationml"),
        ("application/pdf", "n", compound("PowerPoint Document"), "ms-powerpoint"),
        ("text/plain", "n.txt", Blob::from_base64(ZIP), "application/zip"),
        (OCTETS, "n", Blob::from_base64(ZIP), "application/zip"),
        (OCTETS, "n", text("a\u{0}b"), "octet-stream"),
        ("application/pdf", "n", text("\u{89}PNG"), ""),
    ] {
        let document = DocumentContent::from_bytes(name, label, bytes);
        let found = format_in(&EncodeOptions::converse(), document, false);
        if expected.is_empty() {
            assert!(found.is_ok(), "{found:?}");
        } else {
            assert!(found.as_ref().is_err_and(|error| error.contains(expected)), "{label}: {found:?}");
        }
    }
}
