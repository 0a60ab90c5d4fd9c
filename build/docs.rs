//! The docs of a method: what the document says about the operation, what is sent.

use super::answer::Answer;
use super::operation_object::OperationObject;
use super::rustdoc::harmless;

pub fn of_method(operation: &OperationObject, answer: &Answer) -> String {
    let summary = harmless(&operation.summary);
    let description = harmless(&operation.description);
    let path = &operation.path;
    let accept = &answer.media.name;
    let newest = if answer.has_older {
        ", the newest version that is documented"
    } else {
        ""
    };
    format!("{summary}\n\n{description}\n\nSends `GET {path}` and asks for `{accept}`{newest}.")
}
