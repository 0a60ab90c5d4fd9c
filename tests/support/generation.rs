//! Runs the build script's own code and shows what comes out: the public surface of the generated
//! Rust, without docs and bodies, item by item.

// Each test file uses its part of this.
#![allow(dead_code)]

#[path = "../../build/mod.rs"]
mod build;

use std::collections::BTreeSet;

use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Expr, Fields, File, ImplItem, Item, ItemImpl, ItemMacro, ItemStatic, ItemStruct,
    Path, Visibility,
};

/// The document of the crate.
pub const ATLAS: &str = include_str!("../../openapi/atlas-backup.yaml");

/// The Rust source that the build script would write for `yaml`.
#[track_caller]
pub fn generated(yaml: &str) -> String {
    build::generate(yaml).unwrap_or_else(|sentence| panic!("{sentence}"))
}

/// What the build makes of `code`, which takes the place of what progenitor writes for `yaml`.
#[track_caller]
pub fn with_code(yaml: &str, code: &str) -> Result<String, String> {
    let file = syn::parse_file(code).expect("the code parses");
    match build::generate_with(yaml, |_| Ok(file)) {
        Ok(code) => Ok(code.client),
        Err(refusals) => Err(refusals.to_string()),
    }
}

/// What progenitor writes for `yaml`.
#[track_caller]
pub fn written(yaml: &str) -> File {
    let mut written = None;
    let keep = |document| {
        let file = build::progenitor(document)?;
        written = Some(file.clone());
        Ok(file)
    };
    build::generate_with(yaml, keep).unwrap_or_else(|sentence| panic!("{sentence}"));
    written.expect("progenitor is asked")
}

/// The sentence with which the build script would stop.
#[track_caller]
pub fn refusal(what: &str, yaml: &str) -> String {
    match build::generate(yaml) {
        Ok(_) => panic!("should be refused: {what}"),
        Err(sentences) => sentences.to_string(),
    }
}

/// The sentences with which the build script would stop, as cargo shows them.
#[track_caller]
pub fn told(yaml: &str) -> Vec<String> {
    match build::generate(yaml) {
        Ok(_) => panic!("should be refused"),
        Err(refusals) => refusals.in_file("atlas.yaml"),
    }
}

/// `yaml` with the one place that reads `from` changed to `to`.
#[track_caller]
pub fn changed(yaml: &str, from: &str, to: &str) -> String {
    assert_eq!(
        yaml.matches(from).count(),
        1,
        "stands not once in the document: {from}"
    );
    yaml.replace(from, to)
}

/// The items of the generated code that users see, and the table of operations behind them; each a
/// text of its own.
#[track_caller]
pub fn surface(code: &str) -> Vec<String> {
    let file = syn::parse_file(code).expect("the generated code parses");
    let mut chunks = Vec::new();
    file.items
        .into_iter()
        .for_each(|item| show(item, "", &mut chunks));
    chunks
}

/// What `surface` shows of `code` and not of `base`.
#[track_caller]
pub fn surface_beyond(base: &str, code: &str) -> String {
    let known: BTreeSet<_> = surface(base).into_iter().collect();
    let new: Vec<_> = surface(code)
        .into_iter()
        .filter(|chunk| !known.contains(chunk))
        .collect();
    new.join("\n")
}

/// The docs of the method of `Client` that is called `name`.
#[track_caller]
pub fn docs_of_method(code: &str, name: &str) -> String {
    let file = syn::parse_file(code).expect("the generated code parses");
    let mut methods = file.items.into_iter().filter_map(|item| match item {
        Item::Impl(item) if item.self_ty.to_token_stream().to_string() == "Client" => {
            Some(item.items)
        }
        _ => None,
    });
    let method = methods.find_map(|items| {
        items.into_iter().find_map(|item| match item {
            ImplItem::Fn(method) if method.sig.ident == name => Some(method),
            _ => None,
        })
    });
    let docs = method
        .expect("there is such a method")
        .attrs
        .into_iter()
        .filter_map(|attr| {
            let syn::Meta::NameValue(pair) = attr.meta else {
                return None;
            };
            match pair.value {
                Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Str(text),
                    ..
                }) => Some(text.value()),
                _ => None,
            }
        });
    docs.collect()
}

fn show(item: Item, module: &str, chunks: &mut Vec<String>) {
    match item {
        Item::Mod(item) if is_public(&item.vis) => {
            let name = format!("{module}{}::", item.ident);
            for item in item.content.into_iter().flat_map(|(_, items)| items) {
                show(item, &name, chunks);
            }
        }
        Item::Impl(item) if item.trait_.is_none() => show_methods(&item, module, chunks),
        // A trait that only this crate sees.
        Item::Impl(item) if is_internal(&item) => {}
        // What it says is in the document.
        Item::Impl(mut item) => {
            item.items.clear();
            print(Item::Impl(item), module, chunks);
        }
        Item::Macro(item) if is_called(&item, "open_enum") => {
            print(open_enum(&item), module, chunks);
        }
        Item::Struct(item) if is_public(&item.vis) => show_struct(item, module, chunks),
        Item::Static(item) => show_operations(&item, module, chunks),
        Item::Struct(_) | Item::Mod(_) | Item::Use(_) => {}
        other => print(other, module, chunks),
    }
}

