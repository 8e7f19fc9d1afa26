//! Content parts, legal and otherwise.

use super::{chance, schemas};
use crate::json::{array, object, string, typed};
use crate::random::Random;

/// Ids of calls: as services and gateways make them, with characters that models reject, and one that is too long.
const IDS: &[&str] =
    &["call_1", "toolu_01AbCdEf", "call|2", "a b", "é", "tooluse01", "a-2", "a_2", "a.2", "call_1"];

/// Names of tools that models reject, and pairs that become equal once they are made legal.
const TOOLS: &[&str] = &["f", "g", "fs.read", "fs_read", "fs read", "get-weather", "1st", "naïve"];

/// Draws content parts. Numbers tell texts and ids apart, so that a moved or lost one shows.
pub(crate) struct Blocks<'r> {
    pub(crate) random: &'r mut Random,
    /// Whether the program marks most of its messages for the cache.
    is_cached: bool,
    texts: usize,
    ids: usize,
}

impl<'r> Blocks<'r> {
    pub(super) fn new(random: &'r mut Random) -> Self {
        let is_cached = chance(random, 15);
        Self { random, is_cached, texts: 0, ids: 0 }
    }

    /// Draws a text, sometimes blank.
    pub(super) fn text(&mut self) -> String {
        const TEXTS: &[&str] = &[
            "Name a river",
            "It is long",
            "  two spaces",
            "naïve 🌋",
            "\"quoted\" \\ text",
            "line\nline\ttab",
        ];
        const BLANK: &[&str] = &["", " ", "\n\t", "\u{a0}"];
        if chance(self.random, 9) {
            return (*self.random.pick(BLANK)).to_owned();
        }
        self.texts += 1;
        let end = *self.random.pick(&["", "", "", ".", " ", "\n"]);
        format!("{} {}{end}", self.random.pick(TEXTS), self.texts)
    }

    /// Draws the id of a call: mostly a new one, sometimes one of a few that clash.
    pub(super) fn id(&mut self) -> String {
        self.ids += 1;
        match self.random.below(12) {
            0..8 => format!("call_{}", self.ids),
            8 => format!("{}{}", "c".repeat(70), self.ids % 2),
            9 if chance(self.random, 30) => String::new(),
            _ => (*self.random.pick(IDS)).to_owned(),
        }
    }

    /// Draws the name of a tool.
    pub(super) fn tool_name(&mut self) -> String {
        match self.random.below(20) {
            0 => format!("{}{}", "t".repeat(70), self.random.below(2)),
            1 if chance(self.random, 30) => String::new(),
            _ => (*self.random.pick(TOOLS)).to_owned(),
        }
    }

