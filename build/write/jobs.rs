//! `Job` for each type whose schema has an `x-outcome`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::super::names::Variant;
use super::super::outcome::{Condition, Rule, Wanted};
use super::super::refusals::Refusals;
use super::super::schema::{Kind, Schema};
use super::super::types::Types;

/// Writes `Job` for each type that has rules.
pub fn write(types: &Types, refusals: &Refusals) -> TokenStream {
    let jobs = Jobs { types };
    let mut code = TokenStream::new();
    for (name, documented) in types {
        let rules = &documented.schema.outcome;
        if rules.is_empty() {
            continue;
        }
        let statements = rules
            .iter()
            .map(|rule| jobs.statement(name, rule, refusals));
        let ident = format_ident!("{name}");
        let docs = docs(rules);
        code.extend(quote! {
            impl crate::Job for types::#ident {
                #[doc = #docs]
                fn outcome(&self) -> Option<crate::Outcome> {
                    #(#statements)*
                    None
                }
            }
        });
    }
    code
}

/// Where the types of properties are looked up.
struct Jobs<'a> {
    types: &'a Types,
}

/// What a value is, as far as conditions distinguish.
enum Form<'a> {
    Enum(&'a [Variant]),
    Struct(&'a str),
    Text,
    Flag,
    Integer,
    /// A number of any size.
    Exact,
    Any,
    Other,
}

impl<'a> Jobs<'a> {
    /// Writes `if .. { return Some(..); }`.
    fn statement(&self, name: &str, rule: &Rule, refusals: &Refusals) -> TokenStream {
        let mut tests = Vec::new();
        for condition in &rule.conditions {
            let steps: Vec<&str> = condition.path.split('.').collect();
            match self.property(name, &quote!(self), &steps, &condition.wanted) {
                Ok(test) => tests.push(test),
                Err(why) => refusals.refuse(&condition.place, why),
            }
        }
        let outcome = format_ident!("{}", rule.outcome);
        quote! {
            if #(#tests)&&* {
                return Some(crate::Outcome::#outcome);
            }
        }
    }

    /// Writes the test of a property of `owner`, which is the struct called `type_name`. `[]` behind
    /// the name of a property means any item of the array.
    fn property(
        &self,
        type_name: &str,
        owner: &TokenStream,
        steps: &[&str],
        wanted: &Wanted,
    ) -> Result<TokenStream, String> {
        let [step, rest @ ..] = steps else {
            return Err("is no path".to_owned());
        };
        let of_items = step.strip_suffix("[]");
        let name = of_items.unwrap_or(step);
        let (field, schema) = self.field(type_name, name)?;
        let place = quote!(#owner.#field);
        let is_plain = schema.type_name().is_none();
        let is_array = is_plain && schema.kind == Some(Kind::Array);
        let is_map = is_plain && schema.kind == Some(Kind::Object);
        if of_items.is_some() {
            if !is_array {
                return Err(format!("{name} is no array"));
            }
            return Ok(match self.value(schema.items.as_deref(), rest, wanted)? {
                Some(test) => quote!(#place.iter().any(|item| #test)),
                None => quote!(!#place.is_empty()),
            });
        }
        if is_array || is_map {
            return match (rest, wanted) {
                ([], Wanted::Present) => Ok(quote!(!#place.is_empty())),
                _ if is_array => Err(format!("{name} is an array; its items are {name}[]")),
                _ => Err(format!("{name} can only be `present`")),
            };
        }
        Ok(match self.value(Some(schema), rest, wanted)? {
            Some(test) => quote!(#place.as_ref().is_some_and(|item| #test)),
            None => quote!(#place.is_some()),
        })
    }

    fn field(&self, type_name: &str, name: &str) -> Result<(syn::Ident, &'a Schema), String> {
        if let Some(documented) = self.types.get(type_name) {
            for property in &documented.properties {
                if property.json_name == name {
                    let field = format_ident!("{}", property.field);
                    return Ok((field, &documented.schema.properties[name]));
                }
            }
        }
        Err(format!("{type_name} has no property {name:?}"))
    }

    /// Writes the test of `item`, which has this schema. Returns nothing if any value fits.
    fn value(
        &self,
        schema: Option<&Schema>,
        rest: &[&str],
        wanted: &Wanted,
    ) -> Result<Option<TokenStream>, String> {
        match (self.form(schema), rest) {
            (Form::Enum(variants), []) => enum_value(variants, wanted),
            (form, []) => plain_value(&form, wanted),
            (Form::Struct(name), _) => self.property(name, &quote!(item), rest, wanted).map(Some),
            (Form::Enum(_) | Form::Text, _) => Err("a text has no properties".to_owned()),
            _ => Err("only an object has properties".to_owned()),
        }
    }

    fn form<'s>(&'s self, schema: Option<&'s Schema>) -> Form<'s> {
        let Some(schema) = schema else {
            return Form::Any;
        };
        if let Some(name) = schema.type_name() {
            return match self.types.get(name) {
                Some(documented) if documented.schema.is_enum() => Form::Enum(&documented.variants),
                _ => Form::Struct(name),
            };
        }
        match schema.kind {
            Some(Kind::String) if schema.is_moment() => Form::Other,
            Some(Kind::String) => Form::Text,
            Some(Kind::Boolean) => Form::Flag,
            Some(Kind::Integer) => Form::Integer,
            Some(Kind::Number) if schema.is_exact() => Form::Exact,
            None => Form::Any,
            _ => Form::Other,
        }
    }
}

fn enum_value(variants: &[Variant], wanted: &Wanted) -> Result<Option<TokenStream>, String> {
    let mut values = variants.iter().map(|variant| variant.value.as_str());
    let is_value = |text: &str| {
        let mut values = values.clone();
        values.any(|value| value.eq_ignore_ascii_case(text))
    };
    match wanted {
        Wanted::Present if is_value("present") => {
            Err("`present` is one of its values, so it cannot mean that there is one".to_owned())
        }
        Wanted::Present => Ok(Some(quote!(!item.as_str().is_empty()))),
        Wanted::Text(text) if is_value(text) => {
            Ok(Some(quote!(item.as_str().eq_ignore_ascii_case(#text))))
        }
        Wanted::Text(text) => {
            let first = values.next().unwrap_or_default().to_owned();
            let known = values.fold(first, |known, value| known + ", " + value);
            Err(format!("{text:?} is none of its values, which are {known}"))
        }
        Wanted::Flag(_) | Wanted::Number(_) => Err("must be a text or `present`".to_owned()),
    }
}

/// Writes the test of a value that is no enum. Returns nothing if any value fits.
fn plain_value(form: &Form, wanted: &Wanted) -> Result<Option<TokenStream>, String> {
    match (form, wanted) {
        (Form::Any, Wanted::Present) => Err("can be anything, null too".to_owned()),
        (Form::Text, Wanted::Present) => Ok(Some(quote!(!item.is_empty()))),
        (Form::Struct(_), Wanted::Present) => {
            Ok(Some(quote!(*item != std::default::Default::default())))
        }
        (_, Wanted::Present) => Ok(None),
        (Form::Text, Wanted::Text(text)) => Ok(Some(quote!(item.eq_ignore_ascii_case(#text)))),
        (Form::Flag, Wanted::Flag(flag)) => Ok(Some(quote!(*item == #flag))),
        (Form::Integer, Wanted::Number(number)) => Ok(Some(quote!(*item == #number))),
        (Form::Exact, Wanted::Number(number)) => Ok(Some(quote!(item.as_i64() == Some(#number)))),
        (Form::Struct(_), _) => Err("an object can only be `present`".to_owned()),
        (_, Wanted::Text(text)) => Err(format!("is never the text {text:?}")),
        (_, Wanted::Flag(flag)) => Err(format!("is never {flag}")),
        (_, Wanted::Number(number)) => Err(format!("is never the number {number}")),
    }
}

/// Writes the rules as docs of `outcome`.
fn docs(rules: &[Rule]) -> String {
    let mut docs = "Returns the outcome in a final state. The first matching line decides; if \
                    none matches, the state is not final.\n"
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
        Wanted::Present => format!("`{path}` is present"),
        Wanted::Text(text) => format!("`{path}` is `{text}`"),
        Wanted::Flag(flag) => format!("`{path}` is `{flag}`"),
        Wanted::Number(number) => format!("`{path}` is `{number}`"),
    }
}
