//! The docs of a method: what the document says about the operation, what is sent, and a call that compiles.

use super::answer::Answer;
use super::name::field_name;
use super::operation_object::OperationObject;
use super::parameter::Parameter;

pub fn of_method(operation: &OperationObject, answer: &Answer, parameters: &[Parameter]) -> String {
    let OperationObject {
        path,
        summary,
        description,
        ..
    } = operation;
    let accept = &answer.media.name;
    let newest = if answer.has_older {
        ", the newest version that is documented"
    } else {
        ""
    };
    let example = example(&field_name(&operation.id), parameters);
    format!(
        "{summary}\n\n{description}\n\nSends `GET {path}` and asks for `{accept}`{newest}.\n\n\
         ```no_run\n{example}```"
    )
}

fn example(method: &str, parameters: &[Parameter]) -> String {
    let mut setters = String::new();
    for parameter in parameters {
        if parameter.required {
            setters += &format!("    .{}({})\n", parameter.name, parameter.example);
        }
    }
    format!(
        "# async fn example(client: atlas_backup::Client) -> Result<(), atlas_backup::Error> {{\n\
         let answer = client\n    .{method}()\n{setters}    .send()\n    .await?;\n\
         println!(\"{{:#?}}\", *answer);\n# Ok(())\n# }}\n"
    )
}
