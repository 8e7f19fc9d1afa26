//! `Debug` of an entry: its keys, without secrets and without values of keys that are not known.

use std::fmt;

use super::entry::ConfigEntry;

/// The mask of AG2's `repr`.
const MASK: &str = "**********";

/// The keys with values that may be logged. Another key may be a misspelled credential, and the values of parameters such as
/// `stop` are text of the caller.
const SHOWN: &[&str] = &[
    "alternation",
    "api_type",
    "aws_profile_name",
    "aws_region",
    "dialect",
    "filler",
    "maxTokens",
    "max_attempts",
    "max_completion_tokens",
    "max_retries",
    "max_tokens",
    "mode",
    "model",
    "price",
    "profile_name",
    "region_name",
    "response_format",
    "seed",
    "stream",
    "streaming",
    "supports_system_prompts",
    "tags",
    "temperature",
    "timeout",
    "topP",
    "top_k",
    "top_p",
    "total_max_attempts",
];

impl fmt::Debug for ConfigEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut output = f.debug_struct("ConfigEntry");
        for (name, value) in self.to_json_with_secrets().iter() {
            match name {
                "base_url" | "endpoint_url" => {
                    let url = value.as_string().unwrap_or_default();
                    output.field(name, &without_user_info(&url));
                }
                // A flag has no secret.
                _ if SHOWN.contains(&name) || matches!(value.as_str(), "true" | "false") => {
                    output.field(name, &format_args!("{}", value.as_str()));
                }
                _ => {
                    output.field(name, &MASK);
                }
            }
        }
        output.finish()
    }
}

/// Removes the user information, the query and the fragment of a URL: they may have passwords and tokens.
fn without_user_info(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = url.split_once("://").map_or(("", url), |(scheme, rest)| (scheme, rest));
    let (host, path) = rest.split_once('/').map_or((rest, None), |(host, path)| (host, Some(path)));
    // The last `@`, because a password may contain one.
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let separator = if scheme.is_empty() { "" } else { "://" };
    path.map_or_else(
        || format!("{scheme}{separator}{host}"),
        |path| format!("{scheme}{separator}{host}/{path}"),
    )
}
