//! The macro `open_struct!`: structs that keep unknown members.

/// Declares a struct that keeps the members that it does not list.
///
/// Each member is `required` or `optional`, and has a Rust name, a type and a wire name. The struct gets public fields
/// (`Option` for optional members), a field `unknown` with the other members, and a constructor `new` with the required
/// members. See the [module](crate::open) for the rules.
#[macro_export]
macro_rules! open_struct {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $( $(#[$fmeta:meta])* $kind:ident $field:ident : $ty:ty = $wire:literal ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq)]
        #[non_exhaustive]
        $vis struct $name {
            $(
                $(#[$fmeta])*
                #[doc = concat!("\n\nWire name: `", $wire, "`.")]
                pub $field: $crate::__open_member!(type $kind $ty),
            )*
            /// Members that this version does not know, and optional ones that were `null`.
            pub unknown: $crate::JsonObject,
        }

        $crate::__open_new! { $name [] [] $( $kind $field: $ty, )* }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                let mut output = f.debug_struct(stringify!($name));
                $( $crate::__open_member!(debug $kind output self.$field, stringify!($field)); )*
                if !self.unknown.is_empty() {
                    output.field("unknown", &self.unknown);
                }
                output.finish()
            }
        }

        impl $crate::RedactedDebug for $name {
            fn fmt_redacted(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Debug::fmt(self, f)
            }
        }

        impl $crate::WriteJson for $name {
            fn write_json(&self, out: &mut ::std::vec::Vec<u8>) {
                let mut object = $crate::open::__private::ObjectWriter::new(out);
                $( $crate::__open_member!(known $kind object self.$field, concat!("\"", $wire, "\":")); )*
                for (name, value) in self.unknown.iter() {
                    match name {
                        // A field that was set after parsing replaces the `null` that was parsed for it.
                        $( $wire => if $crate::__open_member!(absent $kind self.$field) { object.member(name, value); }, )*
                        _ => object.member(name, value),
                    }
                }
                object.end();
            }
        }

        impl $crate::open::__private::serde::Serialize for $name {
            fn serialize<S: $crate::open::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                use $crate::open::__private::serde::ser::SerializeMap as _;
                let mut map = serializer.serialize_map(::std::option::Option::None)?;
                $( $crate::__open_member!(write $kind map self.$field, $wire); )*
                for (name, value) in self.unknown.iter() {
                    match name {
                        // A field that was set after parsing replaces the `null` that was parsed for it.
                        $( $wire => if $crate::__open_member!(absent $kind self.$field) { map.serialize_entry(name, value)?; }, )*
                        _ => map.serialize_entry(name, value)?,
                    }
                }
                map.end()
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
                        f.write_str(concat!("an object (", stringify!($name), ")"))
                    }

                    fn visit_map<A: $crate::open::__private::serde::de::MapAccess<'de>>(
                        self,
                        mut map: A,
                    ) -> ::std::result::Result<Self::Value, A::Error> {
                        $( let mut $field: ::std::option::Option<$ty> = ::std::option::Option::None; )*
                        let mut unknown = $crate::JsonObject::new();
                        // Keys are borrowed from the document, which saves an allocation for each member.
                        while let ::std::option::Option::Some(key) = map.next_key::<$crate::open::__private::Key<'de>>()? {
                            match key.as_str() {
                                $( $wire => $crate::__open_member!(read $kind)(&mut $field, $wire, &mut map, &mut unknown)?, )*
                                _ => $crate::open::__private::read_unknown(key, &mut map, &mut unknown)?,
                            }
                        }
                        ::std::result::Result::Ok($name {
                            $( $field: $crate::__open_member!(take $kind A $field, $wire), )*
                            unknown,
                        })
                    }
                }

                deserializer.deserialize_map(Members)
            }
        }
    };
}

/// Expands to the code that differs between required and optional members.
#[doc(hidden)]
#[macro_export]
macro_rules! __open_member {
    (type required $ty:ty) => { $ty };
    (type optional $ty:ty) => { ::std::option::Option<$ty> };

    (debug required $output:ident $value:expr, $name:expr) => { $output.field($name, &$crate::Redacted(&$value)); };
    (debug optional $output:ident $value:expr, $name:expr) => {
        if let ::std::option::Option::Some(value) = &$value { $output.field($name, &$crate::Redacted(value)); }
    };

    (write required $map:ident $value:expr, $name:literal) => { $map.serialize_entry($name, &$value)?; };
    (write optional $map:ident $value:expr, $name:literal) => {
        if let ::std::option::Option::Some(value) = &$value { $map.serialize_entry($name, value)?; }
    };

    (known required $object:ident $value:expr, $name:expr) => { $object.known($name, &$value); };
    (known optional $object:ident $value:expr, $name:expr) => {
        if let ::std::option::Option::Some(value) = &$value { $object.known($name, value); }
    };

    (absent required $value:expr) => { false };
    (absent optional $value:expr) => { $value.is_none() };

    (read required) => { $crate::open::__private::read_required };
    (read optional) => { $crate::open::__private::read_optional };

    (take required $access:ident $slot:ident, $name:literal) => {
        match $slot {
            ::std::option::Option::Some(value) => value,
            ::std::option::Option::None => {
                return ::std::result::Result::Err(
                    <$access::Error as $crate::open::__private::serde::de::Error>::missing_field($name),
                );
            }
        }
    };
    (take optional $access:ident $slot:ident, $name:literal) => { $slot };
}

/// Expands to the constructor, after sorting the members into required and optional ones.
#[doc(hidden)]
#[macro_export]
macro_rules! __open_new {
    ($name:ident [$($req:ident: $rty:ty,)*] [$($opt:ident,)*] required $field:ident: $ty:ty, $($rest:tt)*) => {
        $crate::__open_new! { $name [$($req: $rty,)* $field: $ty,] [$($opt,)*] $($rest)* }
    };
    ($name:ident [$($req:ident: $rty:ty,)*] [$($opt:ident,)*] optional $field:ident: $ty:ty, $($rest:tt)*) => {
        $crate::__open_new! { $name [$($req: $rty,)*] [$($opt,)* $field,] $($rest)* }
    };
    ($name:ident [] [$($opt:ident,)*]) => {
        impl $name {
            /// Creates a value without members.
            #[must_use]
            pub const fn new() -> Self {
                Self { $($opt: ::std::option::Option::None,)* unknown: $crate::JsonObject::new() }
            }
        }

        impl ::std::default::Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }
    };
    ($name:ident [$($req:ident: $rty:ty,)+] [$($opt:ident,)*]) => {
        impl $name {
            /// Creates a value with its required members. The optional members are absent.
            #[must_use]
            pub fn new($($req: impl ::std::convert::Into<$rty>),+) -> Self {
                Self {
                    $($req: $req.into(),)+
                    $($opt: ::std::option::Option::None,)*
                    unknown: $crate::JsonObject::new(),
                }
            }
        }
    };
}