    /// Draws the arguments of a call, as the text that a model writes.
    pub(super) fn arguments(&mut self) -> String {
        const ARGUMENTS: &[&str] =
            &["{}", r#"{"city": "Oslo"}"#, r#"{"n":1.0,"b":[null,2e3]}"#, "", "[1]", "not JSON", r#"{"a":"#];
        let weighted = if chance(self.random, 70) { &ARGUMENTS[..3] } else { ARGUMENTS };
        (*self.random.pick(weighted)).to_owned()
    }

    /// Draws a call as a block.
    pub(super) fn call_block(&mut self, id: &str) -> String {
        let [name, arguments] = [self.tool_name(), self.arguments()];
        typed("tool_call", [("id", string(id)), ("name", string(&name)), ("arguments", string(&arguments))])
    }

    /// Draws a result as a block.
    pub(super) fn result_block(&mut self, id: &str) -> String {
        let mut members = vec![("type", string("tool_result")), ("tool_call_id", string(id))];
        if chance(self.random, 60) {
            members.push(("output", string(&self.text())));
        } else {
            let content = self.result_content();
            members.extend([("output", string("shown")), ("content", content)]);
        }
        match self.random.below(8) {
            0 => members.push(("status", string("error"))),
            1 => members.push(("status", string("success"))),
            _ => {}
        }
        object(members)
    }

    /// Draws the content of a result: a list of parts.
    pub(super) fn result_content(&mut self) -> String {
        let count = self.random.below(4);
        let parts: Vec<String> = (0..count).map(|_| self.result_part()).collect();
        array(parts)
    }

    fn result_part(&mut self) -> String {
        match self.random.below(14) {
            0..6 => self.text_part(),
            6..9 => typed("json", [("json", schemas::value(self.random).to_owned())]),
            9 | 10 => self.image(),
            11 => self.document(),
            12 => self.video(),
            _ => self.cache_point(),
        }
    }

    pub(super) fn text_part(&mut self) -> String {
        let mut members = vec![("type", string("text")), ("text", string(&self.text()))];
        if chance(self.random, 5) {
            members.push(("cache_control", self.cache_control()));
        }
        object(members)
    }

    pub(super) fn cache_control(&mut self) -> String {
        let ttl = *self.random.pick(&[r#"{"type":"ephemeral"}"#, r#"{"type":"ephemeral","ttl":"1h"}"#]);
        ttl.to_owned()
    }

    /// Returns the given percentage, or 0 if the program marks its messages for the cache, which needs parts.
    pub(super) fn unless_cached(&self, percent: usize) -> usize {
        if self.is_cached { 0 } else { percent }
    }

    /// Draws whether a message is marked for the cache.
    pub(super) fn is_marked(&mut self, percent: usize) -> bool {
        chance(self.random, if self.is_cached { 75 } else { percent })
    }

    pub(super) fn cache_point(&mut self) -> String {
        match self.random.below(4) {
            0 => typed("cache_point", [("ttl", string("1h"))]),
            1 => typed("cache_point", [("ttl", string("5m"))]),
            _ => typed("cache_point", []),
        }
    }

    fn base64(&mut self) -> String {
        // Four letters of the alphabet are always legal Base64.
        let letters = b"ABCDEFGHabcdefgh";
        (0..4).map(|_| char::from(letters[usize::from(self.random.byte()) % letters.len()])).collect()
    }

    pub(super) fn image(&mut self) -> String {
        let format = *self.random.pick(&["png", "png", "jpeg", "jpg", "gif", "webp"]);
        let uri = format!("data:image/{format};base64,{}", self.base64());
        match self.random.below(30) {
            0..18 => typed("image_url", [("image_url", object([("url", string(&uri))]))]),
            18..22 => typed("image_url", [("image_url", string(&uri))]),
            22..25 => typed("image", [("data_uri", string(&uri))]),
            26 => typed("image_url", [("image_url", object([("url", string("https://a.example/b.png"))]))]),
            // The bytes of a PNG.
            25 => typed("image", [("data_uri", string("data:image/jpeg;base64,iVBORw0KGgo="))]),
            27 => typed("image_url", [("image_url", string("data:image/tiff;base64,AAAA"))]),
            _ => typed("image_url", [("image_url", string("s3://bucket/key.png"))]),
        }
    }

    /// Draws a document: of few names, so that they clash, and some that are illegal.
    pub(super) fn document(&mut self) -> String {
        const NAMES: &[&str] = &["report", "report", "report 2", "a.pdf", "résumé", "Q3  (final)", "", "x_y"];
        const TYPES: &[&str] =
            &["application/pdf", "text/csv", "text/plain", "text/markdown", "application/zip"];
        let name =
            if chance(self.random, 4) { "n".repeat(210) } else { (*self.random.pick(NAMES)).to_owned() };
        let kinds = if chance(self.random, 95) { &TYPES[..4] } else { TYPES };
        let uri = format!("data:{};base64,{}", self.random.pick(kinds), self.base64());
        let mut members = vec![("type", string("document")), ("name", string(&name))];
        match self.random.below(8) {
            0..3 => members.push(("data_uri", string(&uri))),
            3 | 4 => members.push(("text", string(&self.text()))),
            5 => members.push(("chunks", array([self.text(), self.text()].map(|text| string(&text))))),
            6 => members.push(("document_url", string("s3://bucket/report.pdf"))),
            _ => {
                let file = object([("filename", string(&name)), ("file_data", string(&uri))]);
                return typed("file", [("file", file)]);
            }
        }
        if chance(self.random, 20) {
            members.push(("citations", "true".to_owned()));
        }
        if chance(self.random, 15) {
            members.push(("context", string(&self.text())));
        }
        object(members)
    }

    pub(super) fn video(&mut self) -> String {
        let url = match self.random.below(4) {
            0 => "s3://bucket/clip.mp4".to_owned(),
            _ => format!("data:video/mp4;base64,{}", self.base64()),
        };
        typed("video_url", [("video_url", object([("url", string(&url))]))])
    }

    fn audio(&mut self) -> String {
        let data = self.base64();
        if chance(self.random, 60) {
            let audio = object([("data", string(&data)), ("format", string("wav"))]);
            return typed("input_audio", [("input_audio", audio)]);
        }
        let uri = format!("data:audio/mp3;base64,{data}");
        typed("audio", [("data_uri", string(&uri)), ("transcript", string(&self.text()))])
    }

    /// Draws reasoning: signed, unsigned, empty, redacted, or of another model.
    pub(super) fn reasoning(&mut self) -> String {
        let text = self.text();
        let mut members = vec![("type", string("reasoning"))];
        match self.random.below(6) {
            0 => members.push(("reasoning", string(&text))),
            1 => members.extend([("reasoning", string("")), ("redacted_content", string("aGk="))]),
            2 => members.extend([("reasoning", string("")), ("signature", string("c2ln"))]),
            3 => members.extend([("reasoning", string(&text)), ("signature", string(""))]),
            _ => members.extend([("reasoning", string(&text)), ("signature", string("c2ln"))]),
        }
        if chance(self.random, 20) {
            let models = ["amazon.nova-2-lite-v1:0", "anthropic.claude-sonnet-4-5-20250929-v1:0"];
            let model = string(self.random.pick::<&str>(&models));
            members.push(("extra", object([("model", model)])));
        }
        object(members)
    }

    /// Draws media: an image, a document, a video or audio.
    pub(super) fn media(&mut self) -> String {
        match self.random.below(20) {
            0..9 => self.image(),
            9..16 => self.document(),
            16..19 => self.video(),
            _ => self.audio(),
        }
    }

    /// Draws a block that few programs have.
    pub(super) fn rare(&mut self) -> Vec<String> {
        match self.random.below(7) {
            0 => vec![typed("mood", [("value", string("calm"))])],
            1 => vec![typed("json", [("json", schemas::value(self.random).to_owned())])],
            2 => {
                let text = object([
                    ("type", string("text")),
                    ("text", string(&self.text())),
                    ("cited_by", "1".into()),
                ]);
                let url = *self.random.pick(&["", "https://a.example/b"]);
                let citation = typed(
                    "citation",
                    [("url", string(url)), ("title", string("t")), ("snippet", string("s"))],
                );
                vec![text, citation]
            }
            3 => {
                let kind = [("kind", string("server_tool_use"))];
                let call = [
                    ("id", string("server_1")),
                    ("name", string("nova_grounding")),
                    ("arguments", string("{}")),
                ];
                let result = [("tool_call_id", string("server_1")), ("output", string(&self.text()))];
                vec![
                    object([("type", string("tool_call"))].into_iter().chain(call).chain(kind)),
                    object(
                        [("type", string("tool_result")), ("kind", string("nova_grounding_result"))]
                            .into_iter()
                            .chain(result),
                    ),
                ]
            }
            4 => vec![typed("refusal", [("refusal", string(&self.text()))])],
            5 => vec!["null".to_owned(), "1.50".to_owned()],
            _ => vec![string(&self.text())],
        }
    }
}
