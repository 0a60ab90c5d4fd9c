//! The files of a crate, each a room, as a tree of modules.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use syn::{Item, ItemMod};

use super::arrows::{self, Arrow};

/// Rooms by their path below the root, such as `auth::digest`; the root is `lib`.
#[derive(Default)]
pub struct House {
    rooms: BTreeMap<String, Vec<Item>>,
}

pub const ROOT: &str = "lib";

impl House {
    /// Reads the file and all modules below it.
    #[track_caller]
    pub fn read(root: &Path) -> House {
        let mut house = House::default();
        let folder = root.parent().expect("a file is in a folder");
        house.read_file(ROOT, root, folder);
        house.add_generated();
        house
    }

    #[track_caller]
    fn read_file(&mut self, room: &str, file: &Path, folder: &Path) {
        let text = std::fs::read_to_string(file)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        self.add(room, &text);
        for child in declared(&self.rooms[room]) {
            let beside = folder.join(format!("{child}.rs"));
            let within = folder.join(&child);
            if beside.exists() {
                self.read_file(&below(room, &child), &beside, &within);
            } else {
                self.read_file(&below(room, &child), &within.join("mod.rs"), &within);
            }
        }
    }

    /// The code that the build script writes: its types are one room, all the rest is another.
    fn add_generated(&mut self) {
        if !self.rooms.contains_key("client") {
            return;
        }
        let path = concat!(env!("OUT_DIR"), "/generated.rs");
        let text = std::fs::read_to_string(path).expect("the build script writes a file");
        let mut rest = syn::parse_file(&text).expect("the build script writes Rust");
        let mut types = Vec::new();
        for item in &mut rest.items {
            if let Item::Mod(module) = item
                && module.ident == "types"
            {
                types = take_items(module);
            }
        }
        self.rooms.entry("generated".to_owned()).or_default();
        self.rooms.insert("generated::types".to_owned(), types);
        self.rooms
            .insert("generated::builder".to_owned(), rest.items);
    }

    #[track_caller]
    pub fn add(&mut self, room: &str, text: &str) {
        let file = syn::parse_file(text).unwrap_or_else(|error| panic!("{room}: {error}"));
        self.rooms.insert(room.to_owned(), file.items);
    }

    pub fn names(&self) -> BTreeSet<String> {
        self.rooms.keys().cloned().collect()
    }

    /// Who uses whom. The root hands items on and uses nobody.
    pub fn arrows(&self) -> Vec<Arrow> {
        let names = self.names();
        let handed_on = arrows::handed_on(&self.rooms[ROOT]);
        let mut all = Vec::new();
        for (room, items) in &self.rooms {
            if room != ROOT {
                all.extend(arrows::of_room(room, items, &names, &handed_on));
            }
        }
        all
    }
}

/// The name of a room below another.
pub fn below(room: &str, child: &str) -> String {
    if room == ROOT {
        child.to_owned()
    } else {
        format!("{room}::{child}")
    }
}

/// The modules that have a file of their own.
fn declared(items: &[Item]) -> Vec<String> {
    let mut names = Vec::new();
    for item in items {
        if let Item::Mod(module) = item
            && module.content.is_none()
            && !is_test(module)
        {
            names.push(module.ident.to_string());
        }
    }
    names
}

/// Whether it is there for unit tests only.
pub fn is_test(module: &ItemMod) -> bool {
    module.attrs.iter().any(|attribute| {
        let list = attribute.meta.require_list();
        attribute.path().is_ident("cfg") && list.is_ok_and(|list| list.tokens.to_string() == "test")
    })
}

fn take_items(module: &mut ItemMod) -> Vec<Item> {
    match &mut module.content {
        Some((_, items)) => std::mem::take(items),
        None => Vec::new(),
    }
}
