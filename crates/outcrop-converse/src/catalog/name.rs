//! The names of a model, taken apart for a lookup.

use crate::model_id::ModelId;

/// A model's id, with what it says of route and context apart.
pub(super) struct Name<'a> {
    id: ModelId<'a>,
    /// The base id, without a suffix for the context.
    stem: &'a str,
    context: Option<u32>,
}

impl<'a> Name<'a> {
    pub(super) fn parse(model: &'a str) -> Self {
        let id = ModelId::parse(model);
        let (stem, context) = without_context(base(&id));
        Self { id, stem, context }
    }

    /// What a model that is not known is told apart by: the base id, or all of an ARN that hides its model.
    pub(super) fn key(&self) -> &'a str {
        let hides = self.id.as_str().starts_with("arn:") && !self.stem.contains('.');
        if hides || self.is_custom() { self.id.as_str() } else { self.stem }
    }

    /// The base id, without a suffix for the context.
    pub(super) fn stem(&self) -> &'a str {
        self.stem
    }

    /// The length of the context, in tokens, that a suffix such as `:24k` or `[1m]` tells.
    pub(super) fn context(&self) -> Option<u32> {
        self.context
    }

    /// Whether it is a model that was made of the one that its ARN names: the rules are that model's, the price is not.
    pub(super) fn is_custom(&self) -> bool {
        custom_base(self.id.as_str()).is_some()
    }

    /// Whether the name says by which profile or in which region the model is asked.
    pub(super) fn has_route(&self) -> bool {
        self.route(None).is_some()
    }

    /// The profile or the region that the model is asked by: the name's own before the one given.
    pub(super) fn route<'r>(&self, region: Option<&'r str>) -> Option<&'r str>
    where
        'a: 'r,
    {
        self.id.profile().or_else(|| region_of(self.id.as_str())).or(region)
    }
}

fn base<'a>(id: &ModelId<'a>) -> &'a str {
    custom_base(id.as_str()).unwrap_or_else(|| id.base())
}

/// The base model that the ARN of a custom model names: `arn:…:custom-model/amazon.nova-lite-v1:0:300k/ab12cd34ef56`.
fn custom_base(id: &str) -> Option<&str> {
    let (_, named) = id.strip_prefix("arn:")?.split_once(":custom-model/")?;
    let (base, _) = named.split_once('/')?;
    base.contains('.').then_some(base)
}

/// The region of a foundation model's ARN.
fn region_of(id: &str) -> Option<&str> {
    let (head, _) = id.strip_prefix("arn:")?.split_once("::foundation-model/")?;
    head.rsplit(':').next()
}

/// A base id without the suffix that tells the length of its context.
fn without_context(id: &str) -> (&str, Option<u32>) {
    let bracketed = id.strip_suffix(']').and_then(|rest| rest.rsplit_once('['));
    for (stem, suffix) in [bracketed, id.rsplit_once(':')].into_iter().flatten() {
        if let Some(tokens) = tokens(suffix) {
            return (stem, Some(tokens));
        }
    }
    (id, None)
}

/// The tokens that a suffix tells: `24k`, `1m`.
fn tokens(suffix: &str) -> Option<u32> {
    let unit = |letters: [char; 2], tokens| Some((suffix.strip_suffix(letters)?, tokens));
    let (count, unit) = unit(['k', 'K'], 1_000).or_else(|| unit(['m', 'M'], 1_000_000))?;
    count.parse::<u32>().ok()?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::Name;

    #[test]
    fn a_suffix_for_the_context_is_no_part_of_the_id() {
        for (id, stem, context) in [
            ("amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0", None),
            ("amazon.nova-lite-v1:0:24k", "amazon.nova-lite-v1:0", Some(24_000)),
            ("us.amazon.nova-lite-v1:0:300K", "amazon.nova-lite-v1:0", Some(300_000)),
            ("us.anthropic.claude-sonnet-4-6[1m]", "anthropic.claude-sonnet-4-6", Some(1_000_000)),
            ("meta.llama3-1-8b-instruct-v1:0:128k", "meta.llama3-1-8b-instruct-v1:0", Some(128_000)),
            ("zai.glm-4.7", "zai.glm-4.7", None),
            ("a[b]", "a[b]", None),
            ("a:k", "a:k", None),
            ("a:9999999999k", "a:9999999999k", None),
            ("a:4294968k", "a:4294968k", None),
            ("]", "]", None),
            ("", "", None),
        ] {
            let name = Name::parse(id);
            assert_eq!((name.stem(), name.context()), (stem, context), "{id}");
        }
    }

    #[test]
    fn profiles_and_regions_are_routes() {
        for (id, region, route) in [
            ("amazon.nova-lite-v1:0", None, None),
            ("amazon.nova-lite-v1:0", Some("eu-west-2"), Some("eu-west-2")),
            ("us.amazon.nova-lite-v1:0", Some("us-east-1"), Some("us")),
            ("arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0", None, Some("us-east-1")),
            (
                "arn:aws:bedrock:us-east-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0",
                None,
                Some("eu"),
            ),
            ("arn:aws:bedrock:us-east-1:123456789012:provisioned-model/ab12", None, None),
        ] {
            assert_eq!(Name::parse(id).route(region), route, "{id}");
        }
    }

    #[test]
    fn what_hides_its_model_is_known_by_all_of_its_arn() {
        let hidden = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/ab12cd34ef56";
        let custom =
            "arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0:300k/ab12cd34ef56";
        let open = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0";
        assert_eq!(Name::parse(hidden).key(), hidden);
        assert_eq!(Name::parse(custom).key(), custom);
        assert_eq!(Name::parse(custom).stem(), "amazon.nova-lite-v1:0");
        assert_eq!(Name::parse(open).key(), "amazon.nova-lite-v1:0");
    }
}
