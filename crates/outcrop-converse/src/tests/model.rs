//! Converse's JSON as AWS's service model of `bedrock-runtime` has it, values made after it, and complaints by it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use outcrop_core::{OrderedMap, RawJson};

use super::choices::Choices;
use super::json_text::{any_object, any_value, quoted};
use crate::tree::Tree;

/// The shapes behind Converse and ConverseStream, taken from the service model; one a line, long lines go on indented.
///
/// `.` begins a structure (`!` marks members that the model requires), `|` a union, `=` the names of an enumeration.
const SHAPES: &str = r"
ConverseRequest . additionalModelRequestFields: json, additionalModelResponseFieldPaths: [string],
    guardrailConfig: GuardrailConfiguration, inferenceConfig: InferenceConfiguration,
    messages: [Message], outputConfig: OutputConfig, performanceConfig: PerformanceConfiguration,
    promptVariables: {PromptVariableValues}, requestMetadata: {string}, serviceTier: ServiceTier,
    system: [SystemContentBlock], toolConfig: ToolConfiguration
GuardrailConfiguration . guardrailIdentifier: string, guardrailVersion: string, trace: GuardrailTrace
GuardrailTrace = enabled | disabled | enabled_full
InferenceConfiguration . maxTokens: integer, stopSequences: [string], temperature: number, topP: number
Message . content!: [ContentBlock], role!: ConversationRole
ContentBlock | audio: AudioBlock, cachePoint: CachePointBlock, citationsContent: CitationsContentBlock,
    document: DocumentBlock, guardContent: GuardrailConverseContentBlock, image: ImageBlock,
    reasoningContent: ReasoningContentBlock, searchResult: SearchResultBlock, text: string,
    toolAddition: ToolAdditionBlock, toolRemoval: ToolRemovalBlock, toolResult: ToolResultBlock,
    toolUse: ToolUseBlock, video: VideoBlock
AudioBlock . error: ErrorBlock, format!: AudioFormat, source!: AudioSource
ErrorBlock . message: string
AudioFormat = mp3 | opus | wav | aac | flac | mp4 | ogg | mkv | mka | x-aac | m4a | mpeg | mpga | pcm
    | webm
AudioSource | bytes: blob, s3Location: S3Location
S3Location . bucketOwner: string, uri!: string
CachePointBlock . ttl: CacheTTL, type!: CachePointType
CacheTTL = 5m | 1h
CachePointType = default
CitationsContentBlock . citations: [Citation], content: [CitationGeneratedContent]
Citation . location: CitationLocation, source: string, sourceContent: [CitationSourceContent],
    title: string
CitationLocation | documentChar: DocumentCharLocation, documentChunk: DocumentChunkLocation,
    documentPage: DocumentPageLocation, searchResultLocation: SearchResultLocation, web: WebLocation
DocumentCharLocation . documentIndex: integer, end: integer, start: integer
DocumentChunkLocation . documentIndex: integer, end: integer, start: integer
DocumentPageLocation . documentIndex: integer, end: integer, start: integer
SearchResultLocation . end: integer, searchResultIndex: integer, start: integer
WebLocation . domain: string, url: string
CitationSourceContent | text: string
CitationGeneratedContent | text: string
DocumentBlock . citations: CitationsConfig, context: string, format: DocumentFormat, name!: string,
    source!: DocumentSource
CitationsConfig . enabled!: flag
DocumentFormat = pdf | csv | doc | docx | xls | xlsx | html | txt | md
DocumentSource | bytes: blob, content: [DocumentContentBlock], s3Location: S3Location, text: string
DocumentContentBlock | text: string
GuardrailConverseContentBlock | image: GuardrailConverseImageBlock, text: GuardrailConverseTextBlock
GuardrailConverseImageBlock . format!: GuardrailConverseImageFormat,
    source!: GuardrailConverseImageSource
GuardrailConverseImageFormat = png | jpeg
GuardrailConverseImageSource | bytes: blob
GuardrailConverseTextBlock . qualifiers: [GuardrailConverseContentQualifier], text!: string
GuardrailConverseContentQualifier = grounding_source | query | guard_content
ImageBlock . error: ErrorBlock, format!: ImageFormat, source!: ImageSource
ImageFormat = png | jpeg | gif | webp
ImageSource | bytes: blob, s3Location: S3Location
ReasoningContentBlock | reasoningText: ReasoningTextBlock, redactedContent: blob
ReasoningTextBlock . signature: string, text!: string
SearchResultBlock . citations: CitationsConfig, content!: [SearchResultContentBlock], source!: string,
    title!: string
