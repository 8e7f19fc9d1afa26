//! One model under many ids (invariant 13 of docs/architecture.md; L123, M38).

use proptest::prelude::*;

use super::ModelId;

#[test]
fn id_is_split_into_profile_and_base() {
    for (id, base, profile) in [
        ("anthropic.claude-haiku-4-5-20251001-v1:0", "anthropic.claude-haiku-4-5-20251001-v1:0", None),
        (
            "us.anthropic.claude-haiku-4-5-20251001-v1:0",
            "anthropic.claude-haiku-4-5-20251001-v1:0",
            Some("us"),
        ),
        (
            "global.anthropic.claude-haiku-4-5-20251001-v1:0",
            "anthropic.claude-haiku-4-5-20251001-v1:0",
            Some("global"),
        ),
        ("eu.amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0", Some("eu")),
        ("us-gov.amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0", Some("us-gov")),
        ("apac.meta.llama3-8b-instruct-v1:0", "meta.llama3-8b-instruct-v1:0", Some("apac")),
        ("jp.mistral.mistral-large-2402-v1:0", "mistral.mistral-large-2402-v1:0", Some("jp")),
        ("some-new-place.cohere.command-r-v1:0", "cohere.command-r-v1:0", Some("some-new-place")),
        ("amazon.nova-lite-v1:0:24k", "amazon.nova-lite-v1:0:24k", None),
        ("mistral.mixtral-8x7b-instruct-v0:1", "mistral.mixtral-8x7b-instruct-v0:1", None),
        ("openai.gpt-oss-120b-1:0", "openai.gpt-oss-120b-1:0", None),
        ("deepseek.v3.2", "deepseek.v3.2", None),
        ("minimax.minimax-m2.1", "minimax.minimax-m2.1", None),
        ("us.deepseek.r1-v1:0", "deepseek.r1-v1:0", Some("us")),
        ("us.unknown-vendor.model", "us.unknown-vendor.model", None),
        ("my-model", "my-model", None),
        ("amazon.", "amazon.", None),
        (".", ".", None),
        ("us.amazon", "us.amazon", None),
        ("", "", None),
    ] {
        let parsed = ModelId::parse(id);
        assert_eq!((parsed.base(), parsed.profile()), (base, profile), "{id}");
        assert_eq!(parsed.as_str(), id);
        assert_eq!((parsed.to_string(), format!("{parsed:?}")), (id.to_owned(), id.to_owned()));
    }
}

#[test]
fn arn_is_split_at_its_last_segment() {
    for (arn, base, profile) in [
        (
            "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0",
            "anthropic.claude-sonnet-4-5-20250929-v1:0",
            None,
        ),
        (
            "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0",
            "amazon.nova-lite-v1:0",
            Some("eu"),
        ),
        (
            "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:inference-profile/us-gov.amazon.nova-lite-v1:0",
            "amazon.nova-lite-v1:0",
            Some("us-gov"),
        ),
        (
            "arn:aws-cn:bedrock:cn-north-1::foundation-model/amazon.nova-lite-v1:0",
            "amazon.nova-lite-v1:0",
            None,
        ),
        (
            "arn:aws:bedrock:us-east-1:123456789012:default-prompt-router/anthropic.claude:1",
            "anthropic.claude:1",
            None,
        ),
        // Opaque ARNs.
        (
            "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/ab12cd34ef56",
            "ab12cd34ef56",
            None,
        ),
        ("arn:aws:bedrock:us-east-1:123456789012:provisioned-model/ab12cd34ef56", "ab12cd34ef56", None),
        ("arn:aws:bedrock:us-east-1:123456789012:imported-model/ab12cd34ef56", "ab12cd34ef56", None),
        ("arn:aws:sagemaker:us-east-1:123456789012:endpoint/my-endpoint", "my-endpoint", None),
        ("arn:aws:bedrock:us-east-1:123456789012:prompt/PROMPT12345:1", "PROMPT12345:1", None),
    ] {
        let parsed = ModelId::parse(arn);
        assert_eq!((parsed.base(), parsed.profile(), parsed.as_str()), (base, profile, arn));
    }
}

#[test]
fn all_ids_of_a_model_have_one_base() {
    for base in ["anthropic.claude-haiku-4-5-20251001-v1:0", "amazon.nova-2-lite-v1:0", "zai.glm-4.7"] {
        for name in [
            base.to_owned(),
            format!("us.{base}"),
            format!("global.{base}"),
            format!("arn:aws:bedrock:us-east-1::foundation-model/{base}"),
            format!("arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.{base}"),
        ] {
            assert_eq!(ModelId::parse(&name).base(), base, "{name}");
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_an_id_that_ends_with_its_base(id in "(arn:)?[a-z./:é-]{0,24}(us\\.)?(amazon\\.)?[a-z.]{0,6}") {
        let parsed = ModelId::parse(&id);
        prop_assert!(id.ends_with(parsed.base()));
        prop_assert_eq!(ModelId::parse(parsed.base()).as_str(), parsed.base());
        if let Some(profile) = parsed.profile() {
            let whole = format!("{profile}.{}", parsed.base());
            prop_assert!(id.ends_with(&whole));
        }
    }
}

#[test]
fn prefix_of_another_tool_is_not_part_of_the_id() {
    let claude = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
    for prefix in
        ["bedrock/", "converse/", "bedrock/converse/", "amazon-bedrock/", "bedrock:", "bedrock_converse:"]
    {
        let id = format!("{prefix}{claude}");
        let parsed = ModelId::parse(&id);
        assert_eq!(parsed.as_str(), claude, "{id}");
        assert_eq!(parsed.tool_prefix(), Some(prefix));
        assert_eq!(
            (parsed.profile(), parsed.base()),
            (Some("us"), "anthropic.claude-sonnet-4-5-20250929-v1:0")
        );
    }
    let arn = "arn:aws:bedrock:us-west-2:123456789012:application-inference-profile/ab12";
    let id = format!("bedrock/{arn}");
    assert_eq!((ModelId::parse(&id).as_str(), ModelId::parse(&id).region()), (arn, Some("us-west-2")));
    for id in ["bedrock/", "bedrock", "my/model", claude] {
        assert_eq!((ModelId::parse(id).tool_prefix(), ModelId::parse(id).as_str()), (None, id));
    }
}
