//! The credentials that requests are signed with, and where they come from.
//!
//! Key, secret and session token always come from one source (lesson L119), and half an access key is an error: another
//! identity must not replace it silently.

use std::fmt;

use outcrop_core::ModelError;
use secrecy::{ExposeSecret, SecretString};

use crate::environment::{Environment, setting_error};

/// Credentials for Bedrock. `Debug` masks the secrets, and they are wiped from memory when the value is dropped.
#[derive(Clone)]
#[non_exhaustive]
pub enum Credentials {
    /// An access key.
    Keys {
        /// The id of the access key.
        access_key: String,
        /// The secret of the access key.
        secret_key: SecretString,
        /// The session token, for temporary access keys.
        session_token: Option<SecretString>,
    },
    /// A Bedrock API key.
    Bearer(SecretString),
}

impl Credentials {
    /// Creates credentials from a permanent access key.
    #[must_use]
    pub fn keys(access_key: impl Into<String>, secret_key: impl Into<String>) -> Self {
        Self::Keys {
            access_key: access_key.into(),
            secret_key: secret_key.into().into(),
            session_token: None,
        }
    }

    /// Creates credentials from a temporary access key and its session token.
    #[must_use]
    pub fn session(
        access_key: impl Into<String>,
        secret_key: impl Into<String>,
        token: impl Into<String>,
    ) -> Self {
        Self::Keys {
            access_key: access_key.into(),
            secret_key: secret_key.into().into(),
            session_token: Some(token.into().into()),
        }
    }

    /// Creates credentials from a Bedrock API key.
    #[must_use]
    pub fn bearer(token: impl Into<String>) -> Self {
        Self::Bearer(token.into().into())
    }

    /// Creates credentials from the optional parts of an access key, as configurations have them. Returns `None` if both
    /// halves are missing. An empty part counts as missing.
    ///
    /// # Errors
    /// Code `PartialCredentials`: one half is missing.
    pub fn from_parts(
        access_key: Option<String>,
        secret_key: Option<String>,
        session_token: Option<String>,
    ) -> Result<Option<Self>, ModelError> {
        let non_empty = |part: Option<String>| part.filter(|part| !part.is_empty());
        match (non_empty(access_key), non_empty(secret_key)) {
            (Some(access_key), Some(secret_key)) => Ok(Some(Self::Keys {
                access_key,
                secret_key: secret_key.into(),
                session_token: non_empty(session_token).map(Into::into),
            })),
            (None, None) => Ok(None),
            (Some(_), None) => Err(partial_credentials("aws_secret_key", "the access key has no secret key")),
            (None, Some(_)) => Err(partial_credentials("aws_access_key", "the secret key has no access key")),
        }
    }

    /// Returns the session token of a temporary access key.
    pub(crate) fn session_token(&self) -> Option<&str> {
        match self {
            Self::Keys { session_token, .. } => session_token.as_ref().map(ExposeSecret::expose_secret),
            Self::Bearer(_) => None,
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keys { session_token: Some(_), .. } => f.write_str("Keys(**********, with session token)"),
            Self::Keys { .. } => f.write_str("Keys(**********)"),
            Self::Bearer(_) => f.write_str("Bearer(**********)"),
        }
    }
}

fn partial_credentials(path: &'static str, message: &'static str) -> ModelError {
    setting_error("PartialCredentials", path, message).with_hint(
        "set both halves of the key, or neither to use a profile, a role or AWS_BEARER_TOKEN_BEDROCK",
    )
}

/// The source of a client's credentials.
#[derive(Clone, Debug)]
pub(crate) enum Identity {
    /// These credentials and no others: explicit ones, or those of the environment.
    Given(Credentials),
    /// The SDK's chain: profile, web identity, container, instance.
    Chain,
}

/// AG2's own variables, which AWS's tools don't read.
const AG2_ACCESS_KEY: &str = "AWS_ACCESS_KEY";
const AG2_SECRET_KEY: &str = "AWS_SECRET_KEY";

impl Identity {
    /// Finds the credentials: the given ones, the named profile, `AWS_BEARER_TOKEN_BEDROCK`, AWS's own variables, AG2's
    /// variables, the rest of AWS's chain, in this order.
    ///
    /// # Errors
    /// Code `PartialCredentials`: the environment has half an access key.
    pub(crate) fn resolve(
        given: Option<&Credentials>,
        profile: Option<&str>,
        env: &Environment,
    ) -> Result<Self, ModelError> {
        if let Some(credentials) = given {
            return Ok(Self::Given(credentials.clone()));
        }
        if profile.is_some() {
            return Ok(Self::Chain);
        }
        // A token comes before ambient keys, as in AWS's own SDKs: whoever creates a Bedrock API key means this service
        // (L118). Variables of other services, such as `API_KEY`, are never read (M78).
        if let Some(token) = env.get("AWS_BEARER_TOKEN_BEDROCK") {
            return Ok(Self::Given(Credentials::bearer(token)));
        }
        let standard = keys_from_env(env, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")?;
        let keys = match standard {
            Some(keys) => Some(keys),
            None => keys_from_env(env, AG2_ACCESS_KEY, AG2_SECRET_KEY)?,
        };
        Ok(keys.map_or(Self::Chain, Self::Given))
    }
}

/// Reads an access key from two variables; `None` if neither is set.
fn keys_from_env(
    env: &Environment,
    access_key: &'static str,
    secret_key: &'static str,
) -> Result<Option<Credentials>, ModelError> {
    Credentials::from_parts(env.get(access_key), env.get(secret_key), env.get("AWS_SESSION_TOKEN")).map_err(
        |_| {
            let (set, missing) = if env.get(access_key).is_some() {
                (access_key, secret_key)
            } else {
                (secret_key, access_key)
            };
            setting_error("PartialCredentials", missing, format!("{set} is set and {missing} is not"))
                .with_hint(format!("set {missing}, too, or unset {set}"))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::Credentials;

    #[test]
    fn empty_half_of_access_key_counts_as_missing() {
        let parts = |access: &str, secret: &str| {
            Credentials::from_parts(Some(access.to_owned()), Some(secret.to_owned()), None)
        };
        assert!(parts("", "").expect("no key at all").is_none());
        assert!(parts("a", "s").expect("a key").is_some());
        assert_eq!(parts("a", "").expect_err("half").path(), Some("aws_secret_key"));
        assert_eq!(parts("", "s").expect_err("half").path(), Some("aws_access_key"));
    }
}
