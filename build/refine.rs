//! After generation: progenitor's syntax tree goes in, the code of the client comes out. Types lose their builders and
//! learn to read null; calls hand their request over to `crate::transport` and complain in the crate's own words.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;
use quote::{ToTokens, format_ident, quote};
use serde_json::Value;
use syn::{Attribute, ImplItem, Item, ItemEnum, ItemMod, ItemStruct, Stmt, parse_quote};

use super::adapt::{Operation, Parameter, deprecation};
use super::schemas::rust_name;

pub fn refine(file: &mut syn::File, types: &BTreeMap<String, Value>, operations: &[Operation]) -> syn::Result<()> {
    let mut refined = Ok(());
    file.items.retain_mut(|item| {
        match item {
            Item::Mod(module) if module.ident == "types" => refine_types(module, types),
            Item::Mod(module) if module.ident == "builder" => refined = refine_builders(module, operations),
            Item::Struct(client) => client.attrs = vec![parse_quote!(#[derive(Clone)])],
            Item::Impl(client) if client.trait_.is_none() && !source(client).contains("new_with_client") => {
                client.items.iter_mut().for_each(|method| refine_method(method, operations))
            }
            _ => return false,
        }
        true
    });
    let table = operations.iter().map(|Operation { name, path, accept, .. }| {
        quote!(crate::transport::Operation { name: #name, path: #path, accept: #accept })
    });
    file.items.push(parse_quote! {
        /// What a call needs to know of its operation.
        pub(crate) static OPERATIONS: &[crate::transport::Operation] = &[#(#table),*];
    });
    refined
}

fn refine_method(method: &mut ImplItem, operations: &[Operation]) {
    let ImplItem::Fn(method) = method else { return };
    for operation in operations.iter().filter(|operation| method.sig.ident == operation.name) {
        method.attrs = vec![docs(&operation.docs)];
        method.attrs.extend(deprecated(operation.deprecated.as_ref()));
    }
}

fn source(node: &impl ToTokens) -> String {
    node.to_token_stream().to_string()
}

fn docs(text: &str) -> Attribute {
    parse_quote!(#[doc = #text])
}

fn items(module: &mut ItemMod) -> &mut Vec<Item> {
    &mut module.content.get_or_insert_default().1
}

fn deprecated(note: Option<&String>) -> Option<Attribute> {
    note.map(|note| parse_quote!(#[deprecated(note = #note)]))
}

fn refine_types(module: &mut ItemMod, types: &BTreeMap<String, Value>) {
    module.attrs.clear();
    let items = items(module);
    items.retain_mut(|item| {
        match item {
            Item::Struct(item) => refine_struct(item, &types[&item.ident.to_string()]),
            Item::Enum(it) => *item = open_enum(it),
            _ => return false,
        }
        true
    });
    items.extend(types.iter().map(|(name, schema)| {
        let (ident, json) = (format_ident!("{name}"), schema.to_string());
        let parts = json.split("\"#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next());
        let parts = parts.map(|name| format_ident!("{name}"));
        parse_quote!(crate::json_schema::json_schema! { #ident, #json, [#(#parts),*] })
    }));
}

fn refine_struct(item: &mut ItemStruct, schema: &Value) {
    for field in &mut item.fields {
        let name = field.ident.to_token_stream().to_string();
        let mut properties = schema["properties"].as_object().into_iter().flatten();
        let note = properties.find(|(key, _)| rust_name(key) == name).and_then(|(_, it)| deprecation(it, it));
        field.attrs.extend(deprecated(note.as_ref()));
        let reader = match source(&field.ty) {
            _ if name == "extra" => parse_quote!(#[doc = "What Atlas sent and does not document, by JSON name."]),
            ty if ty.starts_with(":: std :: option") => continue,
            // Any JSON may be null: there it is a value like others.
            ty if ty.starts_with(":: std :: vec") && !ty.contains("serde_json :: Value") => {
                parse_quote!(#[serde(deserialize_with = "crate::null::left_out")])
            }
            _ => parse_quote!(#[serde(deserialize_with = "crate::null::as_default")]),
        };
        field.attrs.push(reader);
    }
}

fn open_enum(item: &ItemEnum) -> Item {
    let (ident, docs) = (&item.ident, item.attrs.iter().filter(|attr| attr.path().is_ident("doc")));
    let variants = item.variants.iter().map(|variant| {
        let renamed = variant.attrs.iter().map(source).find_map(|attr| Some(attr.split('"').nth(1)?.to_owned()));
        let (ident, value) = (&variant.ident, renamed.unwrap_or(variant.ident.to_string()));
        quote!(#ident = #value)
    });
    parse_quote!(crate::open_enum::open_enum! { #(#docs)* #ident { #(#variants),* } })
}

/// The builder of each call complains in the crate's words, checks its arguments, and ends in `crate::transport`.
fn refine_builders(module: &mut ItemMod, operations: &[Operation]) -> syn::Result<()> {
    // Complaints that never come should cost no allocation.
    let words = source(module)
        .replace(", String >", ", ::std::borrow::Cow<'static, str> >")
        .replace(" was not initialized\" . to_string ()", " is missing\" . into ()")
        .replace(" failed\" . to_string ()", " failed\" . into ()")
        .replace("Error < () >", "crate::Error");
    *module = syn::parse_str(&words)?;
    for item in items(module) {
        match item {
            Item::Use(item) if source(item).contains("OperationInfo") => {
                *item = parse_quote!(
                    use progenitor_client::{QueryParam, ResponseValue, encode_path};
                );
            }
            Item::Impl(item) => {
                let builder = source(&item.self_ty);
                let is_this = |it: &Operation| builder.starts_with(&format!("{} <", it.name.to_upper_camel_case()));
                let index = operations.iter().position(is_this).unwrap_or_default();
                item.items.iter_mut().for_each(|method| refine_builder_method(method, index, &operations[index]));
            }
            _ => {}
        }
    }
    Ok(())
}

fn refine_builder_method(method: &mut ImplItem, index: usize, Operation { parameters, .. }: &Operation) {
    let ImplItem::Fn(method) = method else { return };
    let name = method.sig.ident.clone();
    let stmts = &mut method.block.stmts;
    if let Some(Parameter { docs: text, check, .. }) = parameters.iter().find(|it| name == it.name) {
        method.attrs.push(docs(text));
        stmts.splice(1..1, check.as_ref().map(|check| parse_quote!(self.#name = self.#name.and_then(#check);)));
    } else if name == "send" {
        let names: Vec<_> = parameters.iter().map(|it| format_ident!("{}", it.name)).collect();
        let queries = parameters.iter().zip(&names).filter(|(it, _)| !it.in_path).map(|(it, name)| {
            let api_name = &it.api_name;
            quote!(query(&QueryParam::new(#api_name, &#name)))
        });
        let request = quote!(client.client.get(url)#(.#queries)*.build());
        // What destructures the builder and what writes the URL stay; the headers and the answer are the transport's.
        stmts.retain(|stmt| ["let Self", "let url"].iter().any(|kept| source(stmt).starts_with(kept)));
        stmts.insert(1, parse_quote!(let operation = &super::OPERATIONS[#index];));
        let complaints = names
            .iter()
            .map(|name| parse_quote!(let #name = #name.map_err(|words| crate::Error::argument(operation, words))?;));
        stmts.splice(2..2, complaints);
        stmts.push(Stmt::Expr(parse_quote!(crate::transport::call(client, #request, operation).await), None));
    }
}
