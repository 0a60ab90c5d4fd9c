//! After generation: progenitor's syntax tree goes in, the code of the client comes out. Types lose their builders and
//! learn to read null; calls hand their request over to `crate::transport` and complain in the crate's own words.

use heck::ToUpperCamelCase;
use quote::{ToTokens, format_ident, quote};
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Expr, ImplItemFn, Item, ItemEnum, ItemMod, ItemStruct, LitStr, Stmt, Type, parse_quote};

use super::adapt::{Operation, deprecation};
use super::schemas::{Types, rust_name};

pub fn refine(file: &mut syn::File, types: &Types, operations: &[Operation]) {
    file.items.retain(|item| match item {
        Item::Use(_) => false,
        Item::Impl(item) => item.trait_.is_none() && !source(item).contains("new_with_client"),
        Item::Mod(module) => module.ident != "prelude",
        _ => true,
    });
    for item in &mut file.items {
        match item {
            Item::Mod(module) if module.ident == "types" => refine_types(module, types),
            Item::Struct(client) => {
                client.attrs = vec![
                    docs(
                        "A client of Atlas, with a method for each operation.\n\nClones are cheap; they share their \
                         connections, their token and their nonces.",
                    ),
                    parse_quote!(#[derive(Clone)]),
                ];
            }
            item => (0..).zip(operations).for_each(|(index, operation)| Call { index, operation }.visit_item_mut(item)),
        }
    }
    let table = operations.iter().map(|Operation { name, path, accept, .. }| {
        quote!(crate::transport::Operation { name: #name, path: #path, accept: #accept })
    });
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

fn deprecated(note: Option<&String>) -> Option<Attribute> {
    note.map(|note| parse_quote!(#[deprecated(note = #note)]))
}

fn refine_types(module: &mut ItemMod, types: &Types) {
    module.attrs = vec![docs(
        "What Atlas answers, as data.\n\nA value prints all that it holds: `Debug` and serialization show download URLs \
         and keys. What Atlas sends beyond its documentation is in `extra`.",
    )];
    let items = &mut module.content.get_or_insert_default().1;
    items.retain(|item| matches!(item, Item::Struct(_) | Item::Enum(_)));
    for item in &mut *items {
        match item {
            Item::Struct(item) => refine_struct(item, &types[&item.ident.to_string()]),
            Item::Enum(it) => *item = open_enum(it),
            _ => {}
        }
    }
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

/// Goes over what was generated for one operation: its method and its builder.
struct Call<'a> {
    index: usize,
    operation: &'a Operation,
}

impl VisitMut for Call<'_> {
    fn visit_item_mut(&mut self, item: &mut Item) {
        let builder = self.operation.name.to_upper_camel_case();
        match item {
            Item::Use(item) if source(item).contains("OperationInfo") => {
                *item = parse_quote!(
                    use progenitor_client::{ResponseValue, encode_path};
                )
            }
            Item::Impl(it) if source(&it.self_ty) == "Client" || source(&it.self_ty) == format!("{builder} < 'a >") => {
                visit_mut::visit_item_impl_mut(self, it);
            }
            Item::Mod(module) => visit_mut::visit_item_mod_mut(self, module),
            Item::Struct(it) if it.ident == builder => visit_mut::visit_item_struct_mut(self, it),
            _ => {}
        }
    }

    fn visit_impl_item_fn_mut(&mut self, method: &mut ImplItemFn) {
        let (index, ident) = (self.index, method.sig.ident.clone());
        visit_mut::visit_impl_item_fn_mut(self, method);
        if ident == *self.operation.name {
            method.attrs = vec![docs(&self.operation.docs)];
            method.attrs.extend(deprecated(self.operation.deprecated.as_ref()));
        } else if let Some(parameter) = self.operation.parameters.iter().find(|it| ident == it.name) {
            method.attrs.push(docs(&parameter.docs));
            let check = parameter.check.as_ref().map(|check| parse_quote!(self.#ident = self.#ident.and_then(#check);));
            method.block.stmts.splice(1..1, check);
        } else if ident == "send" {
            // Only the request is kept of what stands behind the URL, and that without progenitor's headers.
            let tail = method.block.stmts.iter().position(|stmt| source(stmt).starts_with("let mut header_map"));
            let tail = method.block.stmts.split_off(tail.unwrap_or_default());
            method.block.stmts.extend(tail.into_iter().find(|stmt| source(stmt).contains("let mut request")));
            method.block.stmts.push(Stmt::Expr(
                parse_quote!(crate::transport::call(client, request, &super::OPERATIONS[#index]).await),
                None,
            ));
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        let index = self.index;
        match expr {
            Expr::MethodCall(call) if ["header", "headers"].iter().any(|name| call.method == name) => {
                *expr = (*call.receiver).clone()
            }
            Expr::Try(tried) if source(tried).ends_with("build () ?") => *expr = (*tried.expr).clone(),
            Expr::Path(path) if source(path) == "Error :: InvalidRequest" => {
                *expr = parse_quote!(|words| crate::Error::argument(&super::OPERATIONS[#index], words));
            }
            // Complaints that never come should cost no allocation.
            Expr::MethodCall(call) if call.method == "to_string" && matches!(*call.receiver, Expr::Lit(_)) => {
                call.method = format_ident!("into");
            }
            _ => {}
        }
    }

    fn visit_lit_str_mut(&mut self, text: &mut LitStr) {
        *text = LitStr::new(&text.value().replace(" was not initialized", " is missing"), text.span());
    }

    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        match source(ty).as_str() {
            "String" => *ty = parse_quote!(::std::borrow::Cow<'static, str>),
            "Error < () >" => *ty = parse_quote!(crate::Error),
            _ => {}
        }
    }
}
