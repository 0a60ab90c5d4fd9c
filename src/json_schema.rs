//! JSON Schemas of the API's types (feature `schemars`): a schema as the OpenAPI document has it goes in, the same in
//! JSON Schema comes out, patterns and limits included. It says what Atlas documents; the types read more than that.
//! What only OpenAPI knows, such as `nullable` and `example`, stays as an annotation.

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
                let json = $json.to_owned();
                // Where a part is, and whether it is a reference at all, is for schemars to say.
                $(let json = json.replace(
                    concat!("{\"$ref\":\"#/components/schemas/", stringify!($part), "\"}"),
                    &_generator.subschema_for::<$part>().as_value().to_string(),
                );)*
                ::serde_json::from_str(&json).unwrap_or_default()
            }
        }
    };
}
pub(crate) use json_schema;
