//! Which model ids are taken.

use outcrop_converse::ModelId;

use crate::fault::Fault;

/// Decides whether there is a model of an id. The rules are those of the crate's documentation.
pub(crate) fn resolve(id: &str) -> Result<(), Fault> {
    let model = ModelId::parse(id);
    if is_missing(&model) {
        Err(Fault::no_such_model())
    } else if is_arn(id) || id.starts_with("emulator.") || is_of_a_vendor(&model) {
        Ok(())
    } else {
        Err(invalid_identifier())
    }
}

/// What AWS says of an id that names no model in its grammar.
pub(crate) fn invalid_identifier() -> Fault {
    Fault::validation("The provided model identifier is invalid.")
}

/// Ids that are made to be missing: `nonexistent…`, `anthropic.nonexistent…`, and any with `no-such-model` in it.
fn is_missing(model: &ModelId<'_>) -> bool {
    let base = model.base();
    let name = base.split_once('.').map_or(base, |(_, name)| name);
    base.starts_with("nonexistent")
        || name.starts_with("nonexistent")
        || model.as_str().contains("no-such-model")
}

/// `arn:PARTITION:SERVICE:REGION:ACCOUNT:KIND/NAME` of Bedrock, or of an endpoint of SageMaker.
fn is_arn(id: &str) -> bool {
    let mut parts = id.splitn(6, ':');
    let head = [parts.next(), parts.next(), parts.next(), parts.next(), parts.next()];
    let [Some("arn"), Some(partition), Some(service), Some(region), Some(_account)] = head else {
        return false;
    };
    let named = parts.next().and_then(|resource| resource.split_once('/'));
    let Some((kind, name)) = named else { return false };
    partition.starts_with("aws")
        && matches!(service, "bedrock" | "sagemaker")
        && !region.is_empty()
        && !kind.is_empty()
        && !name.is_empty()
}

/// `vendor.name`, with or without the prefix of an inference profile.
///
/// The vendors are those that [`ModelId`] knows: it takes a word for the prefix of a profile only where a vendor
/// follows it, so a word is put before the id.
fn is_of_a_vendor(model: &ModelId<'_>) -> bool {
    let named = model.base().split_once('.').is_some_and(|(_, name)| !name.is_empty());
    let known = |id: &str| ModelId::parse(id).profile() == Some("any");
    named && is_spelt_like_an_id(model.base()) && known(&format!("any.{}", model.base()))
}

/// The letters that ids are made of, in lower case, as AWS spells all of them.
fn is_spelt_like_an_id(base: &str) -> bool {
    base.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.:_".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_aws_could_have_are_taken() {
        for id in [
            "amazon.nova-lite-v1:0",
            "anthropic.claude-3-5-sonnet-20240620-v1:0",
            "us.anthropic.claude-haiku-4-5-20251001-v1:0",
            "global.anthropic.claude-sonnet-4-20250514-v1:0",
            "jp.amazon.nova-2-lite-v1:0",
            "openai.gpt-oss-120b-1:0",
            "meta.llama3-1-8b-instruct-v1:0:128k",
            "emulator.echo",
            "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0",
            "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6",
            "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:provisioned-model/abcdefghijkl",
            "arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-text-express-v1",
            "arn:aws:bedrock:us-east-1:123456789012:prompt/ABCDEFGHIJ:1",
            "arn:aws:sagemaker:us-east-1:123456789012:endpoint/my-endpoint",
        ] {
            assert_eq!(resolve(id), Ok(()), "{id}");
        }
    }

    #[test]
    fn other_ids_are_invalid() {
        for id in [
            "does-not-exist",
            "invalid-model-id",
            "gpt-4o",
            "us.amazon.nova-micro-v1:O",
            "amazon.",
            "us.amazon.",
            "acme.model-v1",
            "amazon.nova lite",
            "Amazon.nova-lite-v1:0",
            "",
            "arn:aws:bedrock",
            "arn:aws:bedrock:us-east-1:1:inference-profile",
            "arn:aws:s3:us-east-1:1:bucket/x",
        ] {
            assert_eq!(resolve(id), Err(invalid_identifier()), "{id}");
        }
    }

    #[test]
    fn ids_that_are_made_to_be_missing_are_not_found() {
        for id in [
            "nonexistent-model",
            "nonexistent.model-v1:0",
            "anthropic.nonexistent-v1:0",
            "us.anthropic.nonexistent-v1:0",
            "amazon.no-such-model-v1:0",
            "arn:aws:bedrock:us-east-1:1:inference-profile/us.amazon.no-such-model",
        ] {
            assert_eq!(resolve(id), Err(Fault::no_such_model()), "{id}");
        }
    }
}
