//! The macro `open_enum!`: enums of strings that keep unknown values.

/// Declares an enum of strings that keeps the spelling of values that it does not list.
///
/// `From<&str>` creates a value from any string, and `as_str` returns its spelling. The variant for unknown values is
/// hidden, so that listing a value later is not a breaking change. See the [module](crate::open) for the rules.
///
/// ```
/// outcrop_core::open_enum! {
///     /// The tier of a service.
///     pub enum Tier { Standard = "standard" }
/// }
/// assert_eq!(Tier::from("standard"), Tier::Standard);
/// assert_eq!(Tier::from("reserved").as_str(), "reserved");
/// ```
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
            /// The values that this version knows, as they are spelled.
            pub const KNOWN: &'static [&'static str] = &[$($wire),*];

            /// Returns the spelling of the value.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $wire, )*
                    Self::_Other(other) => other.as_str(),
                }
            }

            /// Returns whether this version knows the value.
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
                // An unknown value may be any text, even that of a person, so its spelling must not appear in logs.
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
