//! Enums of names that keep the names they do not know.

/// A name that the enum does not list; made only by reading or converting one.
#[doc(hidden)]
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OtherName(Box<str>);

impl OtherName {
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Declares an enum of names in which a name that is not listed is kept as it is spelled.
///
/// Make a value of a name that the enum does not list with `From<&str>`, read its spelling with `as_str`. The
/// variant behind it is hidden, so that listing the name later breaks nobody. See the [module](crate::open).
#[macro_export]
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident { $( $(#[$vmeta:meta])* $variant:ident = $wire:literal ),* $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        $vis enum $name {
            $(
                $(#[$vmeta])*
                #[doc = concat!("`", $wire, "`")]
                $variant,
            )*
            #[doc(hidden)]
            _Other($crate::open::__private::OtherName),
        }

        impl $name {
            /// The names that this version knows, as they are spelled.
            pub const KNOWN: &'static [&'static str] = &[$($wire),*];

            /// The name as it is spelled.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $wire, )*
                    Self::_Other(other) => other.as_str(),
                }
            }

            /// Whether this version knows the name.
            #[must_use]
            pub fn is_known(&self) -> bool {
                !matches!(self, Self::_Other(_))
            }
        }

        impl ::std::convert::From<&str> for $name {
            fn from(name: &str) -> Self {
                match name {
                    $( $wire => Self::$variant, )*
                    other => Self::_Other($crate::open::__private::OtherName::new(other)),
                }
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            fn from(name: ::std::string::String) -> Self {
                Self::from(name.as_str())
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::RedactedDebug for $name {
            fn fmt_redacted(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                // A name outside the list may be anything, so its spelling stays out of logs.
                if self.is_known() { f.write_str(self.as_str()) } else { $crate::RedactedDebug::fmt_redacted(self.as_str(), f) }
            }
        }

        impl $crate::WriteJson for $name {
            fn write_json(&self, out: &mut ::std::vec::Vec<u8>) {
                $crate::WriteJson::write_json(self.as_str(), out);
            }
        }

        impl $crate::open::__private::serde::Serialize for $name {
            fn serialize<S: $crate::open::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::open::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::open::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let name = <$crate::open::__private::Key<'de> as $crate::open::__private::serde::Deserialize>::deserialize(
                    deserializer,
                )?;
                ::std::result::Result::Ok(Self::from(name.as_str()))
            }
        }
    };
}
