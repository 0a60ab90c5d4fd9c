//! A text that a pattern allows, for the example in the docs of a method.

/// Makes a text of a pattern in ECMA 262, as far as its parts are usual ones. Whoever asks makes
/// sure that it fits.
pub fn of_pattern(pattern: &str) -> Option<String> {
    let mut parser = Parser {
        rest: pattern.chars().collect(),
        at: 0,
    };
    let text = parser.alternatives()?;
    (parser.at == parser.rest.len()).then_some(text)
}

struct Parser {
    rest: Vec<char>,
    at: usize,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.rest.get(self.at).copied()
    }

    fn take(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += 1;
        Some(next)
    }

    fn take_if(&mut self, wanted: char) -> bool {
        let is_next = self.peek() == Some(wanted);
        if is_next {
            self.at += 1;
        }
        is_next
    }

    /// Returns the first of several that are divided by `|`.
    fn alternatives(&mut self) -> Option<String> {
        let text = self.sequence()?;
        while self.take_if('|') {
            self.sequence()?;
        }
        Some(text)
    }

    fn sequence(&mut self) -> Option<String> {
        let mut text = String::new();
        while let Some(next) = self.peek() {
            if next == '|' || next == ')' {
                break;
            }
            let part = self.part()?;
            text += &part.repeat(self.repeats()?);
        }
        Some(text)
    }

    fn part(&mut self) -> Option<String> {
        match self.take()? {
            '^' | '$' => Some(String::new()),
            '(' => self.group(),
            '[' => self.class(),
            '.' => Some("a".to_owned()),
            '\\' => Some(escaped(self.take()?)?.to_string()),
            plain => Some(plain.to_string()),
        }
    }

    fn group(&mut self) -> Option<String> {
        if self.take_if('?') && !self.take_if(':') {
            // It looks ahead, or behind.
            return None;
        }
        let text = self.alternatives()?;
        self.take_if(')').then_some(text)
    }

    /// Returns the first character of a class that is a letter or a digit, or else its first.
    fn class(&mut self) -> Option<String> {
        if self.peek()? == '^' {
            return None;
        }
        let mut chosen = None;
        while !self.take_if(']') {
            let letter = match self.take()? {
                '\\' => escaped(self.take()?)?,
                letter => letter,
            };
            let is_better = letter.is_alphanumeric() && !chosen.is_some_and(char::is_alphanumeric);
            if chosen.is_none() || is_better {
                chosen = Some(letter);
            }
        }
        chosen.map(String::from)
    }

    /// Returns how often the part before is repeated: as seldom as may be, but once if that may be.
    fn repeats(&mut self) -> Option<usize> {
        if self.take_if('*') || self.take_if('+') || self.take_if('?') {
            return Some(1);
        }
        if !self.take_if('{') {
            return Some(1);
        }
        let mut digits = String::new();
        let mut is_first = true;
        while !self.take_if('}') {
            let next = self.take()?;
            is_first = is_first && next != ',';
            if is_first {
                digits.push(next);
            }
        }
        let least: usize = digits.parse().ok()?;
        (least < 1000).then_some(least)
    }
}

fn escaped(letter: char) -> Option<char> {
    match letter {
        'd' => Some('1'),
        'w' => Some('a'),
        's' => Some(' '),
        'D' | 'W' | 'S' | 'b' | 'B' => None,
        plain if plain.is_alphanumeric() => None,
        plain => Some(plain),
    }
}
