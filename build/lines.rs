//! In which line of the document a place stands. It knows YAML as people write it, a key a line:
//! what stands in braces has the line of the last key before them.

/// Returns the line of a place such as `paths > /things > get`, or of as much of it as is found.
pub fn of_place(text: &str, place: &str) -> Option<usize> {
    let lines: Vec<&str> = text.lines().collect();
    let mut block = Block {
        lines: &lines,
        begin: 0,
        end: lines.len(),
        indent: 0,
    };
    let mut found = None;
    for key in place.split(" > ") {
        let Some(index) = block.find(key) else { break };
        found = Some(index + 1);
        block = block.below(index);
    }
    found
}

/// Lines that belong together: the keys of a mapping, or the items of a list, with all that is in
/// them.
struct Block<'a> {
    lines: &'a [&'a str],
    begin: usize,
    end: usize,
    /// How far its keys, or the dashes of its items, are indented.
    indent: usize,
}

impl<'a> Block<'a> {
    /// Finds a key, or the item of a list that has this name or number.
    fn find(&self, key: &str) -> Option<usize> {
        let mut number = 0;
        let mut item = None;
        for index in self.begin..self.end {
            let text = self.text(index);
            if let Some(text) = text.strip_prefix("- ") {
                if key == number.to_string() || is_name(text, key) {
                    return Some(index);
                }
                number += 1;
                item = Some(index);
            }
            // Other keys of an item are indented like the text behind its dash.
            if text
                .strip_prefix("  ")
                .is_some_and(|text| is_name(text, key))
                && item.is_some()
            {
                return item;
            }
            if begins_with_key(text, key) {
                return Some(index);
            }
        }
        None
    }

    /// Returns what stands below a line of this block. It is the rest of an item, if the line
    /// begins one.
    fn below(&self, index: usize) -> Block<'a> {
        let is_item = self.text(index).starts_with("- ");
        let begin = if is_item { index } else { index + 1 };
        let mut end = index + 1;
        while end < self.end && self.is_inside(end, is_item) {
            end += 1;
        }
        let first = (begin..end).find(|index| !is_silent(self.lines[*index]));
        let indent = match first {
            _ if is_item => self.indent + 2,
            Some(first) => indent(self.lines[first]),
            None => self.indent,
        };
        Block {
            lines: self.lines,
            begin,
            end,
            indent,
        }
    }

    fn is_inside(&self, index: usize, of_item: bool) -> bool {
        let line = self.lines[index];
        // A list may be indented no further than its key.
        let is_list_of_key = !of_item && self.text(index).starts_with("- ");
        is_silent(line) || indent(line) > self.indent || is_list_of_key
    }

    /// Returns a line from the column of this block on, if nothing but a dash stands before.
    fn text(&self, index: usize) -> &'a str {
        let line = self.lines[index];
        match line.split_at_checked(self.indent) {
            Some((before, text)) if before.trim_matches([' ', '-']).is_empty() => text,
            _ => "",
        }
    }
}

fn is_name(text: &str, name: &str) -> bool {
    let value = text.strip_prefix("name:").map(str::trim);
    value.is_some_and(|value| value.trim_matches(['"', '\'']) == name)
}

/// Returns whether a text is a key, with or without quotes, and what belongs to it.
pub fn begins_with_key(text: &str, key: &str) -> bool {
    let text = text.trim_start_matches(['"', '\'']);
    let Some(rest) = text.strip_prefix(key) else {
        return false;
    };
    rest.trim_start_matches(['"', '\'']).starts_with(':')
}

/// Returns how many spaces a line begins with.
pub fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Returns whether a line is empty or a comment.
pub fn is_silent(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

/// Returns whether a line has a key, as YAML sees it.
pub fn is_key(line: &str) -> bool {
    let line = line.trim();
    let has_dash = line.starts_with('-') && !line.starts_with("- ");
    !has_dash && (line.ends_with(':') || line.contains(": "))
}

/// Returns whether a value begins with a quote that has no other behind it.
pub fn opens_a_quote(line: &str) -> bool {
    for quote in ['"', '\''] {
        for before in [": ", "- "] {
            let opening = format!("{before}{quote}");
            if let Some((_, rest)) = line.split_once(&opening)
                && !rest.contains(quote)
            {
                return true;
            }
        }
    }
    false
}
