//! Properties of repaired histories, judged by the rules: whatever the history of an agent is, the body that is sent keeps
//! all rules, contains all text, and needs no further repair.
//!
//! The rules were written independently of the repair, from the rejections of the service and the models.

use std::slice::Iter;

use outcrop_converse::{EncodeOptions, Encoded, ModelId, decode_request, encode_request};
use outcrop_core::{
    Blob, CachePointContent, CitationContent, ContentBlock, DataUri, DocumentContent, GenericContent,
    ImageContent, JsonContent, JsonObject, ModelRequest, RawJson, ReasoningContent, Role, TextContent,
    ToolCallContent, ToolCallKind, ToolChoice, ToolResultContent, ToolSpec, UnifiedMessage, VideoContent,
};
use proptest::prelude::*;

use super::super::{check_conversation, service_model};
use crate::protocol::operation::Operation;

const MODELS: &[&str] = &[
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "eu.anthropic.claude-opus-4-6-v1",
    "anthropic.claude-3-haiku-20240307-v1:0",
    "us.amazon.nova-pro-v1:0",
    "jp.amazon.nova-2-lite-v1:0",
    "us.meta.llama4-maverick-17b-instruct-v1:0",
    "meta.llama3-1-8b-instruct-v1:0",
    "mistral.mistral-large-2407-v1:0",
    "us.writer.palmyra-x5-v1:0",
    "deepseek.v3-v1:0",
    "openai.gpt-oss-120b-1:0",
    "qwen.qwen3-32b-v1:0",
    "moonshot.kimi-k2-thinking",
    "zai.glm-4.7",
    "minimax.minimax-m2",
    "nvidia.nemotron-nano-12b-v2",
    "cohere.command-r-v1:0",
    "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/ab12cd34ef56",
];

/// Generates requests from random bytes. When the bytes are used up, it always chooses the first option, so that a failure
/// shrinks to a small request.
struct Generator<'a> {
    bytes: Iter<'a, u8>,
    /// The unique texts in the request.
    texts: Vec<String>,
    documents: usize,
    images: usize,
}

