//! An OpenAPI document as the build of the client reads it, with its schemas put together as the
//! build puts them together. What the build refuses is no difference, so nothing is said of it.

use super::build::document::{self, Document};
use super::build::flatten::Flattener;
use super::build::refusals::Refusals;
use super::build::schema::Schema;
use super::build::yaml;

/// What has been read of a document.
pub struct Read {
    pub document: Document,
    refusals: Refusals,
}

impl Read {
    pub fn parse(text: &str) -> Result<Self, String> {
        let root = yaml::read(text).map_err(|refusals| refusals.to_string())?;
        let refusals = Refusals::new(root.lines);
        let document =
            document::read(&root.value, &refusals).map_err(|refusals| refusals.to_string())?;
        if document.operations.is_empty() {
            return Err("it has no paths".to_owned());
        }
        Ok(Read { document, refusals })
    }

    /// Returns a schema put together: a reference if it is a type of the document, else everything
    /// that it is made of.
    pub fn flat(&self, schema: &Schema) -> Schema {
        self.flattener().flatten(schema).schema
    }

    /// Returns what a component is made of.
    pub fn component(&self, name: &str) -> Schema {
        self.flattener().component(name).schema
    }

    /// Returns everything that a schema is made of, with what is said beside a reference.
    pub fn whole(&self, schema: Schema) -> Schema {
        let Some(name) = &schema.reference else {
            return schema;
        };
        let mut whole = self.component(name);
        whole.documented.extend(schema.documented);
        whole
    }

    fn flattener(&self) -> Flattener<'_> {
        Flattener::new(&self.document.schemas, &self.refusals)
    }
}
