//! What progenitor wrote: its types, and of each builder the types of the arguments and the type of
//! the response. The rest of its code is thrown away. All of this works on the syntax tree, since
//! how progenitor prints its tokens is nobody's promise.

use heck::ToUpperCamelCase;
use syn::{
    File, GenericArgument, ImplItem, Item, ItemStruct, PathArguments, PathSegment, ReturnType,
    Type, parse_quote,
};

use super::super::operation::Operation;
use super::super::parameter::Parameter;

/// What is taken of a builder.
pub struct Builder {
    /// In the order of the parameters.
    pub arguments: Vec<Type>,
    pub response: Type,
}

/// Returns the name of the builder's struct.
pub fn builder_name(operation: &Operation) -> String {
    operation.name.to_upper_camel_case()
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
pub fn builders(written: &File, operations: &[Operation]) -> Result<Vec<Builder>, String> {
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
    for operation in operations {
        let name = builder_name(operation);
        let builder = builder(items, &name, operation);
        builders.push(builder.map_err(|why| format!("progenitor's builder {name}: {why}"))?);
    }
    Ok(builders)
}

fn builder(items: &[Item], name: &str, operation: &Operation) -> Result<Builder, String> {
    let fields = find_struct(items, name).ok_or("there is none")?;
    let count = fields.fields.len();
    // One more: the client.
    if count != operation.parameters.len() + 1 {
        let expected = operation.parameters.len();
        return Err(format!("it has {count} fields for {expected} parameters"));
    }
    let mut arguments = Vec::new();
    for parameter in &operation.parameters {
        arguments.push(argument(fields, parameter)?);
    }
    let response = response(items, name, operation)?;
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
fn argument(builder: &ItemStruct, parameter: &Parameter) -> Result<Type, String> {
    let name = &parameter.written_as;
    let is_called = |field: &&syn::Field| field.ident.as_ref().is_some_and(|it| it == name);
    let field = builder.fields.iter().find(is_called);
    let Some(field) = field else {
        return Err(format!("it has no field {name}"));
    };
    let value = inside(&field.ty, "Result");
    let value = match parameter.required {
        true => value.filter(|value| inside(value, "Option").is_none()),
        false => value.and_then(|value| inside(value, "Option")),
    };
    match value {
        Some(value) => Ok(value.clone()),
        None => Err(format!("its field {name} has another type")),
    }
}

/// Returns the `T` of `send`, which returns `Result<ResponseValue<T>, ..>`.
fn response(items: &[Item], name: &str, operation: &Operation) -> Result<Type, String> {
    let send = find_send(items, name).ok_or("it has no method `send`")?;
    let ReturnType::Type(_, result) = &send.sig.output else {
        return Err("its `send` returns nothing".to_owned());
    };
    let value = inside(result, "Result").and_then(|value| inside(value, "ResponseValue"));
    let mut value = value.cloned();
    value.iter_mut().for_each(keep_exact);
    let documented = &operation.response;
    match value {
        Some(value) if is_called(&value, documented) => Ok(value),
        _ => Err(format!(
            "its `send` does not return {documented}, as the document says"
        )),
    }
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

/// Puts `serde_json::Number` where `f32` stands, which is what progenitor writes for numbers that
/// are kept as they were sent.
pub fn keep_exact(ty: &mut Type) {
    if is_called(ty, "f32") {
        *ty = parse_quote!(::serde_json::Number);
    }
    let Type::Path(path) = ty else { return };
    for segment in &mut path.path.segments {
        let PathArguments::AngleBracketed(arguments) = &mut segment.arguments else {
            continue;
        };
        for argument in &mut arguments.args {
            if let GenericArgument::Type(ty) = argument {
                keep_exact(ty);
            }
        }
    }
}
