//! What progenitor wrote for an operation: the Rust types of its arguments and of its answer.
//!
//! The rest of a builder is thrown away. It is looked at all the same: if it is not what this crate
//! replaces, a new version of progenitor does something that nobody has thought about here.

use heck::ToUpperCamelCase;
use syn::{Expr, ImplItemFn, Item, ItemStruct, Local, Member, Pat, ReturnType, Stmt, Type};

use super::expected::{Operation, Parameter};
use super::{numbers, tree};

pub struct Builder {
    /// In the order of the parameters.
    pub arguments: Vec<Type>,
    pub answer: Type,
}

/// Returns the name of the builder's struct.
pub fn name(operation: &Operation) -> String {
    operation.name.to_upper_camel_case()
}

/// Finds the builder of the operation and takes the types from it.
pub fn read(items: &[Item], operation: &Operation) -> Result<Builder, String> {
    let name = name(operation);
    let fields = find_struct(items, &name)?;
    let methods = tree::methods(items, &name);
    let count = fields.fields.len();
    // One more: the client.
    if count != operation.parameters.len() + 1 {
        return Err(format!(
            "progenitor wrote {count} fields of the builder {name} for {} parameters",
            operation.parameters.len()
        ));
    }
    let in_builder = |problem| format!("progenitor's builder {name}: {problem}");
    let mut arguments = Vec::new();
    for parameter in &operation.parameters {
        arguments.push(argument(fields, parameter).map_err(in_builder)?);
        let setter = find_method(&methods, &parameter.written_as).map_err(in_builder)?;
        check_setter(setter, parameter).map_err(in_builder)?;
    }
    let send = find_method(&methods, "send").map_err(in_builder)?;
    check_send(send, operation).map_err(in_builder)?;
    let answer = answer(send, operation).map_err(in_builder)?;
    Ok(Builder { arguments, answer })
}

fn find_struct<'a>(items: &'a [Item], name: &str) -> Result<&'a ItemStruct, String> {
    for item in items {
        if let Item::Struct(found) = item
            && found.ident == name
        {
            return Ok(found);
        }
    }
    Err(format!("progenitor wrote no builder {name}"))
}

fn find_method<'a>(methods: &[&'a ImplItemFn], name: &str) -> Result<&'a ImplItemFn, String> {
    let found = methods.iter().find(|method| method.sig.ident == name);
    found
        .copied()
        .ok_or_else(|| format!("it has no method {name}"))
}

/// Returns the `T` of a field `Result<T, String>`, or of `Result<Option<T>, String>` if the
/// parameter may be left out.
fn argument(builder: &ItemStruct, parameter: &Parameter) -> Result<Type, String> {
    let name = &parameter.written_as;
    let field = builder.fields.iter().find(|field| {
        let ident = field.ident.as_ref();
        ident.is_some_and(|ident| ident == name)
    });
    let Some(field) = field else {
        return Err(format!("it has no field {name}"));
    };
    let Some(value) = tree::inside(&field.ty, "Result") else {
        return Err(format!("its field {name} is no Result"));
    };
    match (tree::inside(value, "Option"), parameter.required) {
        (Some(value), false) => Ok(value.clone()),
        (None, true) => Ok(value.clone()),
        (None, false) => Err(format!(
            "its field {name} is no Option, but may be left out"
        )),
        (Some(_), true) => Err(format!("its field {name} is an Option, but is required")),
    }
}

/// Makes sure that a setter does `self.name = ..; self`.
fn check_setter(setter: &ImplItemFn, parameter: &Parameter) -> Result<(), String> {
    let name = &parameter.written_as;
    if let [
        Stmt::Expr(Expr::Assign(assignment), _),
        Stmt::Expr(Expr::Path(result), None),
    ] = &setter.block.stmts[..]
        && let Expr::Field(field) = &*assignment.left
        && let Member::Named(ident) = &field.member
        && ident == name
        && result.path.is_ident("self")
    {
        return Ok(());
    }
    Err(format!(
        "its setter {name} does not set {name} and return itself"
    ))
}

/// Makes sure that `send` takes the builder apart, passes on the complaint of each argument and
/// writes the path, each once.
fn check_send(send: &ImplItemFn, operation: &Operation) -> Result<(), String> {
    let mut locals = Vec::new();
    for statement in &send.block.stmts {
        if let Stmt::Local(local) = statement {
            locals.push(local);
        }
    }
    let apart = locals.iter().filter(|local| takes_apart(local)).count();
    if apart != 1 {
        return Err(format!(
            "its `send` has {apart} statements `let Self`, not one"
        ));
    }
    let parameters = operation
        .parameters
        .iter()
        .map(|parameter| parameter.written_as.as_str());
    for name in parameters.chain(["url"]) {
        let count = locals.iter().filter(|local| binds(local, name)).count();
        if count != 1 {
            return Err(format!(
                "its `send` has {count} statements `let {name}`, not one"
            ));
        }
    }
    Ok(())
}

fn takes_apart(local: &Local) -> bool {
    match &local.pat {
        Pat::Struct(pattern) => pattern.path.is_ident("Self"),
        _ => false,
    }
}

fn binds(local: &Local, name: &str) -> bool {
    match &local.pat {
        Pat::Ident(pattern) => pattern.ident == name,
        _ => false,
    }
}

/// Returns the `T` of `Result<ResponseValue<T>, ..>`.
fn answer(send: &ImplItemFn, operation: &Operation) -> Result<Type, String> {
    let ReturnType::Type(_, result) = &send.sig.output else {
        return Err("its `send` returns nothing".to_owned());
    };
    let value = tree::inside(result, "Result");
    let Some(answer) = value.and_then(|value| tree::inside(value, "ResponseValue")) else {
        return Err("its `send` does not return a ResponseValue".to_owned());
    };
    let mut answer = answer.clone();
    numbers::keep_exact_in(&mut answer);
    let documented = &operation.answer;
    match tree::last_segment(&answer) {
        Some(last) if last.ident == documented => Ok(answer),
        _ => Err(format!(
            "its `send` does not return {documented}, as the document says"
        )),
    }
}
