//! JSON Schemas of the API's types, for the feature `schemars`. The build writes what the types
//! read and write, with what else Atlas documents as annotations; schemars says where each part is.

macro_rules! json_schema {
    ($name:ident, $json:literal, [$($part:ident),*]) => {
        #[cfg(feature = "schemars")]
        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            // Somebody else may have a type of that name.
            fn schema_id() -> ::std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }

            fn json_schema(_generator: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                let parts = [$((stringify!($part), _generator.subschema_for::<$part>())),*];
                crate::generated::json_schema::schema($json, &parts)
            }
        }
    };
}
pub(crate) use json_schema;

#[cfg(feature = "schemars")]
pub(crate) use parts::schema;

#[cfg(feature = "schemars")]
mod parts {
    use schemars::Schema;
    use serde_json::Value;

    const REFERENCE: &str = "#/components/schemas/";

    /// A type that a schema refers to, by its name.
    type Part<'a> = (&'a str, Schema);

    /// Returns the schema, with what schemars makes of the types that it refers to: where a
    /// definition is, and whether it is a reference at all, is for schemars to say.
    pub(crate) fn schema(json: &str, parts: &[Part<'_>]) -> Schema {
        let mut schema = serde_json::from_str(json).unwrap_or_default();
        put_in(&mut schema, parts);
        Schema::try_from(schema).unwrap_or_default()
    }

    fn put_in(value: &mut Value, parts: &[Part<'_>]) {
        if let Some(part) = referred_to(value, parts) {
            *value = part.as_value().clone();
            return;
        }
        match value {
            Value::Array(items) => {
                for item in items {
                    put_in(item, parts);
                }
            }
            Value::Object(members) => {
                for member in members.values_mut() {
                    put_in(member, parts);
                }
            }
            _ => {}
        }
    }

    fn referred_to<'a>(value: &Value, parts: &'a [Part<'_>]) -> Option<&'a Schema> {
        let reference = value.get("$ref")?.as_str()?;
        let name = reference.strip_prefix(REFERENCE)?;
        for (part, schema) in parts {
            if *part == name {
                return Some(schema);
            }
        }
        None
    }
}
