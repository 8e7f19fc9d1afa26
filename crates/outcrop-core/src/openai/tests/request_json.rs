//! Requests as JSON.

use crate::{
    AudioContent, CachePointContent, ContentBlock, Conversation, DocumentContent, ImageContent, ModelRequest,
    ReasoningContent, ReasoningEffort, ResponseFormat, Role, ToolCallContent, ToolChoice, ToolResultContent,
    ToolSpec, UnifiedMessage,
};

fn round_trip(request: &ModelRequest) -> ModelRequest {
    let json = request.to_openai_json().unwrap();
    let parsed = ModelRequest::from_json(&json).unwrap();
    assert_eq!(parsed.notes, [], "{json}");
    assert_eq!(parsed.to_openai_json().unwrap(), json);
    parsed
}

fn with_message(role: Role, content: Vec<ContentBlock>) -> ModelRequest {
    ModelRequest::builder("m").message(UnifiedMessage::new(role, content)).build()
}

#[test]
fn parameters_survive_a_round_trip() {
    let schema =
        crate::RawJson::parse(r#"{"type":"object","properties":{"b":{},"a":{"default":1.0}}}"#).unwrap();
    let request = ModelRequest::builder("some-model")
        .system("Be brief.")
        .user("hi")
        .assistant("Hello.")
        .user("What is this?")
        .tool(ToolSpec::function("look_up", schema.clone()).with_description("Looks up.").strict().cached())
        .tool(ToolSpec::without_input("clock"))
        .tool_choice(ToolChoice::Tool("clock".to_owned()))
        .parallel_tool_calls(false)
        .max_tokens(100)
        .temperature(0.7)
        .top_p(0.5)
        .top_k(7)
        .seed(-1)
        .stop("END")
        .reasoning_effort(ReasoningEffort::High)
        .service_tier(crate::ServiceTier::Flex)
        .metadata("team", "a")
        .response_format(ResponseFormat::schema(schema))
        .price(crate::Price::per_thousand(0.1, 0.2))
        .additional_field("thinking", crate::RawJson::parse(r#"{"budget_tokens": 10}"#).unwrap())
        .build();
    assert_eq!(round_trip(&request), request);
    let mut request = request;
    request.supports_system_prompts = false;
    request.other.insert("logit_bias", crate::RawJson::parse("{}").unwrap());
    let auto = crate::PromptCache::auto;
    for cache in [auto(), auto().with_ttl("1h"), crate::PromptCache::Off] {
        request.cache = Some(cache);
        assert_eq!(round_trip(&request), request);
    }
    for choice in [ToolChoice::Auto, ToolChoice::Required, ToolChoice::None] {
        request.tool_choice = Some(choice);
        assert_eq!(round_trip(&request), request);
    }
    for format in [ResponseFormat::Text, ResponseFormat::JsonObject] {
        request.response_format = Some(format);
        assert_eq!(round_trip(&request), request);
    }
}

#[test]
fn blocks_survive_a_round_trip() {
    let mut signed = ReasoningContent::new("hm");
    signed.signature = Some("sig".to_owned());
    let mut bound = signed.clone();
    bound.extra.insert("model", crate::RawJson::from("m"));
    let table: Vec<(Role, Vec<ContentBlock>)> = vec![
        (Role::User, vec!["a".into(), "b".into()]),
        (Role::User, vec!["a".into(), CachePointContent::new().into(), "b".into()]),
        (Role::User, vec![ImageContent::from_url("https://example.com/a.png").into(), "a".into()]),
        (Role::User, vec![ImageContent::from_bytes("image/png", b"png".to_vec()).into()]),
        (Role::User, vec![AudioContent::from_bytes("audio/wav", b"wav".to_vec()).into()]),
        (Role::User, vec![DocumentContent::from_bytes("d", "application/pdf", b"pdf".to_vec()).into()]),
        (Role::User, vec![crate::VideoContent::from_url("s3://b/v.mp4").into()]),
        (Role::Assistant, vec![signed.clone().into(), "a".into()]),
        (
            Role::Assistant,
            vec![ReasoningContent::redacted(crate::Blob::from_base64("YQ==")).into(), "a".into()],
        ),
        (Role::Assistant, vec![bound.into(), "a".into()]),
        (
            Role::Assistant,
            vec![
                signed.into(),
                "a".into(),
                ToolCallContent::new("1", "f", r#"{"x": 1.0}"#).into(),
                ToolCallContent::new("2", "f", "{").into(),
            ],
        ),
        (Role::Tool, vec![ToolResultContent::new("1", "done").into()]),
        (
            Role::Tool,
            vec![ToolResultContent::new("1", "failed").failed().into(), CachePointContent::new().into()],
        ),
        (Role::Other("developer".to_owned()), vec!["a".into()]),
    ];
    for (role, blocks) in table {
        let request = with_message(role, blocks);
        assert_eq!(round_trip(&request), request, "{}", request.to_openai_json().unwrap());
    }
}

#[test]
fn text_of_a_document_becomes_its_bytes() {
    let mut cited = DocumentContent::from_text("d", "text");
    cited.citations = Some(true);
    for document in [DocumentContent::from_text("d", "text"), cited] {
        let expected = DocumentContent {
            data_uri: Some(crate::DataUri::from("data:text/plain;base64,dGV4dA==")),
            text: None,
            ..document.clone()
        };
        let parsed = round_trip(&with_message(Role::User, vec![document.into()]));
        assert_eq!(parsed.messages[0].content, [ContentBlock::from(expected)]);
    }
}

#[test]
fn several_tool_results_become_a_message_each() {
    let results = vec![ToolResultContent::new("1", "a").into(), ToolResultContent::new("2", "b").into()];
    let request = with_message(Role::Tool, results);
    let parsed = round_trip(&request);
    assert_eq!(
        parsed.messages,
        [UnifiedMessage::tool_result("1", "a"), UnifiedMessage::tool_result("2", "b")]
    );
}

#[test]
fn json_of_a_request_is_that_of_openai() {
    let image = ImageContent::from_url("https://example.com/a.png");
    let mut request = ModelRequest::builder("m").user("What is it?").image(image).build();
    request
        .messages
        .push(UnifiedMessage::new(Role::Assistant, vec![ToolCallContent::new("1", "f", "{}").into()]));
    request.messages.push(UnifiedMessage::tool_result("1", "a cat"));
    assert_eq!(
        request.to_openai_json().unwrap(),
        r#"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"What is it?"},{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]},{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","content":"a cat","tool_call_id":"1"}]}"#
    );
    let parsed: ModelRequest = serde_json::from_str(&serde_json::to_string(&request).unwrap()).unwrap();
    assert_eq!(parsed, request);
}

#[test]
fn equality_ignores_the_conversation_and_compares_extensions_by_identity() {
    let request = || ModelRequest::builder("m").user("hi");
    assert_eq!(request().conversation(&Conversation::new()).build(), request().build());
    let with_options = request().extension(1_u8).build();
    assert_eq!(with_options, with_options.clone());
    assert_ne!(with_options, request().build());
    assert_ne!(with_options, request().extension(1_u8).build());
    assert_ne!(request().build(), request().user("more").build());
}

#[test]
fn invalid_json_of_a_request_is_an_error() {
    let error = serde_json::from_str::<ModelRequest>(r#"{"messages": [1]}"#).unwrap_err();
    assert!(error.to_string().contains("message"), "{error}");
}
