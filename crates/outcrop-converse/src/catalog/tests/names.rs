//! One model under all its names (invariant 13 of docs/architecture.md; L123, M38, W8).

use outcrop_core::Price;
use proptest::prelude::*;

use crate::catalog::{Catalog, ModelFamily, ModelInfo};
use crate::wire::TokenUsage;

const PROFILES: &[&str] =
    &["us", "us-gov", "eu", "apac", "jp", "au", "in", "ca", "sa", "amer", "global", "some-new-place"];

#[test]
fn every_name_of_a_model_has_the_same_facts() {
    let catalog = Catalog::builtin();
    for id in Catalog::ids() {
        let known = catalog.model(id);
        let mut names = vec![
            id.to_owned(),
            format!("arn:aws:bedrock:us-east-1::foundation-model/{id}"),
            format!("arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/{id}"),
            format!("{id}[1m]"),
            format!("{id}:200k"),
        ];
        for profile in PROFILES {
            names.push(format!("{profile}.{id}"));
            names.push(format!("{profile}.{id}[1m]"));
            names.push(format!("arn:aws:bedrock:eu-west-1:123456789012:inference-profile/{profile}.{id}"));
        }
        for name in names {
            assert_eq!(catalog.id(&name), Some(id), "{name}");
            assert_eq!(catalog.model(&name), known, "{name}");
            assert!(catalog.price(id).is_none() || catalog.price(&name).is_some(), "{name}");
        }
    }
}

#[test]
fn aliases_are_names_of_their_model() {
    let catalog = Catalog::builtin();
    for (name, id) in [
        ("us.openai.gpt-oss-120b", "openai.gpt-oss-120b-1:0"),
        ("moonshot.kimi-k2-thinking", "moonshotai.kimi-k2-thinking"),
        ("amazon.titan-text-express-v1:0:8k", "amazon.titan-text-express-v1"),
        ("us.anthropic.claude-sonnet-4-6:0", "anthropic.claude-sonnet-4-6"),
    ] {
        assert_eq!(catalog.id(name), Some(id), "{name}");
        assert_eq!(catalog.model(name), catalog.model(id), "{name}");
    }
}

#[test]
fn context_suffix_decides_the_context_window() {
    let catalog = Catalog::builtin();
    for (name, tokens) in [
        ("amazon.nova-lite-v1:0", Some(300_000)),
        ("amazon.nova-lite-v1:0:24k", Some(24_000)),
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", Some(200_000)),
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0[1m]", Some(1_000_000)),
        ("unknown-model", None),
        ("unknown-model:8k", Some(8_000)),
    ] {
        assert_eq!(catalog.limits(name).context_window, tokens, "{name}");
    }
}

#[test]
fn opaque_ids_are_unknown_models() {
    let catalog = Catalog::builtin();
    let of_account = |rest: &str| format!("arn:aws:bedrock:us-east-1:123456789012:{rest}");
    for name in [
        of_account("application-inference-profile/ab12cd34ef56"),
        of_account("provisioned-model/ab12cd34ef56"),
        of_account("imported-model/ab12cd34ef56"),
        of_account("custom-model-deployment/ab12cd34ef56"),
        of_account("prompt-router/ab12cd34ef56"),
        of_account("prompt/PROMPT12345:1"),
        "arn:aws:sagemaker:us-east-1:123456789012:endpoint/my-endpoint".to_owned(),
        "my-model".to_owned(),
        String::new(),
    ] {
        assert_eq!(*catalog.model(&name), ModelInfo::UNKNOWN, "{name}");
        assert_eq!((catalog.id(&name), catalog.price(&name)), (None, None), "{name}");
    }
}

#[test]
fn ids_that_reveal_only_a_family_have_its_rules_without_a_price() {
    let catalog = Catalog::builtin();
    let router = "arn:aws:bedrock:us-east-1:123456789012:default-prompt-router/anthropic.claude:1";
    assert_eq!(catalog.model(router).family, ModelFamily::Claude);
    assert_eq!((catalog.id(router), catalog.price(router)), (None, None));

    let custom =
        "arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0:300k/ab12cd34ef56";
    assert_eq!(catalog.model(custom), catalog.model("amazon.nova-lite-v1:0"));
    assert_eq!((catalog.id(custom), catalog.price(custom)), (None, None));
}

