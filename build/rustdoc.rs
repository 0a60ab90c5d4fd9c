//! Text of the document as rustdoc should have it. MongoDB writes for another renderer: what
//! rustdoc would take for a link to something in Rust, for HTML or for code to be run is made
//! plain.

/// Returns the text with nothing left in it that rustdoc would complain about or run.
pub fn harmless(text: &str) -> String {
    let mut lines = Vec::new();
    let mut fence = None;
    for line in text.lines() {
        if let Some(mark) = fence {
            if line.trim() == mark {
                fence = None;
            }
            lines.push(line.to_owned());
        } else if let Some(mark) = fence_of(line) {
            fence = Some(mark);
            lines.push(format!("{mark}text"));
        } else {
            lines.push(harmless_line(line));
        }
    }
    lines.extend(fence.map(str::to_owned));
    lines.join("\n")
}

/// Returns the mark of a block of code that begins in this line.
fn fence_of(line: &str) -> Option<&'static str> {
    let line = line.trim();
    if line.starts_with("```") {
        return Some("```");
    }
    line.starts_with("~~~").then_some("~~~")
}

fn harmless_line(line: &str) -> String {
    let line = without_indent(line);
    let mut harmless = String::new();
    let mut rest = line.as_str();
    while let Some(first) = rest.chars().next() {
        let (written, read) = piece(rest, harmless.chars().last());
        harmless += &written;
        rest = &rest[read.max(first.len_utf8())..];
    }
    harmless
}

/// Takes an indentation away that would make a block of code: four blanks, also behind the mark of
/// a list.
fn without_indent(line: &str) -> String {
    let text = line.trim_start();
    let indent = line.len() - text.len();
    let text = match text.split_once([' ', '\t']) {
        Some((mark, rest)) if is_list_mark(mark) => format!("{mark} {}", rest.trim_start()),
        _ => text.to_owned(),
    };
    if indent < 4 {
        format!("{}{text}", " ".repeat(indent))
    } else {
        format!("  {text}")
    }
}

fn is_list_mark(word: &str) -> bool {
    let number = word.trim_end_matches(['.', ')']);
    let is_number = number.len() < word.len() && number.parse::<u32>().is_ok();
    is_number || matches!(word, "-" | "*" | "+")
}

/// Returns what to write for the beginning of `rest`, and how many bytes of it that stands for.
fn piece(rest: &str, before: Option<char>) -> (String, usize) {
    let is_new_word = !before.is_some_and(char::is_alphanumeric);
    if rest.starts_with('`') {
        return whole(code(rest));
    }
    if rest.starts_with('\\') {
        return whole(escape(rest));
    }
    if rest.starts_with('<') {
        return autolink(rest);
    }
    if rest.starts_with('[') {
        return link(rest);
    }
    if rest.starts_with(']') {
        return ("\\]".to_owned(), 1);
    }
    if is_new_word && is_url(rest) {
        let url = url(rest);
        return (format!("<{url}>"), url.len());
    }
    let end = rest
        .char_indices()
        .nth(1)
        .map_or(rest.len(), |(index, _)| index);
    whole(&rest[..end])
}

fn whole(text: &str) -> (String, usize) {
    (text.to_owned(), text.len())
}

/// Returns code within a line, with its marks. A mark without a partner stands for itself.
fn code(rest: &str) -> &str {
    let marks = rest.len() - rest.trim_start_matches('`').len();
    let (mark, code) = rest.split_at(marks);
    match code.find(mark) {
        Some(end) => &rest[..marks + end + marks],
        None => mark,
    }
}

fn escape(rest: &str) -> &str {
    let end = rest
        .char_indices()
        .nth(2)
        .map_or(rest.len(), |(index, _)| index);
    &rest[..end]
}

/// Leaves `<https://example.com>` as it is; any other `<` is no HTML.
fn autolink(rest: &str) -> (String, usize) {
    let inner = rest.split_once('>').map(|(inner, _)| &inner[1..]);
    match inner {
        Some(url) if is_url(url) && !url.contains(' ') => whole(&rest[..url.len() + 2]),
        _ => ("\\<".to_owned(), 1),
    }
}

/// Keeps a link to a page, and of one into MongoDB's own document the words. Any other bracket is
/// no link.
fn link(rest: &str) -> (String, usize) {
    let Some((words, target)) = words_and_target(rest) else {
        return ("\\[".to_owned(), 1);
    };
    let read = words.len() + target.len() + 4;
    let words = words.replace(['[', ']'], "");
    if is_url(target) && !target.contains(' ') {
        return (format!("[{words}]({target})"), read);
    }
    (words, read)
}

/// Returns the parts of `[words](target)`.
fn words_and_target(rest: &str) -> Option<(&str, &str)> {
    let (words, behind) = rest.strip_prefix('[')?.split_once("](")?;
    let (target, _) = behind.split_once(')')?;
    (!words.contains('[')).then_some((words, target))
}

fn is_url(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

/// Returns the URL with which the text begins, without the marks that end a sentence.
fn url(text: &str) -> &str {
    let ends = |letter: char| letter.is_whitespace() || "<>\"`[]{}|\\^".contains(letter);
    let end = text.find(ends).unwrap_or(text.len());
    text[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'', '*', '_'])
}
