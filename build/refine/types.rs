//! The module `types`: progenitor's structs and enums, without their builders and conversions.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{File, Ident, Item};

use super::expected::{Type, Types};
use super::{deserialize, enums, json_schemas, structs, tree};

/// Writes the module.
pub fn write(written: &File, types: &Types) -> Result<TokenStream, String> {
    let mut code = TokenStream::new();
    let mut count = 0;
    for item in tree::module(written, "types")? {
        match item {
            Item::Struct(item) => {
                let documented = find(types, &item.ident)?;
                let refined = structs::refine(item, documented)?;
                refined.to_tokens(&mut code);
                deserialize::write(&refined, documented)?.to_tokens(&mut code);
                count += 1;
            }
            Item::Enum(item) => {
                let documented = find(types, &item.ident)?;
                enums::write(item, documented)?.to_tokens(&mut code);
                count += 1;
            }
            // The builders of types, their errors, and what converts to and from text.
            Item::Mod(_) | Item::Impl(_) | Item::Use(_) => {}
            _ => return Err("progenitor wrote a type that is no struct and no enum".to_owned()),
        }
    }
    if count != types.len() {
        return Err(format!(
            "progenitor wrote {count} types and the document has {}: {}",
            types.len(),
            names(types)
        ));
    }
    for (name, documented) in types {
        json_schemas::write(name, &documented.json_schema).to_tokens(&mut code);
    }
    Ok(quote! {
        pub mod types {
            pub use crate::generated::open_enum::UnknownValue;
            #code
        }
    })
}

fn find<'a>(types: &'a Types, ident: &Ident) -> Result<&'a Type, String> {
    match types.iter().find(|(name, _)| ident == *name) {
        Some((_, documented)) => Ok(documented),
        None => Err(format!(
            "progenitor wrote the type {ident}, which the document does not have"
        )),
    }
}

fn names(types: &Types) -> String {
    let names: Vec<&str> = types.keys().map(String::as_str).collect();
    names.join(", ")
}
