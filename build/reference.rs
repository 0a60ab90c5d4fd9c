//! Where a `$ref` leads: to a component of the kind that belongs there, in this document, and
//! nowhere else.

use super::node::Node;

pub enum Reference<'a> {
    /// The node is no `$ref`.
    None,
    /// The node refers to the component of this name.
    To(String, Node<'a>),
    /// The node is a `$ref` that has been refused.
    Nowhere,
}

/// Follows the `$ref` of a node into a section of `components`, such as `schemas`.
pub fn follow<'a>(node: &Node<'a>, section: &str) -> Reference<'a> {
    let Some(mapping) = node.value.as_object() else {
        return Reference::None;
    };
    let Some(target) = mapping.get("$ref") else {
        return Reference::None;
    };
    if mapping.len() > 1 {
        node.refuse("what stands beside a $ref is ignored; put the $ref into an allOf");
        return Reference::Nowhere;
    }
    let prefix = format!("#/components/{section}/");
    let text = target.as_str().unwrap_or_default();
    let name = text.strip_prefix(&prefix).unwrap_or_default();
    let Some(value) = node.root["components"][section].get(name) else {
        let kind = section.trim_end_matches('s');
        node.refuse(format!(
            "the $ref leads to no {kind} of this document: {target}"
        ));
        return Reference::Nowhere;
    };
    let place = node.other(value, Default::default()).place;
    let place = place.inside("components").inside(section).inside(name);
    Reference::To(name.to_owned(), node.other(value, place))
}
