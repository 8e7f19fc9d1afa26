//! Tests of overrides.

use crate::catalog::{
    Catalog, Limits, ModelInfo, ModelOverrides, ModelPrice, SamplingParams, Support, TokenPrice, TokenRate,
};

const OPAQUE: &str = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/ab12cd34ef56";
const SONNET: &str = "anthropic.claude-sonnet-4-5-20250929-v1:0";

fn price(input: u32) -> ModelPrice {
    ModelPrice::new(TokenPrice::new(TokenRate::from_picodollars(input), TokenRate::from_picodollars(1)))
}

#[test]
fn opaque_id_with_base_model_has_its_facts() {
    let builtin = Catalog::builtin();
    let catalog = builtin.clone().with_model(OPAQUE, ModelOverrides::from_base_model(format!("eu.{SONNET}")));
    assert_eq!(catalog.model(OPAQUE), builtin.model(SONNET));
    assert_eq!(catalog.id(OPAQUE), Some(SONNET));
    assert_eq!(catalog.price(OPAQUE), builtin.price(&format!("eu.{SONNET}")));
    // Other ARNs and the base model itself stay unchanged.
    let other = OPAQUE.replace("ab12", "cd34");
    assert_eq!(*catalog.model(&other), ModelInfo::UNKNOWN);
    assert_eq!(catalog.price(&format!("us.{SONNET}")), builtin.price(&format!("us.{SONNET}")));
    assert_eq!(*builtin.model(OPAQUE), ModelInfo::UNKNOWN);
}

#[test]
fn overrides_apply_to_all_names_and_leave_other_facts() {
    let builtin = Catalog::builtin();
    let mut capabilities = *builtin.capabilities(SONNET);
    capabilities.sampling = SamplingParams::Unsupported;
    let catalog =
        builtin.clone().with_model(&format!("us.{SONNET}"), ModelOverrides::new().capabilities(capabilities));
    for name in [SONNET.to_owned(), format!("eu.{SONNET}"), format!("{SONNET}[1m]")] {
        assert_eq!(catalog.capabilities(&name).sampling, SamplingParams::Unsupported, "{name}");
        assert_eq!(catalog.capabilities(&name).prefill, Support::Yes, "{name}");
        assert_eq!(catalog.model(&name).limits, builtin.model(&name).limits, "{name}");
        assert_eq!(catalog.price(&name), builtin.price(&name), "{name}");
    }
    assert_eq!(builtin.capabilities(SONNET).sampling, SamplingParams::TemperatureOrTopP);
}

#[test]
fn overrides_apply_to_aliases() {
    let catalog = Catalog::builtin()
        .with_model("moonshot.kimi-k2-thinking", ModelOverrides::new().price(price(1)))
        .with_model("us.openai.gpt-oss-20b-1:0", ModelOverrides::new().price(price(2)));
    assert_eq!(catalog.price("moonshotai.kimi-k2-thinking"), Some(&price(1)));
    assert_eq!(catalog.price("openai.gpt-oss-20b"), Some(&price(2)));
}

#[test]
fn overrides_of_a_custom_model_leave_its_base_model() {
    let custom =
        "arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0:300k/ab12cd34ef56";
    let catalog = Catalog::builtin().with_model(custom, ModelOverrides::new().price(price(1)));
    assert_eq!((catalog.price(custom), catalog.id(custom)), (Some(&price(1)), Some(custom)));
    assert_eq!(catalog.price("amazon.nova-lite-v1:0"), Catalog::builtin().price("amazon.nova-lite-v1:0"));
}

#[test]
fn unknown_model_can_be_added() {
    let mut limits = Limits::UNKNOWN;
    limits.context_window = Some(32_000);
    let overrides = ModelOverrides::new().limits(limits).price(price(7));
    let catalog = Catalog::builtin().with_model("acme.anvil-v1:0", overrides);
    assert_eq!(catalog.limits("acme.anvil-v1:0").context_window, Some(32_000));
    assert_eq!(catalog.price("acme.anvil-v1:0"), Some(&price(7)));
    assert_eq!(catalog.id("acme.anvil-v1:0"), Some("acme.anvil-v1:0"));
    assert_eq!(catalog.price("acme.hammer-v1:0"), None);
}

#[test]
fn later_overrides_replace_earlier_ones() {
    let catalog = Catalog::builtin()
        .with_model(SONNET, ModelOverrides::new().price(price(1)))
        .with_model(OPAQUE, ModelOverrides::from_base_model(SONNET))
        .with_model(SONNET, ModelOverrides::new().price(price(2)));
    assert_eq!(catalog.price(&format!("us.{SONNET}")), Some(&price(2)));
    assert_eq!(catalog.price_in(SONNET, Some("us-east-1")), Some(&price(2)));
    assert_eq!(catalog.price(OPAQUE), Some(&price(1)));
}

#[test]
fn overrides_of_a_clone_leave_the_original() {
    let first = Catalog::builtin().with_model(SONNET, ModelOverrides::new().price(price(1)));
    let second = first.clone().with_model(SONNET, ModelOverrides::new().price(price(2)));
    assert_eq!(first.price(SONNET), Some(&price(1)));
    assert_eq!(second.price(SONNET), Some(&price(2)));
}
