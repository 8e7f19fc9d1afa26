//! The macro `open_union!`: tagged unions that keep unknown variants.

/// Declares a tagged union that keeps unknown variants.
///
/// On the wire, a union is an object with exactly one member, whose name is the tag. AWS models use this form, see
/// <https://smithy.io/2.0/spec/aggregate-types.html#union>. The macro adds a variant `Unknown` with the whole object.
/// See the [module](crate::open) for the rules.
#[macro_export]
macro_rules! open_union {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident { $( $(#[$vmeta:meta])* $variant:ident($ty:ty) = $wire:literal ),* $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq)]
        #[non_exhaustive]
        $vis enum $name {
            $(
                $(#[$vmeta])*
                #[doc = concat!("\n\nWire name: `", $wire, "`.")]
                $variant($ty),
            )*
            /// An object with an unknown member, with several members or with none, kept verbatim.
            Unknown($crate::JsonObject),
        }

        impl $name {
            /// Returns the wire name of the member. For `Unknown`, it is the name of the first member, or empty.
            #[must_use]
            pub fn member(&self) -> &str {
                match self {
                    $( Self::$variant(_) => $wire, )*
                    Self::Unknown(object) => object.keys().next().unwrap_or_default(),
                }
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                match self {
                    $( Self::$variant(value) => f.debug_tuple(stringify!($variant)).field(&$crate::Redacted(value)).finish(), )*
                    Self::Unknown(object) => f.debug_tuple("Unknown").field(object).finish(),
                }
            }
        }

        impl $crate::RedactedDebug for $name {
            fn fmt_redacted(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Debug::fmt(self, f)
            }
        }

        impl $crate::WriteJson for $name {
            fn write_json(&self, out: &mut ::std::vec::Vec<u8>) {
                match self {
                    $( Self::$variant(value) => {
                        let mut object = $crate::open::__private::ObjectWriter::new(out);
                        object.known(concat!("\"", $wire, "\":"), value);
                        object.end();
                    } )*
                    Self::Unknown(object) => $crate::WriteJson::write_json(object, out),
                }
            }
        }

        impl $crate::open::__private::serde::Serialize for $name {
            fn serialize<S: $crate::open::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                use $crate::open::__private::serde::ser::SerializeMap as _;
                match self {
                    $( Self::$variant(value) => {
                        let mut map = serializer.serialize_map(::std::option::Option::Some(1))?;
                        map.serialize_entry($wire, value)?;
                        map.end()
                    } )*
                    Self::Unknown(object) => object.serialize(serializer),
                }
            }
        }

        impl<'de> $crate::open::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::open::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                struct Members;

                impl<'de> $crate::open::__private::serde::de::Visitor<'de> for Members {
                    type Value = $name;

                    fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                        f.write_str(concat!("an object with one member (", stringify!($name), ")"))
                    }

                    fn visit_map<A: $crate::open::__private::serde::de::MapAccess<'de>>(
                        self,
                        mut map: A,
                    ) -> ::std::result::Result<Self::Value, A::Error> {
                        use $crate::open::__private::{Key, collect_unknown, read_unknown};
                        let ::std::option::Option::Some(first) = map.next_key::<Key<'de>>()? else {
                            return ::std::result::Result::Ok($name::Unknown($crate::JsonObject::new()));
                        };
                        match first.as_str() {
                            $( $wire => {
                                let value: $ty = map.next_value()?;
                                // A newer API may add a member next to the tag; dropping either would lose data.
                                ::std::result::Result::Ok(match map.next_key::<Key<'de>>()? {
                                    ::std::option::Option::None => $name::$variant(value),
                                    ::std::option::Option::Some(second) => {
                                        $name::Unknown(collect_unknown(($wire, &value), second, &mut map)?)
                                    }
                                })
                            } )*
                            _ => {
                                let mut unknown = $crate::JsonObject::new();
                                read_unknown(first, &mut map, &mut unknown)?;
                                while let ::std::option::Option::Some(key) = map.next_key::<Key<'de>>()? {
                                    read_unknown(key, &mut map, &mut unknown)?;
                                }
                                ::std::result::Result::Ok($name::Unknown(unknown))
                            }
                        }
                    }
                }

                deserializer.deserialize_map(Members)
            }
        }
    };
}
