//! Requests that are built in Rust.

use serde_json::Number;

use crate::{
    Extensions, JsonObject, ModelRequest, Price, RawJson, ResponseFormat, Role, ToolChoice, ToolSpec,
    UnifiedMessage,
};

#[derive(Debug, PartialEq)]
struct FastLane(bool);

#[derive(Debug, PartialEq)]
struct Region(&'static str);

fn schema() -> RawJson {
    RawJson::parse(r#"{"type":"object","properties":{}}"#).unwrap()
}

#[test]
fn builder_sets_only_given_parameters() {
    let bare = ModelRequest::builder("m").build();
    assert_eq!(bare.model, "m");
    assert!(bare.supports_system_prompts);
    assert!(
        bare.messages.is_empty() && bare.tools.is_empty() && bare.other.is_empty() && bare.notes.is_empty()
    );
    assert_eq!(bare.sampling, crate::Sampling::default());

    let request = ModelRequest::builder("m")
        .system("be brief")
        .user("hi")
        .messages([UnifiedMessage::assistant("hello")])
        .message(UnifiedMessage::user("again"))
        .tool(ToolSpec::without_input("a"))
        .tools([ToolSpec::function("b", schema()).with_description("B").strict()])
        .tool_choice(ToolChoice::Tool("b".to_owned()))
        .max_tokens(u32::MAX)
        .temperature(0.7)
        .top_p(1.0)
        .stop("X")
        .stop("Y")
        .response_format(ResponseFormat::JsonObject)
        .price(Price::per_thousand(1.0, 2.0))
        .additional_field("z", "1")
        .additional_field("a", schema())
        .build();
    let roles: Vec<_> = request.messages.iter().map(|message| message.role.clone()).collect();
    assert_eq!(roles, [Role::System, Role::User, Role::Assistant, Role::User]);
    assert_eq!(request.tools[0], ToolSpec::without_input("a"));
    let tool = &request.tools[1];
    assert_eq!(
        (tool.description.as_deref(), tool.strict, &tool.parameters),
        (Some("B"), Some(true), &Some(schema()))
    );
    assert_eq!(request.tool_choice, Some(ToolChoice::Tool("b".to_owned())));
    assert_eq!(request.sampling.max_tokens, Some(Number::from(u32::MAX)));
    assert_eq!(request.sampling.temperature.as_ref().map(ToString::to_string).as_deref(), Some("0.7"));
    assert_eq!(request.sampling.top_p.as_ref().map(ToString::to_string).as_deref(), Some("1.0"));
    assert_eq!(request.sampling.stop, ["X", "Y"]);
    assert_eq!(request.response_format, Some(ResponseFormat::JsonObject));
    assert_eq!(request.price, Some(Price::per_thousand(1.0, 2.0)));
    assert_eq!(request.additional_fields.keys().collect::<Vec<_>>(), ["z", "a"]);
}

#[test]
fn sampling_parameters_that_are_not_finite_are_unset() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let request = ModelRequest::builder("m").temperature(value).top_p(value).build();
        assert_eq!((request.sampling.temperature, request.sampling.top_p), (None, None));
        let paths: Vec<&str> = request.notes.iter().map(|note| note.path.as_str()).collect();
        assert_eq!(paths, ["temperature", "top_p"], "{value}");
    }
}

#[test]
fn extensions_have_one_value_of_each_type() {
    let request = ModelRequest::builder("m")
        .extension(FastLane(false))
        .extension(Region("a"))
        .extension(FastLane(true));
    let request = request.build().clone();
    assert_eq!(request.extensions.get::<FastLane>(), Some(&FastLane(true)));
    assert_eq!(request.extensions.get::<Region>(), Some(&Region("a")));
    assert_eq!(request.extensions.get::<u8>(), None);
    assert_eq!(format!("{:?}", Extensions::default()), "[]");
    assert!(format!("{:?}", request.extensions).contains("FastLane(true)"));
}

#[cfg(feature = "schemars")]
#[test]
fn from_type_derives_a_json_schema() {
    #[derive(schemars::JsonSchema)]
    struct City {
        #[expect(dead_code, reason = "only its schema is used")]
        name: String,
    }

    /// A place.
    #[derive(schemars::JsonSchema)]
    struct Place {}

    let described = ToolSpec::from_type::<Place>("find");
    assert_eq!(described.description.as_deref(), Some("A place."));
    assert_eq!(described.parameters.unwrap().to_value().get("description"), None, "the model reads it once");
    let tool = ToolSpec::from_type::<City>("get_weather");
    let parameters = tool.parameters.unwrap().to_value();
    assert_eq!(parameters.pointer("/properties/name/type"), Some(&"string".into()));
    assert_eq!(parameters.pointer("/required/0"), Some(&"name".into()));
    let ResponseFormat::JsonSchema(format) = ResponseFormat::from_type::<City>() else { panic!("a schema") };
    assert_eq!(format.schema.to_value(), parameters);
    assert!(format.is_derived() && !crate::JsonSchemaFormat::new(schema()).is_derived());
    assert_eq!((format.name.as_deref(), format.description, format.strict), (Some("City"), None, None));
}

#[test]
fn schema_format_has_setters() {
    let format = crate::JsonSchemaFormat::new(schema()).with_name("n").with_description("d").strict();
    assert_eq!((format.name.as_deref(), format.description.as_deref()), (Some("n"), Some("d")));
    assert_eq!((format.schema.clone(), format.strict), (schema(), Some(true)));
    assert_eq!(ResponseFormat::from(format.clone()), ResponseFormat::JsonSchema(format));
}

#[test]
fn integer_sampling_parameters_have_setters() {
    let sampling = ModelRequest::builder("m").top_k(40).seed(-7).build().sampling;
    assert_eq!((sampling.top_k, sampling.seed), (Some(40.into()), Some((-7).into())));
}

#[test]
fn debug_hides_text() {
    let mut other = JsonObject::new();
    other.insert("user", RawJson::from("secret"));
    let mut request = ModelRequest::builder("m")
        .system("secret")
        .user("secret")
        .tool(ToolSpec::without_input("a").with_description("secret"))
        .additional_field("a", "secret")
        .build();
    let mut format = crate::JsonSchemaFormat::new(RawJson::from("secret"));
    format.description = Some("secret".to_owned());
    request.response_format = Some(ResponseFormat::JsonSchema(format));
    request.other = other;
    let shown = format!("{request:?}");
    assert!(!shown.contains("secret"), "{shown}");
    assert!(shown.contains("TextContent { text: <6 bytes> }"), "{shown}");
}
