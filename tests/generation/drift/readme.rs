//! The tables in `openapi/README.md`, and the list that the command reads.

use super::listed::Listed;

const README: &str = include_str!("../../../openapi/README.md");

fn listed() -> Listed {
    Listed::parse(include_str!("../../../openapi/differences.yaml")).expect("the list is read")
}

/// The rows of the first table after a heading, without the head.
fn rows(heading: &str) -> Vec<&'static str> {
    let (_, section) = README.split_once(heading).expect("the heading is there");
    let rows = section.lines().skip_while(|line| !line.starts_with("|--"));
    rows.skip(1)
        .take_while(|line| line.starts_with('|'))
        .collect()
}

#[test]
fn the_table_of_differences_has_the_rows_of_the_list() {
    let shown = rows("## Deliberate differences");
    let listed = listed().rows;
    for (shown, listed) in shown.iter().zip(&listed) {
        let begins = format!("| {} |", listed.place);
        let ends = format!("| {} |", listed.why);
        assert!(shown.starts_with(&begins), "not {begins}: {shown}");
        assert!(shown.ends_with(&ends), "not {ends}: {shown}");
    }
    assert_eq!(
        shown.len(),
        listed.len(),
        "one has more rows than the other"
    );
}

#[test]
fn the_table_of_names_has_names_of_the_list() {
    let listed = listed().operations;
    for row in rows("## Names") {
        let mut known = listed.iter();
        let is_listed = known
            .any(|(here, published)| row.starts_with(&format!("| `{here}` | `{published}` |")));
        assert!(is_listed, "not in the list: {row}");
    }
}