fn is_internal(item: &ItemImpl) -> bool {
    let Some((path, _)) = &item.trait_ else {
        return false;
    };
    let mut segments = path.segments.iter();
    segments.any(|segment| segment.ident == "generated")
}

/// The methods of the client one by one, so that a new one shows alone.
fn show_methods(item: &ItemImpl, module: &str, chunks: &mut Vec<String>) {
    let methods: Vec<_> = item.items.iter().filter_map(signature).collect();
    let each: Vec<_> = match module.is_empty() {
        true => methods.chunks(1).collect(),
        false => vec![&methods[..]],
    };
    for methods in each {
        let mut part = item.clone();
        part.items = methods.to_vec();
        print(Item::Impl(part), module, chunks);
    }
}

fn show_struct(mut item: ItemStruct, module: &str, chunks: &mut Vec<String>) {
    if let Fields::Named(fields) = &mut item.fields {
        let public = std::mem::take(&mut fields.named).into_iter();
        fields.named = public.filter(|field| is_public(&field.vis)).collect();
    }
    print(Item::Struct(item), module, chunks);
}

/// The table of operations, one by one.
fn show_operations(item: &ItemStatic, module: &str, chunks: &mut Vec<String>) {
    let Expr::Array(array) = &*item.expr else {
        panic!("not an array: {}", item.expr.to_token_stream());
    };
    for operation in &array.elems {
        let item = syn::parse_quote!(const OPERATION: Operation = #operation;);
        print(item, module, chunks);
    }
}

fn is_called(item: &ItemMacro, name: &str) -> bool {
    let last = item.mac.path.segments.last();
    last.is_some_and(|last| last.ident == name)
}

fn signature(item: &ImplItem) -> Option<ImplItem> {
    let ImplItem::Fn(method) = item else {
        return Some(item.clone());
    };
    let mut method = method.clone();
    // Without `mut`, which is nobody's business.
    for input in &mut method.sig.inputs {
        if let syn::FnArg::Receiver(receiver) = input {
            receiver.mutability = None;
        }
    }
    method.block.stmts.clear();
    is_public(&method.vis).then_some(ImplItem::Fn(method))
}

/// The enum that the macro makes, with the value of each variant.
fn open_enum(item: &ItemMacro) -> Item {
    let EnumMacro { name, variants } = item
        .mac
        .parse_body()
        .expect("the macro is given a name and variants");
    syn::parse_quote!(pub enum #name { #variants, Unknown(UnknownValue<#name>) })
}

struct EnumMacro {
    name: syn::Ident,
    variants: proc_macro2::TokenStream,
}

impl Parse for EnumMacro {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        Attribute::parse_outer(input)?;
        let name = input.parse()?;
        let body;
        syn::braced!(body in input);
        Ok(EnumMacro {
            name,
            variants: body.parse()?,
        })
    }
}

fn print(mut item: Item, module: &str, chunks: &mut Vec<String>) {
    Plain.visit_item_mut(&mut item);
    let file: File = syn::parse_quote!(#item);
    let text = prettyplease::unparse(&file);
    chunks.push(if module.is_empty() {
        text
    } else {
        format!("// {}\n{text}", module.trim_end_matches("::"))
    });
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Takes docs and serde's attributes away and shortens paths.
struct Plain;

impl VisitMut for Plain {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        attributes.retain(|attr| {
            ["derive", "deprecated", "must_use", "non_exhaustive"]
                .iter()
                .any(|name| attr.path().is_ident(name))
        });
        attributes
            .iter_mut()
            .for_each(|attribute| self.visit_attribute_mut(attribute));
    }

    fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
        if attribute.path().is_ident("derive") {
            let paths = syn::punctuated::Punctuated::<Path, syn::Token![,]>::parse_terminated;
            let paths = attribute
                .parse_args_with(paths)
                .expect("derive lists paths");
            let mut names: Vec<_> = paths
                .iter()
                .filter_map(|path| path.segments.last())
                .collect();
            names.sort_by_key(|name| name.ident.to_string());
            *attribute = syn::parse_quote!(#[derive(#(#names),*)]);
        }
    }

    fn visit_path_mut(&mut self, path: &mut Path) {
        visit_mut::visit_path_mut(self, path);
        path.leading_colon = None;
        let shortened = ["std", "chrono"]
            .iter()
            .any(|name| path.segments[0].ident == name);
        if shortened {
            path.segments = path.segments.iter().last().cloned().into_iter().collect();
        }
    }
}
