//! Checks the limits of arguments. Each function returns a valid value, or an error that says what
//! is valid. An invalid value is never sent.

use std::fmt::Display;
use std::ops::RangeInclusive;

use reqwest::header::HeaderValue;

use super::argument::{Argument, counted};

/// How many values of an enum an error lists.
const TOLD: usize = 12;

pub(crate) fn at_least<T: PartialOrd + Display>(name: &str, value: T, least: T) -> Argument<T> {
    if value >= least {
        return Ok(value);
    }
    Err(format!("{name} must be at least {least}, got {value}").into())
}

pub(crate) fn at_most<T: PartialOrd + Display>(name: &str, value: T, most: T) -> Argument<T> {
    if value <= most {
        return Ok(value);
    }
    Err(format!("{name} must be at most {most}, got {value}").into())
}

/// Limits the characters of a text.
pub(crate) fn length(name: &str, value: String, limits: Limits) -> Argument<String> {
    check_amount(name, value.chars().count(), limits, "character")?;
    Ok(value)
}

/// Limits the items of an array.
pub(crate) fn count<T>(name: &str, value: Vec<T>, limits: Limits) -> Argument<Vec<T>> {
    check_amount(name, value.len(), limits, "item")?;
    Ok(value)
}

type Limits = RangeInclusive<usize>;

fn check_amount(name: &str, amount: usize, limits: Limits, thing: &str) -> Argument<()> {
    if limits.contains(&amount) {
        return Ok(());
    }
    let (least, most) = limits.into_inner();
    let wanted = match least {
        _ if most == usize::MAX => format!("at least {}", counted(least, thing)),
        0 => format!("at most {}", counted(most, thing)),
        _ if least == most => counted(most, thing),
        _ => format!("{least} to {}", counted(most, thing)),
    };
    Err(format!("{name} must have {wanted}, got {amount}").into())
}

/// Checks that no two items of an array are equal.
pub(crate) fn unique<T: PartialEq>(name: &str, value: Vec<T>) -> Argument<Vec<T>> {
    for (index, item) in value.iter().enumerate() {
        let first = value.iter().position(|other| other == item);
        if let Some(first) = first.filter(|first| *first < index) {
            let (first, second) = (first + 1, index + 1);
            let message =
                format!("{name} must not repeat an item: {first} and {second} are the same");
            return Err(message.into());
        }
    }
    Ok(value)
}

/// Checks each item of an array.
pub(crate) fn each<T>(value: Vec<T>, check: impl Fn(T) -> Argument<T>) -> Argument<Vec<T>> {
    value.into_iter().map(check).collect()
}

/// Checks that a value is documented.
pub(crate) fn one_of<T: Display>(name: &str, value: T, known: &[&str]) -> Argument<T> {
    let text = value.to_string();
    if known.contains(&text.as_str()) {
        return Ok(value);
    }
    let (told, rest) = known.split_at(known.len().min(TOLD));
    let told = told.join(", ");
    let more = match rest.len() {
        0 => String::new(),
        more => format!(" or one of {more} more"),
    };
    Err(format!("{name} must be one of {told}{more}").into())
}

/// Checks that a value is valid in a header.
pub(crate) fn header<T: Display>(name: &str, value: T) -> Argument<T> {
    if HeaderValue::from_str(&value.to_string()).is_ok() {
        return Ok(value);
    }
    Err(format!("{name} must be text that a header can carry: no line breaks").into())
}
