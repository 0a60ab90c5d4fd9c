//! The enums of the API. Documented values are variants, and any other value is kept as `Unknown`, so
//! that values that Atlas adds later are read, shown and written again.

use std::fmt;
use std::marker::PhantomData;

/// A value unknown to the enum `E` in this version, as Atlas sent it.
///
/// Only `E` itself creates one, from text that is none of its known values. A known value is thus
/// always its variant, and comparing with the variant is enough.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UnknownValue<E> {
    text: String,
    of: PhantomData<fn() -> E>,
}

impl<E> UnknownValue<E> {
    /// Must be called with text that is unknown to `E`.
    pub(crate) fn new(text: String) -> Self {
        UnknownValue {
            text,
            of: PhantomData,
        }
    }

    /// Returns the value as Atlas writes it.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl<E> AsRef<str> for UnknownValue<E> {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl<E> fmt::Debug for UnknownValue<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, formatter)
    }
}

impl<E> fmt::Display for UnknownValue<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.text)
    }
}

macro_rules! open_enum {
    ($(#[doc = $docs:literal])* $name:ident { $($variant:ident = $value:literal),* }) => {
        $(#[doc = $docs])*
        ///
        /// Atlas may add values at any time. Values unknown to this version are
        /// [`Unknown`](Self::Unknown).
        #[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Deserialize)]
        #[serde(from = "String")]
        #[non_exhaustive]
        pub enum $name {
            $(#[doc = concat!("`", $value, "`")] $variant,)*
            /// A value unknown to this version, as Atlas sent it.
            Unknown(UnknownValue<$name>),
        }

        impl $name {
            /// Returns the value as Atlas writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::Unknown(value) => value.as_str(),
                }
            }
        }

        impl std::convert::AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(self.as_str())
            }
        }

        impl std::convert::From<&str> for $name {
            fn from(value: &str) -> Self {
                match value {
                    $($value => Self::$variant,)*
                    other => Self::Unknown(UnknownValue::new(other.to_owned())),
                }
            }
        }

        impl std::convert::From<&String> for $name {
            fn from(value: &String) -> Self {
                Self::from(value.as_str())
            }
        }

        impl std::convert::From<String> for $name {
            fn from(value: String) -> Self {
                Self::from(value.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;

            // Not `Self::Err`, which may be a variant.
            fn from_str(
                value: &str,
            ) -> Result<Self, std::convert::Infallible> {
                Ok(Self::from(value))
            }
        }

        impl std::cmp::PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl std::cmp::PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }

        #[cfg(feature = "schemars")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            // Another crate may have a type of that name.
            fn schema_id() -> std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                // Not within the macro below, whose recursion some two hundred values exhaust.
                let values: &[&str] = &[$($value),*];
                schemars::json_schema!({
                    "description": concat!($($docs),*),
                    "anyOf": [{ "enum": values }, { "type": "string" }],
                })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}
pub(crate) use open_enum;