impl Generator<'_> {
    fn below(&mut self, limit: usize) -> usize {
        self.bytes.next().map_or(0, |byte| usize::from(*byte) % limit)
    }

    fn one<'t>(&mut self, options: &[&'t str]) -> &'t str {
        options[self.below(options.len())]
    }

    /// Generates a unique text, sometimes with white space around it.
    fn unique_text(&mut self) -> String {
        let text = format!("w{}x", self.texts.len());
        let spaced = format!("{}{text}{}", self.one(&["", " "]), self.one(&["", " ", "\n"]));
        self.texts.push(text);
        spaced
    }

    fn text(&mut self) -> String {
        if self.below(4) == 1 { self.one(&["", " \n"]).to_owned() } else { self.unique_text() }
    }

    fn id(&mut self) -> String {
        let long = "c".repeat(80);
        self.one(&["a", "b", "c", "a|b", "a_b", "x:1", "a-2", long.as_str(), "tooluse01", "\u{e9}"])
            .to_owned()
    }

    fn name(&mut self) -> String {
        self.one(&["f", "g", "fs.read", "fs_read", "fs read"]).to_owned()
    }

    fn image(&mut self) -> Option<ContentBlock> {
        self.images += 1;
        let image = ImageContent::from_data_uri(DataUri::from("data:image/png;base64,aGk="));
        (self.images < 15).then(|| image.into())
    }

    fn document(&mut self) -> Option<ContentBlock> {
        self.documents += 1;
        let mut document = DocumentContent::new(self.one(&["a", "a.pdf", "a 2", "r\u{e9}sum\u{e9}", ""]));
        let kind = self.one(&["application/pdf", "text/csv", ""]);
        if kind.is_empty() {
            document.text = Some(self.unique_text());
        } else {
            document.data_uri = Some(DataUri::from(format!("data:{kind};base64,aGk=").as_str()));
        }
        (self.documents < 5).then(|| document.into())
    }

    fn result(&mut self) -> ContentBlock {
        let id = self.id();
        let mut result = match self.below(4) {
            0 => ToolResultContent::new(id, self.text()),
            _ => {
                let parts = (0..self.below(4)).filter_map(|_| match self.below(5) {
                    0 | 1 => Some(ContentBlock::text(self.text())),
                    2 => self.image(),
                    3 => self.document(),
                    _ => Some(JsonContent::new(RawJson::parse(r#"{"a":1.0}"#).unwrap()).into()),
                });
                ToolResultContent::with_content(id, parts.collect())
            }
        };
        if self.below(3) == 1 {
            result = result.failed();
        }
        result.into()
    }

    fn reasoning(&mut self) -> ContentBlock {
        let mut block = match self.below(4) {
            0 => ReasoningContent::new("hm"),
            1 => ReasoningContent::signed("hm \n", "s"),
            2 => ReasoningContent::signed("", self.one(&["s", ""])),
            _ => ReasoningContent::redacted(b"hi".to_vec()),
        };
        if self.below(4) == 1 {
            block.extra.insert("model", RawJson::from("amazon.nova-2-lite-v1:0"));
        }
        block.into()
    }

    fn blocks(&mut self, role: &Role) -> Vec<ContentBlock> {
        match self.below(16) {
            0..4 => vec![ContentBlock::text(self.text())],
            4..6 => {
                let arguments = self.one(&["{}", "", "[1]", r#"{"a":1.0}"#]);
                vec![ToolCallContent::new(self.id(), self.name(), arguments).into()]
            }
            6..9 => vec![self.result()],
            9 => vec![self.reasoning()],
            10 => self.document().into_iter().collect(),
            11 => self.image().into_iter().collect(),
            12 | 13 => {
                let mut point = CachePointContent::new();
                point.ttl = Some(self.one(&["", "1h", "5m"]).to_owned()).filter(|ttl| !ttl.is_empty());
                vec![point.into()]
            }
            14 if *role == Role::Assistant => {
                let mut call = ToolCallContent::new("server", "nova_grounding", "{}");
                call.kind = Some(ToolCallKind::ServerToolUse);
                let mut result = ToolResultContent::new("server", self.unique_text());
                result.kind = Some("nova_grounding_result".to_owned());
                vec![call.into(), result.into()]
            }
            14 => vec![VideoContent::from_data_uri(DataUri::from("data:video/mp4;base64,aGk=")).into()],
            _ => match self.below(3) {
                0 => vec![GenericContent::new("mood", JsonObject::new()).into()],
                1 => vec![JsonContent::new(RawJson::parse("[1.0]").unwrap()).into()],
                _ => {
                    let mut text = TextContent::new(self.unique_text());
                    text.cited_by = Some(1);
                    vec![text.into(), CitationContent::new("", "t", "s").into()]
                }
            },
        }
    }

    fn request(&mut self) -> ModelRequest {
        let model = self.one(MODELS);
        let messages: Vec<_> = (0..=self.below(9))
            .map(|_| {
                let role =
                    Role::from(self.one(&["user", "assistant", "assistant", "tool", "system", "critic"]));
                let content = (0..self.below(5)).flat_map(|_| self.blocks(&role)).collect();
                UnifiedMessage::new(role, content)
            })
            .collect();
        let mut request = ModelRequest::builder(model).messages(messages).build();
        if self.below(2) == 1 {
            request.tools = ["f", "fs.read", "fs_read"].map(ToolSpec::without_input).into();
            if self.below(2) == 1 {
                request.tools[1].cache_point = Some(CachePointContent::new());
            }
            request.tool_choice = match self.below(3) {
                0 => None,
                1 => Some(ToolChoice::None),
                _ => Some(ToolChoice::Tool("fs.read".to_owned())),
            };
        }
        request.supports_system_prompts = self.below(4) != 1;
        request
    }
}

/// Returns the options for both dialects: merged turns, and AG2's fillers.
fn options() -> [EncodeOptions; 2] {
    let mut merged = EncodeOptions::converse();
    merged.filler = ".".to_owned();
    [merged, EncodeOptions::ag2()]
}

fn text_of(encoded: &Encoded) -> String {
    String::from_utf8(encoded.to_bytes().to_vec()).unwrap()
}

/// Appends the text of documents to a body, because they may be sent as Base64.
fn with_documents(body: &str) -> String {
    let bytes = body.split(r#""bytes":""#).skip(1).filter_map(|after| after.split('"').next());
    let texts = bytes.map(|bytes| Blob::from_base64(bytes).bytes().expect("it is Base64"));
    let texts = texts.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    std::iter::once(body.to_owned()).chain(texts).collect()
}

/// Generates a request and returns it with its unique texts.
///
/// Media that the model does not support are an error in the current user turn, so they are removed.
fn request(bytes: &[u8], options: &EncodeOptions) -> (ModelRequest, Vec<String>) {
    let mut generator = Generator { bytes: bytes.iter(), texts: Vec::new(), documents: 0, images: 0 };
    let mut request = generator.request();
    while let Some(error) = encode_request(&request, options).err() {
        assert_eq!(error.code(), Some("MediaNotTaken"), "{error}");
        let numbers = error.path().unwrap().split(|c: char| !c.is_ascii_digit());
        let at: Vec<usize> = numbers.filter_map(|number| number.parse().ok()).collect();
        request.messages[at[0]].content.remove(at[1]);
    }
    (request, generator.texts)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn repaired_history_keeps_the_rules_and_is_stable(bytes in prop::collection::vec(any::<u8>(), 0..250)) {
        for options in options() {
            let (request, _) = request(&bytes, &options);
            let encoded = encode_request(&request, &options)
                .map_err(|error| TestCaseError::fail(error.to_string()))?;
            let body = text_of(&encoded);
            if let Err(error) = service_model::check(Operation::Converse, body.as_bytes()) {
                return Err(TestCaseError::fail(format!("{}: {body}", error.message())));
            }
            if let Err(error) = check_conversation(&ModelId::parse(&request.model), &encoded.body) {
                return Err(TestCaseError::fail(format!("{} for {}: {body}", error.message(), request.model)));
            }
            let again = decode_request(&request.model, &body.clone().into()).unwrap();
            let again = encode_request(&again, &options).unwrap();
            prop_assert_eq!(text_of(&again), body);
            prop_assert!(again.notes.is_empty(), "{:?}", again.notes);
        }
    }

    #[test]
    fn repaired_history_keeps_all_text(bytes in prop::collection::vec(any::<u8>(), 0..250)) {
        for options in options() {
            let (request, texts) = request(&bytes, &options);
            let history = serde_json::to_string(&request.messages).unwrap();
            let encoded = encode_request(&request, &options).unwrap();
            let body = text_of(&encoded);
            let sent = with_documents(&body);
            for text in texts.iter().filter(|text| history.contains(text.as_str())) {
                // A system prompt has only text, and a note reports the rest.
                let is_noted = encoded.notes.iter().any(|note| note.rule == "system.content");
                prop_assert!(sent.contains(text.as_str()) || is_noted, "{} in {}", text, body);
            }
        }
    }
}

#[test]
fn unrepaired_histories_break_most_rules() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = prop::collection::vec(any::<u8>(), 0..250);
    let mut broken = std::collections::BTreeMap::<String, usize>::new();
    for _ in 0..2000 {
        let bytes = strategy.new_tree(&mut runner).unwrap().current();
        let (request, _) = request(&bytes, &EncodeOptions::converse());
        let verbatim = encode_request(&request, &EncodeOptions::verbatim()).unwrap();
        if let Err(error) = check_conversation(&ModelId::parse(&request.model), &verbatim.body) {
            let rule: String = error.message().chars().filter(|c| !c.is_ascii_digit()).take(60).collect();
            *broken.entry(rule).or_default() += 1;
        }
    }
    assert!(broken.values().sum::<usize>() > 1500, "{broken:?}");
    assert!(broken.len() > 12, "{broken:?}");
}
