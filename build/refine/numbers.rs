//! Numbers that are kept as they are sent, however large. Progenitor has no type for them, so it is
//! told that they are `float`, which no other number is, and writes `f32`.

use syn::{File, GenericArgument, Item, ItemStruct, PathArguments, Type, parse_quote};

use super::tree;

/// The format that progenitor is told.
pub const TOLD: &str = "float";

/// Gives the fields of all types `serde_json::Number` in place of `f32`.
pub fn keep_exact(written: &mut File) {
    for item in &mut written.items {
        if let Item::Mod(module) = item
            && module.ident == "types"
            && let Some((_, items)) = &mut module.content
        {
            keep_exact_in_structs(items);
        }
    }
}

fn keep_exact_in_structs(items: &mut [Item]) {
    for item in items {
        if let Item::Struct(ItemStruct { fields, .. }) = item {
            for field in fields {
                keep_exact_in(&mut field.ty);
            }
        }
    }
}

/// Puts `serde_json::Number` where `f32` stands in a type.
pub fn keep_exact_in(ty: &mut Type) {
    if tree::last_segment(ty).is_some_and(|last| last.ident == "f32") {
        *ty = parse_quote!(::serde_json::Number);
        return;
    }
    let Type::Path(path) = ty else { return };
    for segment in &mut path.path.segments {
        let PathArguments::AngleBracketed(arguments) = &mut segment.arguments else {
            continue;
        };
        for argument in &mut arguments.args {
            if let GenericArgument::Type(ty) = argument {
                keep_exact_in(ty);
            }
        }
    }
}
