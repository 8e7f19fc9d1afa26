//! The causes of errors, as text.

use std::error::Error;
use std::fmt;

/// The cause of an error, with its own cause: the texts of a chain of errors, and nothing else of them.
///
/// The SDK's errors hold requests and responses, and their `Debug` prints the bodies. An error must not contain the
/// conversation, because errors are logged.
#[derive(Debug)]
pub(crate) struct Cause {
    text: String,
    source: Option<Box<Self>>,
}

/// The maximum number of causes that are kept. The longest chain of the SDK has seven: dispatch failure, connector, hyper-util,
/// hyper, connection, TLS, operating system.
const MAX_DEPTH: usize = 16;

impl Cause {
    /// Copies the texts of an error and of its causes.
    pub(crate) fn new(error: &(dyn Error + 'static)) -> Self {
        let texts: Vec<String> = causes(error).take(MAX_DEPTH).map(ToString::to_string).collect();
        let chain = texts.into_iter().rev().fold(None, |source: Option<Self>, text| {
            // Wrappers often repeat the text of what they wrap.
            let is_repeated = source.as_ref().is_some_and(|source| source.text == text);
            if is_repeated { source } else { Some(Self { text, source: source.map(Box::new) }) }
        });
        chain.unwrap_or(Self { text: String::new(), source: None })
    }
}

/// Returns an error and its chain of sources.
pub(crate) fn causes<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let source: &(dyn Error + 'static) = self.source.as_deref()?;
        Some(source)
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;
    use std::io;

    use super::Cause;

    #[test]
    fn texts_of_a_chain_are_kept_once_and_values_are_not() {
        let inner = io::Error::other("the peer is gone");
        let outer = io::Error::other(io::Error::other(inner));
        let cause = Cause::new(&outer);
        assert_eq!(cause.to_string(), "the peer is gone");
        assert!(cause.source().is_none());
    }
}
