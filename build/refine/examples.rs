//! The example in the docs of a method: a call with the arguments that it needs, and what one does
//! with the answer. It prints nothing that may be a secret, such as the URL of a download.

use serde_json::Value;

use super::expected::{Operation, Property, Type, Types};
use super::{enums, outcomes};

/// Writes the example, as a block of code that compiles.
pub fn write(operation: &Operation, types: &Types) -> String {
    let answer = types.get(&operation.answer);
    let is_job = answer.is_some_and(|answer| outcomes::is_job(&answer.json_schema));
    let import = if is_job {
        "use atlas_backup::Job;\n\n"
    } else {
        ""
    };
    let use_of_answer = match answer {
        Some(_) if is_job => USE_OF_JOB.to_owned(),
        Some(answer) => use_of_struct(answer, types),
        None => "println!(\"{}\", answer.status());\n".to_owned(),
    };
    format!(
        "```no_run\n{import}\
         # async fn example(client: atlas_backup::Client) -> Result<(), atlas_backup::Error> {{\n\
         {call}{use_of_answer}# Ok(())\n# }}\n```",
        call = call(operation)
    )
}

const USE_OF_JOB: &str = "match answer.outcome() {
    Some(outcome) => println!(\"over: {outcome}\"),
    None => println!(\"not over yet\"),
}
";

fn call(operation: &Operation) -> String {
    let mut call = format!("let answer = client\n    .{}()\n", operation.name);
    for parameter in &operation.parameters {
        if parameter.required {
            call += &format!("    .{}({})\n", parameter.name, parameter.example);
        }
    }
    call + "    .send()\n    .await?;\n"
}

/// Shows the first property that cannot be a secret.
fn use_of_struct(answer: &Type, types: &Types) -> String {
    for property in &answer.properties {
        let schema = &answer.json_schema["properties"][&property.json_name];
        if let Some(shown) = shown(property, schema, types) {
            return format!("println!({shown});\n");
        }
    }
    "println!(\"{}\", answer.status());\n".to_owned()
}

fn shown(property: &Property, schema: &Value, types: &Types) -> Option<String> {
    let field = &property.field;
    if property.deprecated.is_some() {
        return None;
    }
    if schema["type"] == "array" {
        return Some(format!("\"{{}}\", answer.{field}.len()"));
    }
    let is_number_or_flag = schema["type"] == "integer" || schema["type"] == "boolean";
    let is_time = schema["format"] == "date-time" || schema["format"] == "date";
    if is_number_or_flag || is_time || is_enum(schema, types) {
        return Some(format!("\"{{:?}}\", answer.{field}"));
    }
    None
}

fn is_enum(schema: &Value, types: &Types) -> bool {
    let target = schema["$ref"].as_str().unwrap_or_default();
    let name = target.trim_start_matches("#/components/schemas/");
    let is_reference_to_enum = types
        .get(name)
        .is_some_and(|documented| !enums::values(documented).is_empty());
    is_reference_to_enum || schema["type"] == "string" && schema["enum"].is_array()
}
