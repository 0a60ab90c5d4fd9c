//! What a file uses: the paths in its `use` lines, in its code and in the arguments of its macros.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Item, ItemMod, ItemUse, Macro, UseTree, Visibility};

use super::house::{ROOT, below, is_test};

/// One file uses another, by this path.
#[derive(Clone, Debug)]
pub struct Arrow {
    pub from: String,
    pub to: String,
    pub path: String,
}

/// The items that the root hands on: each name with the path behind it.
pub fn handed_on(root: &[Item]) -> BTreeMap<String, Vec<String>> {
    let mut items = BTreeMap::new();
    for item in root {
        if let Item::Use(line) = item {
            let mut paths = Vec::new();
            spread(&line.tree, &mut Vec::new(), &mut paths);
            for path in paths {
                let name = path.last().cloned().unwrap_or_default();
                items.insert(name, path);
            }
        }
    }
    items
}

pub fn of_room(
    room: &str,
    items: &[Item],
    rooms: &BTreeSet<String>,
    handed_on: &BTreeMap<String, Vec<String>>,
) -> Vec<Arrow> {
    let mut paths = Paths::default();
    for item in items {
        paths.visit_item(item);
    }
    let mut arrows = Vec::new();
    for found in paths.found {
        let Some(absolute) = absolute(room, &found, rooms, handed_on) else {
            continue;
        };
        let to = room_of(&absolute, rooms);
        if to != room && to != ROOT {
            arrows.push(Arrow {
                from: room.to_owned(),
                to,
                path: found.segments.join("::"),
            });
        }
    }
    arrows
}

/// A path as it is written, with the number of inline modules between it and its file.
struct Found {
    segments: Vec<String>,
    depth: usize,
}

#[derive(Default)]
struct Paths {
    found: Vec<Found>,
    depth: usize,
}

impl Paths {
    fn push(&mut self, segments: Vec<String>) {
        let depth = self.depth;
        self.found.push(Found { segments, depth });
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, line: &'ast ItemUse) {
        let mut paths = Vec::new();
        spread(&line.tree, &mut Vec::new(), &mut paths);
        for path in paths {
            self.push(path);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if is_test(module) {
            return;
        }
        self.depth += 1;
        visit::visit_item_mod(self, module);
        self.depth -= 1;
    }

    /// Who may see something is no use of it.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string());
        self.push(segments.collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.visit_path(&call.path);
        if writes_code(call) {
            return;
        }
        for path in paths_of_tokens(&call.tokens) {
            self.push(path);
        }
    }
}

/// Whether the arguments of the macro are code that the build script writes for others.
fn writes_code(call: &Macro) -> bool {
    let name = call.path.segments.last().map(|last| &last.ident);
    name.is_some_and(|name| name == "quote" || name == "parse_quote")
}

/// The paths that one `use` stands for.
fn spread(tree: &UseTree, before: &mut Vec<String>, paths: &mut Vec<Vec<String>>) {
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            spread(&path.tree, before, paths);
            before.pop();
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                spread(tree, before, paths);
            }
        }
        UseTree::Name(name) if name.ident == "self" => paths.push(before.clone()),
        UseTree::Name(name) => paths.push([before.as_slice(), &[name.ident.to_string()]].concat()),
        UseTree::Rename(name) => {
            paths.push([before.as_slice(), &[name.ident.to_string()]].concat());
        }
        UseTree::Glob(_) => paths.push(before.clone()),
    }
}

/// Names that follow each other with `::` between them, anywhere in the arguments of a macro.
fn paths_of_tokens(tokens: &TokenStream) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    let mut path = Vec::new();
    let mut colons = 0;
    for token in tokens.clone() {
        match token {
            TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
            TokenTree::Ident(name) => {
                if colons != 2 {
                    paths.push(std::mem::take(&mut path));
                }
                path.push(name.to_string());
                colons = 0;
            }
            TokenTree::Group(group) => {
                paths.push(std::mem::take(&mut path));
                paths.extend(paths_of_tokens(&group.stream()));
            }
            _ => paths.push(std::mem::take(&mut path)),
        }
    }
    paths.push(path);
    paths.retain(|path| path.len() > 1);
    paths
}

/// The path from the root, if it is one into this crate.
fn absolute(
    room: &str,
    found: &Found,
    rooms: &BTreeSet<String>,
    handed_on: &BTreeMap<String, Vec<String>>,
) -> Option<Vec<String>> {
    let mut here: Vec<String> = Vec::new();
    if room != ROOT {
        here.extend(room.split("::").map(str::to_owned));
    }
    let mut inline = found.depth;
    let mut rest = found.segments.as_slice();
    match rest.first()?.as_str() {
        "crate" => {
            here.clear();
            rest = &rest[1..];
        }
        "self" => rest = &rest[1..],
        "super" => {
            while rest.first().is_some_and(|segment| segment == "super") {
                if inline > 0 {
                    inline -= 1;
                } else {
                    here.pop();
                }
                rest = &rest[1..];
            }
        }
        // A module of this file, named without `self`.
        child if rooms.contains(&below(room, child)) => {}
        _ => return None,
    }
    if here.is_empty()
        && let Some(path) = rest.first().and_then(|name| handed_on.get(name))
    {
        let path = path.iter().filter(|segment| *segment != "crate");
        return Some(path.chain(&rest[1..]).cloned().collect());
    }
    here.extend_from_slice(rest);
    Some(here)
}

/// The room that has what the path leads to: the longest beginning of it that is one.
fn room_of(path: &[String], rooms: &BTreeSet<String>) -> String {
    let mut room = ROOT.to_owned();
    for segment in path {
        let next = below(&room, segment);
        if !rooms.contains(&next) {
            break;
        }
        room = next;
    }
    // The room of the builders holds the rest of the generated code, too.
    if room == "generated" && rooms.contains("generated::builder") {
        return "generated::builder".to_owned();
    }
    room
}
