//! The credentials that requests are signed with.
//!
//! Half an access key is an error: another identity must not replace it silently. Parts that cannot be sent in a header are
//! errors, too, before the SDK gets them.

use std::fmt;

use outcrop_core::ModelError;
use secrecy::{ExposeSecret, SecretString};

use crate::environment::setting_error;

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
    /// halves are missing. White space at both ends of a part is dropped, and an empty part counts as missing.
    ///
    /// # Errors
    /// Code `PartialCredentials`: one half is missing.
    pub fn from_parts(
        access_key: Option<String>,
        secret_key: Option<String>,
        session_token: Option<String>,
    ) -> Result<Option<Self>, ModelError> {
        let non_empty =
            |part: Option<String>| part.map(|part| trimmed(&part).to_owned()).filter(|part| !part.is_empty());
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

    /// Drops white space at both ends of each part and rejects parts that cannot be sent.
    ///
    /// # Errors
    /// Code `InvalidCredentials`, with the name of the setting: a part is empty, or contains a control character or one that is
    /// not ASCII.
    pub(crate) fn checked(&self, names: &PartNames) -> Result<Self, ModelError> {
        let secret = |secret: &SecretString, name| check_part(secret.expose_secret(), name).map(Into::into);
        Ok(match self {
            Self::Keys { access_key, secret_key, session_token } => Self::Keys {
                access_key: check_part(access_key, names.access_key)?.to_owned(),
                secret_key: secret(secret_key, names.secret_key)?,
                session_token: session_token
                    .as_ref()
                    .map(|token| secret(token, names.session_token))
                    .transpose()?,
            },
            Self::Bearer(token) => Self::Bearer(secret(token, names.bearer)?),
        })
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

/// The names of the settings that the parts of credentials come from.
pub(crate) struct PartNames {
    pub(crate) access_key: &'static str,
    pub(crate) secret_key: &'static str,
    pub(crate) session_token: &'static str,
    pub(crate) bearer: &'static str,
}

impl PartNames {
    /// The names of AG2's configuration, which the errors of explicit credentials have.
    pub(crate) const SETTINGS: Self = Self {
        access_key: "aws_access_key",
        secret_key: "aws_secret_key",
        session_token: "aws_session_token",
        bearer: "api_key",
    };
}

/// Drops white space at both ends of a part: a key from a mounted file often ends in a line break, and one from a web page
/// in a no-break space. A byte order mark is how some editors begin a file.
fn trimmed(part: &str) -> &str {
    part.trim_matches(|char: char| char.is_whitespace() || char == '\u{feff}')
}

/// Returns a part without white space at both ends, or the reason that it cannot be sent.
pub(crate) fn sendable_part(part: &str) -> Result<&str, &'static str> {
    let part = trimmed(part);
    if part.is_empty() {
        return Err("it is empty");
    }
    // The parts are sent in headers. With a line break in the access key the signer of aws-runtime 1.10.2 panics, and with
    // one in a token the call fails as a broken connection.
    if part.contains(char::is_control) {
        return Err("it contains a control character, such as a line break");
    }
    // All parts consist of ASCII characters. The signer would send the bytes of others, and the service would answer with a
    // wrong signature, which names no setting.
    if !part.is_ascii() {
        return Err("it contains a character that is not ASCII, such as a no-break space");
    }
    Ok(part)
}

fn check_part<'p>(part: &'p str, name: &'static str) -> Result<&'p str, ModelError> {
    sendable_part(part).map_err(|reason| {
        setting_error("InvalidCredentials", name, format!("the value cannot be used: {reason}")).with_hint(
            format!(
                "check the source of `{name}` for blanks, line breaks and foreign characters within the value"
            ),
        )
    })
}

fn partial_credentials(path: &'static str, message: &'static str) -> ModelError {
    setting_error("PartialCredentials", path, message).with_hint(
        "set both halves of the key, or neither to use a profile, a role or AWS_BEARER_TOKEN_BEDROCK",
    )
}

#[cfg(test)]
mod tests {
    use super::{Credentials, PartNames};

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

    #[test]
    fn white_space_at_the_ends_of_keys_is_dropped() {
        let Credentials::Keys { access_key, .. } = Credentials::keys("\u{feff} AKID\u{a0}\n", "s\r\n")
            .checked(&PartNames::SETTINGS)
            .expect("they can be sent")
        else {
            panic!("keys stay keys")
        };
        assert_eq!(access_key, "AKID");
        let parts = Credentials::from_parts(Some(" \n".to_owned()), Some("s".to_owned()), None);
        assert_eq!(parts.expect_err("half").path(), Some("aws_access_key"));
    }

    #[test]
    fn part_that_cannot_be_sent_is_reported_with_its_setting() {
        for (credentials, path) in [
            (Credentials::keys("AK\nID", "s"), "aws_access_key"),
            (Credentials::keys("AKID", "XYZ\u{7}ZY"), "aws_secret_key"),
            (Credentials::keys("AKID", "\t"), "aws_secret_key"),
            (Credentials::session("AKID", "s", "XYZ\rZY"), "aws_session_token"),
            (Credentials::session("AKID", "s", ""), "aws_session_token"),
            (Credentials::bearer("XYZ\u{7f}ZY"), "api_key"),
            (Credentials::bearer("XYZ\u{85}ZY"), "api_key"),
            (Credentials::bearer(""), "api_key"),
            (Credentials::bearer("XYZ\u{a0}ZY"), "api_key"),
            (Credentials::keys("AKÄID", "s"), "aws_access_key"),
            (Credentials::keys("AKID", "XYZ\u{200b}ZY"), "aws_secret_key"),
        ] {
            let error = credentials.checked(&PartNames::SETTINGS).expect_err(path);
            assert_eq!((error.code(), error.path()), (Some("InvalidCredentials"), Some(path)));
            assert!(!format!("{error} {error:?}").contains("XYZ"), "{error:?}");
        }
    }
}
