//! A circle of files that use each other.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::arrows::Arrow;

/// The shortest circle there is, an arrow a line, or none.
pub fn circle(arrows: &[Arrow]) -> Option<String> {
    let mut by_origin: BTreeMap<&str, Vec<&Arrow>> = BTreeMap::new();
    for arrow in arrows {
        by_origin.entry(&arrow.from).or_default().push(arrow);
    }
    let mut shortest: Option<Vec<&Arrow>> = None;
    for start in by_origin.keys() {
        let Some(way) = way_back(start, &by_origin) else {
            continue;
        };
        if shortest
            .as_ref()
            .is_none_or(|known| way.len() < known.len())
        {
            shortest = Some(way);
        }
    }
    let mut lines = Vec::new();
    for arrow in shortest? {
        lines.push(format!(
            "    {} uses {}: {}",
            arrow.from, arrow.to, arrow.path
        ));
    }
    Some(lines.join("\n"))
}

/// The shortest way from a room to itself: breadth first.
fn way_back<'a>(start: &str, by_origin: &BTreeMap<&str, Vec<&'a Arrow>>) -> Option<Vec<&'a Arrow>> {
    let mut seen = BTreeSet::new();
    let mut ways = VecDeque::from([(start, Vec::new())]);
    while let Some((room, way)) = ways.pop_front() {
        for arrow in by_origin.get(room).into_iter().flatten() {
            let mut longer = way.clone();
            longer.push(*arrow);
            if arrow.to == start {
                return Some(longer);
            }
            if seen.insert(&arrow.to) {
                ways.push_back((&arrow.to, longer));
            }
        }
    }
    None
}
