//! After generation: progenitor's syntax tree goes in, the code of the client comes out. Types lose their builders and
//! learn to read null; calls hand their request over to `crate::transport` and complain in the crate's own words.

use std::collections::BTreeMap;

use heck::ToUpperCamelCase;
use quote::{ToTokens, format_ident, quote};
use syn::{
    Attribute, ImplItem, Item, ItemEnum, ItemImpl, ItemMod, ItemStruct, LitStr, Stmt, parse_quote,
};

use super::operation::{Operation, Parameter};
use super::schema::Type;

pub fn refine(file: &mut syn::File, types: &BTreeMap<String, Type>, operations: &[Operation]) {
    file.items.retain_mut(|item| {
        match item {
            Item::Mod(module) if module.ident == "types" => refine_types(module, types),
            Item::Mod(module) if module.ident == "builder" => refine_builders(module, operations),
            Item::Impl(client) if source(client).contains("builder :: ") => {
                refine_impl(client, operations)
            }
            _ => return false,
        }
        true
    });
    let table = operations.iter().map(
        |Operation {
             name, path, accept, ..
         }| {
            quote!(crate::transport::Operation { name: #name, path: #path, accept: #accept })
        },
    );
    file.items.push(parse_quote! {
        /// What a call needs to know of its operation.
        pub(crate) static OPERATIONS: &[crate::transport::Operation] = &[#(#table),*];
    });
}

fn source(node: &impl ToTokens) -> String {
    node.to_token_stream().to_string()
}

fn docs(text: &str) -> Attribute {
    parse_quote!(#[doc = #text])
}

fn deprecated(note: &Option<String>) -> Option<Attribute> {
    note.as_ref()
        .map(|note| parse_quote!(#[deprecated(note = #note)]))
}

fn refine_types(module: &mut ItemMod, types: &BTreeMap<String, Type>) {
    module.attrs.clear();
    let items = &mut module.content.get_or_insert_default().1;
    items.retain_mut(|item| {
        match item {
            Item::Struct(item) => refine_struct(item, types.get(&item.ident.to_string())),
            Item::Enum(it) => *item = open_enum(it),
            _ => return false,
        }
        true
    });
    items.extend(types.iter().map(|(name, schema)| {
        let (ident, json) = (format_ident!("{name}"), schema.json_schema.to_string());
        let parts = json.split("\"#/components/schemas/").skip(1);
        let parts = parts.filter_map(|rest| Some(format_ident!("{}", rest.split('"').next()?)));
        parse_quote!(crate::json_schema::json_schema! { #ident, #json, [#(#parts),*] })
    }));
}

fn refine_struct(item: &mut ItemStruct, schema: Option<&Type>) {
    for field in &mut item.fields {
        let name = field.ident.to_token_stream().to_string();
        let mut properties = schema.into_iter().flat_map(|schema| &schema.properties);
        let note = properties
            .find(|property| property.field == name)
            .and_then(|property| property.deprecated.clone());
        field.attrs.extend(deprecated(&note));
        // Any JSON may be null: there it is a value like others.
        let ty = source(&field.ty).replace(":: serde_json :: Value >", "any");
        let read_by = |path| -> Attribute { parse_quote!(#[serde(deserialize_with = #path)]) };
        field.attrs.extend(match ty.split(' ').nth(3) {
            _ if name == "extra" => {
                Some(docs("What Atlas sent and does not document, by JSON name."))
            }
            Some("option") => None,
            Some("vec") if !ty.ends_with("any") => Some(read_by("crate::null::left_out")),
            _ => Some(read_by("crate::null::as_default")),
        });
    }
}

fn open_enum(item: &ItemEnum) -> Item {
    let (ident, docs) = (
        &item.ident,
        item.attrs.iter().filter(|attr| attr.path().is_ident("doc")),
    );
    let variants = item.variants.iter().map(|variant| {
        let literal = |attr: String| syn::parse_str(&attr[attr.find('"')?..=attr.rfind('"')?]).ok();
        let renamed = variant
            .attrs
            .iter()
            .map(source)
            .find_map(literal)
            .map(|it: LitStr| it.value());
        let (ident, value) = (&variant.ident, renamed.unwrap_or(variant.ident.to_string()));
        quote!(#ident = #value)
    });
    parse_quote!(crate::open_enum::open_enum! { #(#docs)* #ident { #(#variants),* } })
}

/// The builder of each call complains in the crate's words, checks its arguments, and ends in `crate::transport`.
fn refine_builders(module: &mut ItemMod, operations: &[Operation]) {
    // Complaints that never come should cost no allocation.
    let words = source(module)
        .replace(", String >", ", ::std::borrow::Cow<'static, str> >")
        .replace(
            " was not initialized\" . to_string ()",
            " is missing\" . into ()",
        )
        .replace(" failed\" . to_string ()", " failed\" . into ()")
        .replace("Error < () >", "crate::Error")
        // The client's methods make the builders.
        .replace("pub fn new (", "pub (crate) fn new (")
        // The host is parsed when the client is made.
        .replace("client . baseurl", "\"\"")
        .replace("use super :: {", "use progenitor_client::{");
    *module = syn::parse_str(&words).unwrap_or_else(|_| module.clone());
    for item in &mut module.content.get_or_insert_default().1 {
        if let Item::Impl(builder) = item {
            refine_impl(builder, operations);
        }
    }
}

/// The methods of the client, or those of a builder.
fn refine_impl(item: &mut ItemImpl, operations: &[Operation]) {
    let of = source(&item.self_ty);
    for (index, operation) in operations.iter().enumerate() {
        if of == "Client" || of == format!("{} < 'a >", operation.name.to_upper_camel_case()) {
            item.items
                .iter_mut()
                .for_each(|method| refine_method(method, index, operation));
        }
    }
}

fn refine_method(method: &mut ImplItem, index: usize, operation: &Operation) {
    let ImplItem::Fn(method) = method else { return };
    let name = method.sig.ident.clone();
    let (stmts, parameters) = (&mut method.block.stmts, &operation.parameters);
    if name == operation.name {
        method.attrs = vec![docs(&operation.docs)];
        method.attrs.extend(deprecated(&operation.deprecated));
    } else if let Some(Parameter {
        docs: text, check, ..
    }) = parameters.iter().find(|it| name == it.name)
    {
        method.attrs.push(docs(text));
        stmts.splice(
            1..1,
            check
                .as_ref()
                .map(|check| parse_quote!(self.#name = self.#name.and_then(|value| #check);)),
        );
    } else if name == "send" {
        let names: Vec<_> = parameters
            .iter()
            .map(|it| format_ident!("{}", it.name))
            .collect();
        let (queries, api_names): (Vec<_>, Vec<_>) = names
            .iter()
            .zip(parameters)
            .filter(|(_, it)| !it.in_path)
            .map(|(name, it)| (name, &it.api_name))
            .unzip();
        let queries = quote!(&[#((#api_names, ::serde_json::json!(#queries))),*]);
        // What destructures the builder and what writes the path stay; the request and the answer are the transport's.
        stmts.retain(|stmt| {
            ["let Self", "let url"]
                .iter()
                .any(|kept| source(stmt).starts_with(kept))
        });
        stmts.insert(1, parse_quote!(let operation = &super::OPERATIONS[#index];));
        let complain = |it| parse_quote!(let #it = #it.map_err(|words| crate::Error::invalid(words).of(operation))?;);
        stmts.splice(2..2, names.iter().map(complain));
        stmts.push(Stmt::Expr(
            parse_quote!(crate::transport::call(client, operation, &url, #queries).await),
            None,
        ));
    }
}
