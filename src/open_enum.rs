//! The macro behind every enum of the API: the documented values go in, an enum comes out that knows them as variants
//! and keeps any other value as `Unknown`, so that a value which Atlas adds tomorrow is read, shown and written again.

macro_rules! open_enum {
    ($(#[$docs:meta])* $name:ident { $($variant:ident = $value:literal),* }) => {
        $(#[$docs])*
        ///
        /// Atlas may add values at any time: one that this version does not know is [`Unknown`](Self::Unknown).
        #[derive(Clone, Debug, PartialEq, Eq, Hash, ::serde::Deserialize, ::serde::Serialize)]
        #[non_exhaustive]
        pub enum $name {
            $(#[doc = concat!("`", $value, "`")] #[serde(rename = $value)] $variant,)*
            /// A value that this version does not know, as Atlas sent it.
            #[serde(untagged)]
            Unknown(::std::string::String),
        }

        impl $name {
            /// The value as Atlas writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)*
                    Self::Unknown(value) => value,
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                formatter.pad(self.as_str())
            }
        }

        impl<T: ::std::convert::AsRef<str>> ::std::convert::From<T> for $name {
            fn from(value: T) -> Self {
                match value.as_ref() {
                    $($value => Self::$variant,)*
                    other => Self::Unknown(other.to_owned()),
                }
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;
            fn from_str(value: &str) -> ::std::result::Result<Self, Self::Err> {
                Ok(Self::from(value))
            }
        }
    };
}
pub(crate) use open_enum;