SearchResultContentBlock . text!: string
ToolAdditionBlock . tool!: ToolReference
ToolReference . name: string, serverName: string, type: string
ToolRemovalBlock . tool!: ToolReference
ToolResultBlock . content!: [ToolResultContentBlock], status: ToolResultStatus, toolUseId!: string,
    type: string
ToolResultContentBlock | document: DocumentBlock, image: ImageBlock, json: json,
    searchResult: SearchResultBlock, text: string, video: VideoBlock
VideoBlock . format!: VideoFormat, source!: VideoSource
VideoFormat = mkv | mov | mp4 | webm | flv | mpeg | mpg | wmv | three_gp
VideoSource | bytes: blob, s3Location: S3Location
ToolResultStatus = success | error
ToolUseBlock . input!: json, name!: string, toolUseId!: string, type: ToolUseType
ToolUseType = server_tool_use
ConversationRole = user | assistant | system
OutputConfig . effort: string, textFormat: OutputFormat
OutputFormat . structure!: OutputFormatStructure, type!: OutputFormatType
OutputFormatStructure | jsonSchema: JsonSchemaDefinition
JsonSchemaDefinition . description: string, name: string, schema!: string
OutputFormatType = json_schema
PerformanceConfiguration . latency: PerformanceConfigLatency
PerformanceConfigLatency = standard | optimized
PromptVariableValues | text: string
ServiceTier . type!: ServiceTierType
ServiceTierType = priority | default | flex | reserved
SystemContentBlock | cachePoint: CachePointBlock, guardContent: GuardrailConverseContentBlock,
    text: string
ToolConfiguration . toolChoice: ToolChoice, tools!: [Tool]
ToolChoice | any: AnyToolChoice, auto: AutoToolChoice, tool: SpecificToolChoice
AnyToolChoice .
AutoToolChoice .
SpecificToolChoice . name!: string
Tool | cachePoint: CachePointBlock, systemTool: SystemTool, toolSpec: ToolSpecification
SystemTool . name!: string
ToolSpecification . description: string, inputSchema!: ToolInputSchema, name!: string, strict: flag
ToolInputSchema | json: json
ConverseResponse . additionalModelResponseFields: json, metrics!: ConverseMetrics,
    output!: ConverseOutput, performanceConfig: PerformanceConfiguration, serviceTier: ServiceTier,
    stopReason!: StopReason, trace: json, usage!: TokenUsage
ConverseMetrics . latencyMs!: integer
ConverseOutput | message: Message
StopReason = end_turn | tool_use | max_tokens | stop_sequence | guardrail_intervened
    | content_filtered | malformed_model_output | malformed_tool_use | model_context_window_exceeded
TokenUsage . cacheDetails: [CacheDetail], cacheReadInputTokens: integer,
    cacheWriteInputTokens: integer, inputTokens!: integer, outputTokens!: integer, totalTokens!: integer
CacheDetail . inputTokens!: integer, ttl!: CacheTTL
ConverseStreamRequest . additionalModelRequestFields: json,
    additionalModelResponseFieldPaths: [string], guardrailConfig: GuardrailStreamConfiguration,
    inferenceConfig: InferenceConfiguration, messages: [Message], outputConfig: OutputConfig,
    performanceConfig: PerformanceConfiguration, promptVariables: {PromptVariableValues},
    requestMetadata: {string}, serviceTier: ServiceTier, system: [SystemContentBlock],
    toolConfig: ToolConfiguration
GuardrailStreamConfiguration . guardrailIdentifier: string, guardrailVersion: string,
    streamProcessingMode: GuardrailStreamProcessingMode, trace: GuardrailTrace
GuardrailStreamProcessingMode = sync | async
";

