//! The JSON Schema of each type, for the feature `schemars`.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use super::outcomes;

/// Writes the `impl` that hands out the schema, with the types that it refers to.
pub fn write(name: &str, schema: &Value) -> TokenStream {
    let ident = format_ident!("{name}");
    let mut schema = schema.clone();
    if let Some(map) = schema.as_object_mut() {
        map.remove(outcomes::KEY);
    }
    let mut parts = BTreeSet::new();
    references(&schema, &mut parts);
    let parts = parts.into_iter().map(|part| format_ident!("{part}"));
    let json = schema.to_string();
    quote! {
        crate::generated::json_schema::json_schema! { #ident, #json, [#(#parts),*] }
    }
}

/// Collects the names of the schemas that a schema refers to.
fn references<'a>(schema: &'a Value, found: &mut BTreeSet<&'a str>) {
    match schema {
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Object(map) => {
            let target = map.get("$ref").and_then(Value::as_str);
            found.extend(target.and_then(|it| it.strip_prefix("#/components/schemas/")));
            map.values().for_each(|part| references(part, found));
        }
        _ => {}
    }
}
