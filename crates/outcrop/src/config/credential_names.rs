//! The names of credentials and connection settings in an entry.
//!
//! A credential under a name that is not known would be ignored, and the call would be signed with another identity. So
//! such a name is an error, while other unknown keys are parameters of a call.

use outcrop_core::{JsonObject, ModelError, RawJson};

use super::reader::invalid;

/// The keys with settings of the connection: those of AG2 Classic, and those of AG2 since 1.0.
const KNOWN: &[&str] = &[
    "api_key",
    "api_type",
    "aws_access_key",
    "aws_access_key_id",
    "aws_profile_name",
    "aws_region",
    "aws_secret_access_key",
    "aws_secret_key",
    "aws_session_token",
    "base_url",
    "endpoint_url",
    "profile_name",
    "region_name",
];

/// Parts of names that only credentials have. `tokens` is not one of them: `max_tokens` is a parameter.
const PARTS: &[&str] = &[
    "accesskey",
    "apikey",
    "auth",
    "authorization",
    "bearer",
    "cookie",
    "credential",
    "credentials",
    "passphrase",
    "passwd",
    "password",
    "pwd",
    "secret",
    "secretkey",
    "secrets",
    "token",
];

/// The number of edits within which a name is a misspelling of a known one: a letter left out, added or replaced, or two
/// neighbours exchanged, which are two edits.
const MAX_EDITS: usize = 2;

/// Checks that no unread key looks like a credential or a setting of the connection.
///
/// # Errors
/// Kind `Configuration`, code `InvalidConfig`, with the name as path and never the value.
pub(super) fn check_unread(unread: &JsonObject) -> Result<(), ModelError> {
    for (name, value) in unread.iter() {
        check_member(name, name, value)?;
    }
    Ok(())
}

fn check_member(path: &str, name: &str, value: &RawJson) -> Result<(), ModelError> {
    let nearest = nearest_known(name);
    if looks_like_credential(name, value) || nearest.is_some() {
        let error = invalid(path, "looks like a credential or a setting of the connection, and is not known");
        return Err(match nearest {
            Some(known) => error.with_hint(format!("did you mean `{known}`?")),
            None => error.with_hint(format!("the known names are {}", KNOWN.join(", "))),
        });
    }
    // Headers of a request are objects such as `{"Authorization": "…"}`. Members of other objects are a caller's own.
    if name.to_ascii_lowercase().ends_with("headers") {
        for (member, value) in value.as_object().unwrap_or_default() {
            check_member(&format!("{path}.{member}"), &member, &value)?;
        }
    }
    Ok(())
}

fn looks_like_credential(name: &str, value: &RawJson) -> bool {
    let parts = parts(name);
    // AWS's settings all begin like this, and none of them is a parameter of a call.
    if parts.first().is_some_and(|first| first == "aws") {
        return true;
    }
    // AG2 masks names that end in `_key`, so it regards all of them as secrets.
    let is_named = parts.iter().any(|part| PARTS.contains(&part.as_str()))
        || parts.len() > 1 && parts.last().is_some_and(|last| last == "key");
    // A number, a flag or a list is not a credential: `stop_token_ids` and `token_count` are parameters of other services.
    let has_text = value.as_string().is_some_and(|text| !text.is_empty()) || value.as_object().is_some();
    is_named && has_text
}

/// Splits a name such as `awsSecretKey`, `aws-secret-key` or `aws_secret_key` into its parts, in lower case.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut after_lower = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() || letter.is_uppercase() && after_lower {
            parts.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(part) = parts.last_mut()
        {
            part.extend(letter.to_lowercase());
        }
        after_lower = letter.is_lowercase();
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Returns the known name that a name is a misspelling of.
fn nearest_known(name: &str) -> Option<&'static str> {
    let name = parts(name).join("_");
    let distances = KNOWN.iter().map(|known| (strsim::levenshtein(&name, known), *known));
    // An equal name was read, so what is left differs in its spelling only, such as `awsRegion`.
    distances.filter(|(distance, _)| *distance <= MAX_EDITS).min().map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use outcrop_core::RawJson;

    use super::check_unread;

    #[test]
    fn names_of_credentials_are_errors_and_parameters_are_not() {
        for (members, path) in [
            (r#"{"aws_bearer_token_bedrock": "s"}"#, Some("aws_bearer_token_bedrock")),
            (r#"{"aws_session_tnoken": "s"}"#, Some("aws_session_tnoken")),
            (r#"{"token": "s"}"#, Some("token")),
            (r#"{"authorization": "s"}"#, Some("authorization")),
            (r#"{"password": "s"}"#, Some("password")),
            (r#"{"accessKey": "s"}"#, Some("accessKey")),
            (r#"{"awsSecretKey": "s"}"#, Some("awsSecretKey")),
            (r#"{"AWS_SECRET_ACCESS_KEY": "s"}"#, Some("AWS_SECRET_ACCESS_KEY")),
            (r#"{"private_key": "s"}"#, Some("private_key")),
            (r#"{"credentials": {"a": "s"}}"#, Some("credentials")),
            (r#"{"default_headers": {"x": "y", "X-Api-Key": "s"}}"#, Some("default_headers.X-Api-Key")),
            (r#"{"headers": {"Authorization": "s"}}"#, Some("headers.Authorization")),
            (r#"{"apikey": "s"}"#, Some("apikey")),
            (r#"{"aws_regoin": "s"}"#, Some("aws_regoin")),
            (r#"{"profil_name": "s"}"#, Some("profil_name")),
            (r#"{"endpointUrl": "s"}"#, Some("endpointUrl")),
            (r#"{"max_completion_tokens": 5, "stop_token_ids": [1], "token_count": 7, "token": null}"#, None),
            (r#"{"headers": {"x-trace": "1"}, "cache_key": 5, "author": "s", "keyword": "s"}"#, None),
            (r#"{"guardrailConfig": {"guardrailIdentifier": "g"}, "custom_flag": true}"#, None),
        ] {
            let unread = RawJson::parse(members).unwrap().as_object().unwrap();
            let found = check_unread(&unread).err();
            assert_eq!(found.as_ref().and_then(|error| error.path()), path, "{members}");
            if let Some(error) = found {
                assert!(!error.to_string().contains("\"s\"") && error.hint().is_some(), "{error}");
            }
        }
    }

    #[test]
    fn misspelling_has_the_name_that_was_meant_as_hint() {
        for (name, meant) in [
            ("aws_session_tnoken", "aws_session_token"),
            ("aws_acces_key", "aws_access_key"),
            ("region_nme", "region_name"),
        ] {
            let unread = [(name, RawJson::from("s"))].into_iter().collect();
            let error = check_unread(&unread).unwrap_err();
            assert_eq!(error.hint(), Some(format!("did you mean `{meant}`?").as_str()));
        }
    }
}