/// The shapes by their names.
pub(crate) static MODEL: LazyLock<BTreeMap<&'static str, Shape>> = LazyLock::new(|| {
    let mut shapes: Vec<(&str, String)> = Vec::new();
    for line in SHAPES.lines().filter(|line| !line.is_empty()) {
        match (line.strip_prefix("    "), shapes.last_mut()) {
            (Some(rest), Some((_, text))) => text.push_str(rest),
            _ => {
                let (name, text) = line.split_once(' ').unwrap();
                shapes.push((name, text.to_owned()));
            }
        }
    }
    shapes.into_iter().map(|(name, text)| (name, Shape::parse(&text))).collect()
});

/// What a type of the model is.
#[derive(Debug)]
pub(crate) enum Shape {
    Struct(Vec<Member>),
    Union(Vec<Member>),
    Names(Vec<String>),
}

/// A member of a structure or union.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) required: bool,
    pub(crate) kind: String,
}

impl Shape {
    fn parse(text: &str) -> Self {
        let (sign, rest) = text.split_at(1);
        let parts = |by: char| rest.split(by).map(str::trim).filter(|part| !part.is_empty());
        let member = |part: &str| {
            let (name, kind) = part.split_once(": ").unwrap();
            let bare = name.trim_end_matches('!');
            Member { name: bare.to_owned(), required: bare != name, kind: kind.to_owned() }
        };
        match sign {
            "." => Self::Struct(parts(',').map(member).collect()),
            "|" => Self::Union(parts(',').map(member).collect()),
            "=" => Self::Names(parts('|').map(str::to_owned).collect()),
            other => panic!("no shape: {other}"),
        }
    }
}

/// Values made after the model.
#[derive(Clone, Copy)]
pub(crate) struct Maker {
    /// Whether there are members, variants and names that the model does not have, and nulls.
    pub(crate) strange: bool,
}

impl Maker {
    /// A value of some kind: a name of the model, `string`, `[string]`, `{string}` and so on.
    pub(crate) fn value(self, kind: &str, choices: &mut Choices<'_>, depth: usize) -> String {
        if let Some(item) = kind.strip_prefix('[') {
            let item = item.trim_end_matches(']');
            let count = if depth == 0 { 0 } else { choices.below(4) };
            let items: Vec<_> = (0..count).map(|_| self.value(item, choices, depth - 1)).collect();
            return format!("[{}]", items.join(","));
        }
        if let Some(item) = kind.strip_prefix('{') {
            let item = item.trim_end_matches('}');
            let count = if depth == 0 { 0 } else { choices.below(3) };
            let members: Vec<_> = (0..count)
                .map(|index| {
                    let name = quoted(&format!("{}{index}", choices.text()));
                    format!("{name}:{}", self.value(item, choices, depth - 1))
                })
                .collect();
            return format!("{{{}}}", members.join(","));
        }
        match kind {
            "string" => quoted(&choices.text()),
            "blob" => {
                choices.one(&["\"aGk=\"", "\"\"", "\"iVBORw0KGgo=\"", "\"aGk\"", "\"no Base64\""]).to_owned()
            }
            "integer" => choices.one(&["0", "1", "4096", "18446744073709551615"]).to_owned(),
            "number" => choices.one(&["0", "0.7", "1.0", "1e-1", "0.30000000000000004", "-1.50"]).to_owned(),
            "flag" => choices.one(&["true", "false"]).to_owned(),
            "json" if self.strange => any_value(choices, 3),
            "json" => any_object(choices, 3),
            name => self.shaped(&MODEL[name], choices, depth),
        }
    }

    fn shaped(self, shape: &Shape, choices: &mut Choices<'_>, depth: usize) -> String {
        let depth = depth.saturating_sub(1);
        match shape {
            Shape::Names(names) => {
                let known = names[choices.below(names.len())].clone();
                quoted(&if self.strange && choices.chance(10) { choices.text() } else { known })
            }
            Shape::Union(_) if self.strange && choices.chance(8) => any_object(choices, 2),
            Shape::Union(variants) => {
                let one = &variants[choices.below(variants.len())];
                let value = self.value(&one.kind, choices, depth);
                let more = if self.strange && choices.chance(5) { ",\"new\":{\"a\":1.0}" } else { "" };
                format!("{{\"{}\":{value}{more}}}", one.name)
            }
            Shape::Struct(members) => {
                let mut made: Vec<String> = Vec::new();
                for member in members {
                    if member.required || (depth > 0 && choices.chance(50)) {
                        made.push(format!(
                            "\"{}\":{}",
                            member.name,
                            self.value(&member.kind, choices, depth)
                        ));
                    } else if self.strange && choices.chance(10) {
                        made.push(format!("\"{}\":null", member.name));
                    }
                }
                if self.strange && choices.chance(15) {
                    let at = choices.below(made.len() + 1);
                    made.insert(at, format!("\"new\":{}", any_value(choices, 2)));
                }
                let first = choices.below(made.len());
                made.rotate_left(first);
                format!("{{{}}}", made.join(","))
            }
        }
    }
}

