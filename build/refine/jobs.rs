//! `Job` for each type whose schema has an `x-outcome`.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{File, Item, ItemStruct};

use super::expected::Types;
use super::outcomes::{self, Condition, Rule, Step, Wanted};
use super::{enums, tree};

/// Writes the `impl` of each type that is a job.
pub fn write(written: &File, types: &Types) -> Result<TokenStream, String> {
    let items = tree::module(written, "types")?;
    let jobs = Jobs { items, types };
    let mut code = TokenStream::new();
    let mut problems = Vec::new();
    for (name, documented) in types {
        let Some(rules) = documented.json_schema.get(outcomes::KEY) else {
            continue;
        };
        match jobs.write(name, rules) {
            Ok(job) => code.extend(job),
            Err(found) => {
                for problem in found {
                    problems.push(format!("components > schemas > {name} > {problem}"));
                }
            }
        }
    }
    if problems.is_empty() {
        Ok(code)
    } else {
        Err(problems.join("\n"))
    }
}

/// Where the Rust types of properties are looked up.
struct Jobs<'a> {
    items: &'a [Item],
    types: &'a Types,
}

impl Jobs<'_> {
    /// Writes the `impl`, or returns what is wrong with each rule.
    fn write(&self, name: &str, rules: &Value) -> Result<TokenStream, Vec<String>> {
        let rules = outcomes::read(rules)?;
        let mut statements = Vec::new();
        let mut problems = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            match self.statement(name, rule) {
                Ok(statement) => statements.push(statement),
                Err(problem) => {
                    problems.push(format!("{} > {index} > when > {problem}", outcomes::KEY));
                }
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let ident = format_ident!("{name}");
        let docs = docs(&rules);
        Ok(quote! {
            impl crate::Job for types::#ident {
                #[doc = #docs]
                fn outcome(&self) -> Option<crate::Outcome> {
                    #(#statements)*
                    None
                }
            }
        })
    }

    /// Writes `if .. { return Some(..); }`.
    fn statement(&self, name: &str, rule: &Rule) -> Result<TokenStream, String> {
        let mut conditions = Vec::new();
        for condition in &rule.conditions {
            let steps = condition.steps();
            let test = self.property(name, &quote!(self), &steps, &condition.wanted);
            conditions.push(test.map_err(|problem| format!("{}: {problem}", condition.path))?);
        }
        let outcome = format_ident!("{}", rule.outcome);
        Ok(quote! {
            if #(#conditions)&&* {
                return Some(crate::Outcome::#outcome);
            }
        })
    }

    /// Writes the test of a property of `owner`, which is the struct called `type_name`.
    fn property(
        &self,
        type_name: &str,
        owner: &TokenStream,
        steps: &[Step<'_>],
        wanted: &Wanted,
    ) -> Result<TokenStream, String> {
        let [step, rest @ ..] = steps else {
            return Err("is no path".to_owned());
        };
        let (field, ty) = self.field(type_name, step.property)?;
        let place = quote!(#owner.#field);
        if let Some(item) = tree::inside(ty, "Option") {
            if step.is_any_item {
                return Err(format!("{} is no array", step.property));
            }
            return Ok(match self.value(item, rest, wanted)? {
                Some(test) => quote!(#place.as_ref().is_some_and(|item| #test)),
                None => quote!(#place.is_some()),
            });
        }
        if step.is_any_item {
            let Some(item) = tree::inside(ty, "Vec") else {
                return Err(format!("{} is no array", step.property));
            };
            return Ok(match self.value(item, rest, wanted)? {
                Some(test) => quote!(#place.iter().any(|item| #test)),
                None => quote!(!#place.is_empty()),
            });
        }
        // An array as a whole, or a map.
        match (rest, wanted) {
            ([], Wanted::Present) => Ok(quote!(!#place.is_empty())),
            _ if tree::inside(ty, "Vec").is_some() => Err(format!(
                "{0} is an array; its items are {0}[]",
                step.property
            )),
            _ => Err(format!("{} can only be `present`", step.property)),
        }
    }

    /// Writes the test of `item`, whose type this is. Returns nothing if any value fits.
    fn value(
        &self,
        ty: &syn::Type,
        rest: &[Step<'_>],
        wanted: &Wanted,
    ) -> Result<Option<TokenStream>, String> {
        let ty = tree::inside(ty, "Box").unwrap_or(ty);
        let Some(last) = tree::last_segment(ty) else {
            return Err("has a type that no rule can be about".to_owned());
        };
        let documented = self.types.iter().find(|(name, _)| last.ident == *name);
        match documented {
            Some((_, documented)) if !enums::values(documented).is_empty() && rest.is_empty() => {
                enum_value(&enums::values(documented), wanted)
            }
            Some((_, documented)) if !enums::values(documented).is_empty() => {
                Err("a text has no properties".to_owned())
            }
            Some(_) if rest.is_empty() => struct_value(wanted),
            Some((name, _)) => self.property(name, &quote!(item), rest, wanted).map(Some),
            None if rest.is_empty() => plain_value(&last.ident, wanted),
            None => Err("only an object has properties".to_owned()),
        }
    }

    fn field(&self, type_name: &str, json_name: &str) -> Result<(Ident, &syn::Type), String> {
        let property = self.types.get(type_name).and_then(|documented| {
            let mut properties = documented.properties.iter();
            properties.find(|property| property.json_name == json_name)
        });
        let Some(property) = property else {
            return Err(format!("{type_name} has no property {json_name:?}"));
        };
        for field in self
            .find_struct(type_name)
            .into_iter()
            .flat_map(|item| &item.fields)
        {
            if let Some(ident) = &field.ident
                && *ident == property.field
            {
                return Ok((ident.clone(), &field.ty));
            }
        }
        Err(format!(
            "progenitor wrote no field of {type_name} for {json_name:?}"
        ))
    }

    fn find_struct(&self, name: &str) -> Option<&ItemStruct> {
        self.items.iter().find_map(|item| match item {
            Item::Struct(item) if item.ident == name => Some(item),
            _ => None,
        })
    }
}

fn enum_value(values: &[&str], wanted: &Wanted) -> Result<Option<TokenStream>, String> {
    let is_value = |text: &str| values.iter().any(|value| value.eq_ignore_ascii_case(text));
    match wanted {
        Wanted::Present if is_value("present") => {
            Err("`present` is one of its values, so it cannot mean that there is one".to_owned())
        }
        Wanted::Present => Ok(Some(quote!(!item.as_str().is_empty()))),
        Wanted::Text(text) if is_value(text) => {
            Ok(Some(quote!(item.as_str().eq_ignore_ascii_case(#text))))
        }
        Wanted::Text(text) => Err(format!(
            "{text:?} is none of its values, which are {}",
            values.join(", ")
        )),
        Wanted::Flag(_) | Wanted::Number(_) => Err("must be a text or `present`".to_owned()),
    }
}

fn struct_value(wanted: &Wanted) -> Result<Option<TokenStream>, String> {
    match wanted {
        Wanted::Present => Ok(Some(quote!(*item != ::std::default::Default::default()))),
        _ => Err("an object can only be `present`".to_owned()),
    }
}

/// Writes the test of a value that is neither an enum nor a struct of the document.
fn plain_value(ty: &Ident, wanted: &Wanted) -> Result<Option<TokenStream>, String> {
    let is_text = ty == "String";
    match wanted {
        Wanted::Present if ty == "Value" => Err("can be anything, null too".to_owned()),
        Wanted::Present if is_text => Ok(Some(quote!(!item.is_empty()))),
        Wanted::Present => Ok(None),
        Wanted::Text(text) if is_text => Ok(Some(quote!(item.eq_ignore_ascii_case(#text)))),
        Wanted::Flag(flag) if ty == "bool" => Ok(Some(quote!(*item == #flag))),
        Wanted::Number(number) if ty == "i64" => Ok(Some(quote!(*item == #number))),
        Wanted::Number(number) if ty == "Number" => {
            Ok(Some(quote!(item.as_i64() == Some(#number))))
        }
        Wanted::Text(text) => Err(format!("is never the text {text:?}")),
        Wanted::Flag(flag) => Err(format!("is never {flag}")),
        Wanted::Number(number) => Err(format!("is never the number {number}")),
    }
}

/// Tells the rules in the docs of `outcome`.
fn docs(rules: &[Rule]) -> String {
    let mut docs = "Returns how it ended. The first line that fits decides; if none does, it is \
                    not over.\n"
        .to_owned();
    for rule in rules {
        let conditions: Vec<String> = rule.conditions.iter().map(sentence).collect();
        let outcome = rule.outcome;
        let link = format!("[`{outcome}`](crate::Outcome::{outcome})");
        docs += &format!("\n- {}: {link}", conditions.join(" and "));
    }
    docs
}

fn sentence(condition: &Condition) -> String {
    let path = &condition.path;
    match &condition.wanted {
        Wanted::Present => format!("`{path}` is there"),
        Wanted::Text(text) => format!("`{path}` is `{text}`"),
        Wanted::Flag(flag) => format!("`{path}` is `{flag}`"),
        Wanted::Number(number) => format!("`{path}` is `{number}`"),
    }
}