#[test]
fn profiles_and_regions_have_their_own_prices() {
    let catalog = Catalog::builtin();
    let input = |name: &str| catalog.price(name).unwrap().standard.input.dollars_per_million();
    assert_eq!(input("global.anthropic.claude-haiku-4-5-20251001-v1:0"), 1.0);
    assert_eq!(input("us.anthropic.claude-haiku-4-5-20251001-v1:0"), 1.1);
    assert_eq!(
        input("arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0"),
        1.1
    );
    let llama = "meta.llama3-70b-instruct-v1:0";
    let london = catalog.price_in(llama, Some("eu-west-2")).unwrap();
    assert_ne!(london, catalog.price(llama).unwrap());
    assert_eq!(catalog.price(&format!("arn:aws:bedrock:eu-west-2::foundation-model/{llama}")), Some(london));
    assert_eq!(catalog.price_in(llama, Some("mars-north-1")), catalog.price(llama));
}

/// AG2 has these prices for bare ids only (Q79).
#[test]
fn prices_of_ag2_are_found_under_every_name() {
    let catalog = Catalog::builtin();
    let mut usage = TokenUsage::new();
    usage.input_tokens = Some(1_000);
    usage.output_tokens = Some(1_000);
    for (id, input, output) in [
        ("meta.llama3-8b-instruct-v1:0", 0.0003, 0.0006),
        ("meta.llama3-70b-instruct-v1:0", 0.00265, 0.0035),
        ("mistral.mistral-7b-instruct-v0:2", 0.00015, 0.0002),
        ("mistral.mixtral-8x7b-instruct-v0:1", 0.00045, 0.0007),
        ("mistral.mistral-large-2402-v1:0", 0.004, 0.012),
        ("mistral.mistral-small-2402-v1:0", 0.001, 0.003),
    ] {
        let expected = Price::per_thousand(input, output).cost(&outcrop_core::Usage::new(1_000, 1_000));
        for name in [id.to_owned(), format!("us.{id}"), format!("{id}:8k")] {
            let cost = catalog.price(&name).unwrap().cost(&usage, None).unwrap();
            assert!((cost - expected).abs() < 1e-12, "{name}: {cost}");
        }
    }
}

#[test]
fn similar_names_have_no_price() {
    let catalog = Catalog::builtin();
    for name in [
        "",
        "meta.llama3-8b-instruct-v1",
        "xmeta.llama3-8b-instruct-v1:0",
        "anthropic.claude-opus-5-7",
        "minimax.minimax-m2.7",
        "amazon.nova-lite-v2:0",
        "amazon.nova-lite-v1:1",
    ] {
        assert_eq!((catalog.price(name), catalog.id(name)), (None, None), "{name}");
    }
}

proptest! {
    #[test]
    fn any_text_is_a_valid_name(
        name in "(arn:aws:bedrock:[a-z0-9-]{0,6}:[0-9]{0,3}:[a-z-]{0,14}/)?(us\\.)?((amazon\\.nova|anthropic\\.claude|meta\\.llama3)[-.:\\[\\]0-9a-zé]{0,12}|\\PC{0,24})(:[0-9]{1,11}[km]|\\[1m\\])?",
    ) {
        let catalog = Catalog::builtin();
        let info = catalog.model(&name);
        prop_assert_eq!(&info.capabilities, catalog.capabilities(&name));
        // A model with a price has an id.
        prop_assert!(catalog.price(&name).is_none() || catalog.id(&name).is_some());
        if let Some(id) = catalog.id(&name) {
            prop_assert_eq!(catalog.model(id), info);
            prop_assert!(name.contains(id) || Catalog::ids().any(|known| known == id));
        }
    }
}
