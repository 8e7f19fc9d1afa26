//! Cache points, as Anthropic's API and Vercel's SDK have them in parts, messages and tools.
//!
//! A cache point comes after its owner. See <https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching> and
//! <https://ai-sdk.dev/providers/ai-sdk-providers/amazon-bedrock#cache-points>.

use serde_json::value::RawValue;

use super::fields::{Fields, Reader};
use super::path::Path;
use crate::content::CachePointContent;
use crate::error::ModelError;

/// Parses Anthropic's `cache_control`.
///
/// The member alone requests caching. A lifetime that is not a string is noted, and the default applies.
pub(super) fn cache_point(
    control: &RawValue,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<CachePointContent, ModelError> {
    let Some(mut fields) = Fields::parse(control, path)? else { return Ok(CachePointContent::new()) };
    let ttl = fields.take_string("ttl")?;
    // Its only value is `ephemeral`, or `default` in the form of Converse.
    fields.take("type");
    reader.note_unread(fields, path);
    Ok(CachePointContent { ttl, ..CachePointContent::new() })
}

/// Reads the member `cache_control`, which many parts and messages have.
pub(super) fn take_cache_point(
    fields: &mut Fields<'_>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<Option<CachePointContent>, ModelError> {
    let control = fields.take("cache_control");
    control.map(|control| cache_point(control, &path.name("cache_control"), reader)).transpose()
}

/// What Vercel's SDK keeps for each provider with a part or a message, as far as it concerns Claude and Bedrock.
#[derive(Default)]
pub(super) struct ProviderOptions {
    pub(super) cache_point: Option<CachePointContent>,
    /// The signature of reasoning.
    pub(super) signature: Option<String>,
    /// Reasoning that the provider encrypted, in Base64.
    pub(super) redacted: Option<String>,
}

impl ProviderOptions {
    /// The members that have the options: those of requests, and those of responses. Both occur in stored messages.
    const MEMBERS: &[&str] =
        &["providerOptions", "providerMetadata", "experimental_providerMetadata", "callProviderMetadata"];

    /// Reads the options. Those of other providers are noted.
    pub(super) fn take(
        fields: &mut Fields<'_>,
        path: &Path<'_>,
        reader: &mut Reader<'_>,
    ) -> Result<Self, ModelError> {
        let mut found = Self::default();
        for member in Self::MEMBERS {
            let Some(mut providers) = fields.take_object(member, path)? else { continue };
            let path = path.name(member);
            for provider in ["bedrock", "amazonBedrock", "anthropic"] {
                if let Some(options) = providers.take_object(provider, &path)? {
                    found.read(options, &path.name(provider), reader)?;
                }
            }
            reader.note_unread(providers, &path);
        }
        Ok(found)
    }

    fn read(
        &mut self,
        mut options: Fields<'_>,
        path: &Path<'_>,
        reader: &mut Reader<'_>,
    ) -> Result<(), ModelError> {
        for name in ["cachePoint", "cacheControl", "cache_control"] {
            if let Some(control) = options.take(name) {
                self.cache_point = Some(cache_point(control, &path.name(name), reader)?);
            }
        }
        self.signature = options.take_string("signature")?.or_else(|| self.signature.take());
        self.redacted =
            options.take_first_string(&["redactedData", "redactedContent"])?.or_else(|| self.redacted.take());
        reader.note_unread(options, path);
        Ok(())
    }
}
