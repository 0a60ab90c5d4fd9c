//! JSON Schemas of the API's types, for the feature `schemars`. The build writes what the types read
//! and write, with what else Atlas documents as annotations; schemars says where each part is.

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

/// Returns the schema, with what schemars makes of the types that it refers to: where a definition
/// is, and whether it is a reference at all, is for schemars to say.
#[cfg(feature = "schemars")]
pub(crate) fn schema(json: &str, parts: &[(&str, schemars::Schema)]) -> schemars::Schema {
    let mut schema = serde_json::from_str(json).unwrap_or_default();
    put_in(&mut schema, parts);
    schemars::Schema::try_from(schema).unwrap_or_default()
}

#[cfg(feature = "schemars")]
fn put_in(value: &mut serde_json::Value, parts: &[(&str, schemars::Schema)]) {
    let target = value.get("$ref").and_then(serde_json::Value::as_str);
    let name = target.and_then(|target| target.strip_prefix("#/components/schemas/"));
    if let Some((_, part)) = parts.iter().find(|(part, _)| Some(*part) == name) {
        *value = part.as_value().clone();
        return;
    }
    match value {
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| put_in(item, parts)),
        serde_json::Value::Object(map) => map.values_mut().for_each(|part| put_in(part, parts)),
        _ => {}
    }
}
