//! The public interface that the build script generates, as it is to be reviewed after an edit of
//! the OpenAPI document. Its name puts it before all other tests and snapshots.

use crate::support::{ATLAS, generated, surface};

#[test]
fn the_document_generates_this_interface() {
    insta::assert_snapshot!(surface(&generated(ATLAS)).join("\n"));
}
