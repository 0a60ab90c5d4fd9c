//! Keeps what the document marks as secret out of `Debug`.

use std::fmt;

/// Shows that there is a value, and not which.
pub(crate) struct Hidden<'a, T>(pub &'a T);

impl<T: Default + PartialEq + fmt::Debug> fmt::Debug for Hidden<'_, T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self.0 == T::default() {
            return self.0.fmt(formatter);
        }
        formatter.write_str("[hidden]")
    }
}
