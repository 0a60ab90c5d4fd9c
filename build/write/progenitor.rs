//! Reads what progenitor wrote: its types, and for each builder the types of the arguments and of
//! the response. The rest of its code is dropped. This works on the syntax tree, because progenitor
//! may format its tokens differently at any time.

use quote::format_ident;
use syn::{
    File, GenericArgument, Ident, ImplItem, Item, ItemStruct, PathArguments, PathSegment,
    ReturnType, Type, parse_quote,
};

use super::super::bare;
use super::super::operation::Operation;
use super::super::types::Types;

/// The Rust types of a builder.
pub struct Builder {
    /// In the order of the parameters.
    pub arguments: Vec<Type>,
    pub response: Type,
}

/// Returns the items of the only module that has this name.
pub fn module<'a>(file: &'a File, name: &str) -> Result<&'a [Item], String> {
    let mut found = Vec::new();
    for item in &file.items {
        if let Item::Mod(module) = item
            && module.ident == name
            && let Some((_, items)) = &module.content
        {
            found.push(items.as_slice());
        }
    }
    match found[..] {
        [items] => Ok(items),
        _ => {
            let count = found.len();
            Err(format!(
                "progenitor wrote {count} modules `{name}`, not one"
            ))
        }
    }
}

/// Finds the builder of each operation.
pub fn builders(
    written: &File,
    operations: &[Operation],
    types: &Types,
) -> Result<Vec<Builder>, String> {
    let items = module(written, "builder")?;
    let is_struct = |item: &&Item| matches!(item, Item::Struct(_));
    let count = items.iter().filter(is_struct).count();
    if count != operations.len() {
        let expected = operations.len();
        return Err(format!(
            "progenitor wrote {count} builders for {expected} operations"
        ));
    }
    let mut builders = Vec::new();
    for (index, operation) in operations.iter().enumerate() {
        let name = bare::name(index).to_uppercase();
        let builder = builder(items, &name, operation, types);
        let in_builder = |why| format!("progenitor's builder of {}: {why}", operation.name);
        builders.push(builder.map_err(in_builder)?);
    }
    Ok(builders)
}

fn builder(
    items: &[Item],
    name: &str,
    operation: &Operation,
    types: &Types,
) -> Result<Builder, String> {
    let fields = find_struct(items, name).ok_or("there is none")?;
    let count = fields.fields.len();
    // One more: the client.
    if count != operation.parameters.len() + 1 {
        let expected = operation.parameters.len();
        return Err(format!("it has {count} fields for {expected} parameters"));
    }
    let mut arguments = Vec::new();
    for (index, parameter) in operation.parameters.iter().enumerate() {
        let argument = argument(fields, &bare::name(index), parameter.required, types);
        let name = &parameter.name;
        let argument = argument.map_err(|why| format!("its field for {name} {why}"))?;
        arguments.push(argument);
    }
    let mut response = response(items, name)?;
    settle(&mut response, types);
    let documented = &operation.response;
    if !is_called(&response, documented) {
        return Err(format!(
            "its `send` does not return {documented}, as the document says"
        ));
    }
    Ok(Builder {
        arguments,
        response,
    })
}

fn find_struct<'a>(items: &'a [Item], name: &str) -> Option<&'a ItemStruct> {
    items.iter().find_map(|item| match item {
        Item::Struct(item) if item.ident == name => Some(item),
        _ => None,
    })
}

/// Returns the `T` of a field `Result<T, String>`, or of `Result<Option<T>, String>` if the
/// parameter is optional.
fn argument(
    builder: &ItemStruct,
    name: &str,
    is_required: bool,
    types: &Types,
) -> Result<Type, &'static str> {
    let is_called = |field: &&syn::Field| {
        let ident = field.ident.as_ref();
        ident.is_some_and(|ident| ident == name)
    };
    let field = builder.fields.iter().find(is_called);
    let field = field.ok_or("is missing")?;
    let value = inside(&field.ty, "Result");
    let value = match is_required {
        true => value.filter(|value| inside(value, "Option").is_none()),
        false => value.and_then(|value| inside(value, "Option")),
    };
    let mut value = value.ok_or("has another type")?.clone();
    settle(&mut value, types);
    Ok(value)
}

/// Returns the `T` of `send`, which returns `Result<ResponseValue<T>, ..>`.
fn response(items: &[Item], name: &str) -> Result<Type, &'static str> {
    let send = find_send(items, name).ok_or("it has no method `send`")?;
    let ReturnType::Type(_, result) = &send.sig.output else {
        return Err("its `send` returns nothing");
    };
    let value = inside(result, "Result");
    let value = value.and_then(|value| inside(value, "ResponseValue"));
    value.cloned().ok_or("its `send` returns no ResponseValue")
}

fn find_send<'a>(items: &'a [Item], name: &str) -> Option<&'a syn::ImplItemFn> {
    for item in items {
        let Item::Impl(block) = item else { continue };
        if block.trait_.is_some() || !is_called(&block.self_ty, name) {
            continue;
        }
        for item in &block.items {
            if let ImplItem::Fn(method) = item
                && method.sig.ident == "send"
            {
                return Some(method);
            }
        }
    }
    None
}

/// Returns `Vec<T>` of `std::vec::Vec<T>`.
fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// Returns whether the type has this name, without its path and its arguments.
pub fn is_called(ty: &Type, name: &str) -> bool {
    last_segment(ty).is_some_and(|last| last.ident == name)
}

/// Returns the first `T` of `Name<T, ..>`, if the type is called so.
pub fn inside<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    types_inside(ty, name).into_iter().next()
}

/// Returns the `T` of `HashMap<_, T>`.
pub fn inside_map(ty: &Type) -> Option<&Type> {
    types_inside(ty, "HashMap").into_iter().nth(1)
}

fn types_inside<'a>(ty: &'a Type, name: &str) -> Vec<&'a Type> {
    let mut types = Vec::new();
    if let Some(last) = last_segment(ty)
        && last.ident == name
        && let PathArguments::AngleBracketed(arguments) = &last.arguments
    {
        for argument in &arguments.args {
            if let GenericArgument::Type(ty) = argument {
                types.push(ty);
            }
        }
    }
    types
}

/// Replaces progenitor's names of types with ours, and `f32`, which stands for exact numbers, with
/// `serde_json::Number`.
pub fn settle(ty: &mut Type, types: &Types) {
    if is_called(ty, "f32") {
        *ty = parse_quote!(::serde_json::Number);
    }
    let Type::Path(path) = ty else { return };
    for segment in &mut path.path.segments {
        if let Some(name) = name(&segment.ident, types) {
            segment.ident = format_ident!("{name}");
        }
        let PathArguments::AngleBracketed(arguments) = &mut segment.arguments else {
            continue;
        };
        for argument in &mut arguments.args {
            if let GenericArgument::Type(ty) = argument {
                settle(ty, types);
            }
        }
    }
}

/// Returns our name of the type for progenitor's.
pub fn name<'a>(ident: &Ident, types: &'a Types) -> Option<&'a String> {
    let index = bare::index(&ident.to_string())?;
    types.keys().nth(index)
}