/// What is wrong with a value as one of some kind, by the rules of the model: members that it does not have or that
/// are missing, unions without exactly one member, names that are not listed, values of a wrong kind.
pub(crate) fn complaints(kind: &str, value: &Tree, path: &str) -> Vec<String> {
    let item_of = |open, close| kind.strip_prefix(open).map(|item: &str| item.trim_end_matches(close));
    match (item_of('[', ']'), item_of('{', '}'), value) {
        (Some(item), _, Tree::List(items)) => {
            let each =
                items.iter().zip(0..).map(|(part, at)| complaints(item, part, &format!("{path}[{at}]")));
            return each.flatten().collect();
        }
        (_, Some(item), Tree::Object(members)) => {
            let each = members.iter().map(|(name, part)| complaints(item, part, &format!("{path}.{name}")));
            return each.flatten().collect();
        }
        _ => {}
    }
    let fits = match kind {
        "json" => true,
        "string" | "blob" => value.kind() == "string",
        "flag" => value.kind() == "boolean",
        "integer" => {
            value.kind() == "number" && value.as_number().is_some_and(|number| number.fract() == 0.0)
        }
        "number" => value.kind() == "number",
        name => match (MODEL.get(name), value) {
            (Some(Shape::Names(names)), Tree::Scalar(_)) => {
                value.as_text().is_some_and(|name| names.contains(&name))
            }
            (Some(Shape::Union(variants)), Tree::Object(members)) if members.len() == 1 => {
                return member_complaints(variants, members, path);
            }
            (Some(Shape::Struct(known)), Tree::Object(members)) => {
                let lacking =
                    known.iter().filter(|member| member.required && !members.contains(&member.name));
                let mut found: Vec<_> =
                    lacking.map(|member| format!("{path} lacks {}", member.name)).collect();
                found.extend(member_complaints(known, members, path));
                return found;
            }
            _ => false,
        },
    };
    if fits { Vec::new() } else { vec![format!("{path} is no {kind}")] }
}

fn member_complaints(known: &[Member], members: &OrderedMap<Tree>, path: &str) -> Vec<String> {
    let each = members.iter().map(|(name, part)| match known.iter().find(|member| member.name == name) {
        Some(member) => complaints(&member.kind, part, &format!("{path}.{name}")),
        None => vec![format!("{path} has no member {name}")],
    });
    each.flatten().collect()
}

#[test]
fn complaints_are_found_where_they_are() {
    for (kind, text, expected) in [
        ("ConverseRequest", r#"{"messages":[{"role":"user","content":[{"text":"a"}]}]}"#, &[][..]),
        (
            "ConverseRequest",
            r#"{"messages":[{"role":"critic","content":[{"text":7}]}],"new":1}"#,
            &[
                "$.messages[0].role is no ConversationRole",
                "$.messages[0].content[0].text is no string",
                "$ has no member new",
            ],
        ),
        (
            "Message",
            r#"{"content":[{},{"text":"a","image":{}},{"song":1}]}"#,
            &[
                "$ lacks role",
                "$.content[0] is no ContentBlock",
                "$.content[1] is no ContentBlock",
                "$.content[2] has no member song",
            ],
        ),
        ("ImageBlock", r#"{"format":"png"}"#, &["$ lacks source"]),
        (
            "InferenceConfiguration",
            r#"{"maxTokens":1.5,"topP":"1","stopSequences":"X"}"#,
            &["$.maxTokens is no integer", "$.topP is no number", "$.stopSequences is no [string]"],
        ),
        ("ConverseRequest", r#"{"requestMetadata":{"a":"b","c":7}}"#, &["$.requestMetadata.c is no string"]),
    ] {
        let tree = Tree::of(&RawJson::parse(text).unwrap()).unwrap();
        assert_eq!(complaints(kind, &tree, "$"), expected, "{text}");
    }
}
