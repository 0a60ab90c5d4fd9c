//! Form-urlencoded text.

/// Returns the value of the first field of this name.
pub(super) fn field(form: &str, name: &str) -> Option<String> {
    for pair in form.split('&') {
        if let Some((key, value)) = pair.split_once('=')
            && key == name
        {
            return Some(decoded(value));
        }
    }
    None
}

/// Decodes form-urlencoded text; what is no valid escape stands for itself.
pub(super) fn decoded(text: &str) -> String {
    let text = text.replace('+', " ");
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        match escaped(part) {
            Some((byte, rest)) => {
                bytes.push(byte);
                bytes.extend_from_slice(rest.as_bytes());
            }
            None => {
                bytes.push(b'%');
                bytes.extend_from_slice(part.as_bytes());
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Returns the byte that two digits stand for, and what follows them.
fn escaped(text: &str) -> Option<(u8, &str)> {
    let (digits, rest) = text.split_at_checked(2)?;
    let byte = u8::from_str_radix(digits, 16).ok()?;
    Some((byte, rest))
}
