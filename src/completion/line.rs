//! A command line as bash sees it, up to the cursor.
//!
//! bash passes the line as it was typed, with its quotes, and the part of it that will be replaced: the part after the
//! last colon, equals sign or opening quote (`COMP_WORDBREAKS`). The replacement must be quoted to fit.

/// The words of a line, and the part to replace.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    /// The words without their quotes; the last one is at the cursor.
    pub words: Vec<String>,
    /// The beginning of the last word, which is not replaced.
    kept: String,
    /// The quotes that are open at the cursor.
    quote: Quote,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quote {
    None,
    Single,
    Double,
}

impl Line {
    /// Splits a line that ends with `replaced`, the part to replace. Returns `None` if it does not.
    pub fn parse(line: &str, replaced: &str) -> Option<Self> {
        let (before, quote) = split(line.strip_suffix(replaced)?);
        let (words, _) = split(line);
        Some(Self { kept: before.last().cloned().unwrap_or_default(), words, quote })
    }

    /// Returns the replacement that turns the last word into `text`, or `None` if `text` does not begin with that word.
    pub fn replacement(&self, text: &str) -> Option<String> {
        let typed = self.words.last().map_or("", String::as_str);
        let rest = text.starts_with(typed).then_some(text)?.strip_prefix(&self.kept)?;
        let mut replacement: String = rest.chars().map(|c| self.quote.escaped(c)).collect();
        // bash closes the quotes, unless the last character looks like the closing quote.
        if let Some(mark) = self.quote.mark().filter(|mark| replacement.ends_with(*mark)) {
            replacement.push(mark);
        }
        Some(replacement)
    }
}

impl Quote {
    fn mark(self) -> Option<char> {
        match self {
            Self::None => None,
            Self::Single => Some('\''),
            Self::Double => Some('"'),
        }
    }

    /// Escapes a character so that bash reads it literally between these quotes.
    fn escaped(self, c: char) -> String {
        let plain = c.is_alphanumeric() || "-_./@:+%,=".contains(c);
        match self {
            Self::None if !plain => format!("\\{c}"),
            Self::Single if c == '\'' => r"'\''".to_owned(),
            // Written outside the quotes, since a backslash does not escape `!` inside them.
            Self::Double if c == '!' => r#""\!""#.to_owned(),
            Self::Double if "\"$`\\".contains(c) => format!("\\{c}"),
            _ => c.to_string(),
        }
    }
}

/// Splits a line into words without their quotes. Also returns the quotes that are open at its end.
fn split(line: &str) -> (Vec<String>, Quote) {
    let mut words = vec![String::new()];
    let mut quote = Quote::None;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        let word_ends = quote == Quote::None && c.is_ascii_whitespace();
        if word_ends {
            if chars.peek().is_none_or(|next| !next.is_ascii_whitespace()) {
                words.push(String::new());
            }
            continue;
        }
        let next = chars.peek().copied();
        let (literal, quote_now) = match (quote, c) {
            (Quote::None, '\'') => (None, Quote::Single),
            (Quote::None, '"') => (None, Quote::Double),
            (Quote::Single, '\'') | (Quote::Double, '"') => (None, Quote::None),
            (Quote::None, '\\') => (chars.next(), quote),
            (Quote::Double, '\\') if next.is_some_and(|next| "\"$`\\".contains(next)) => (chars.next(), quote),
            _ => (Some(c), quote),
        };
        quote = quote_now;
        if let Some(word) = words.last_mut() {
            word.extend(literal);
        }
    }
    (words, quote)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, replaced: &str, text: &str, replacement: Option<&str>) {
        let line = Line::parse(line, replaced).expect("it ends with it");
        assert_eq!(line.replacement(text).as_deref(), replacement);
    }

    #[test]
    fn words_lose_their_quotes() {
        let words = |line| Line::parse(line, "").expect("nothing is replaced").words;
        assert_eq!(words(r#"awsmfa  --profile 'a b' "c\"d" e\ f"#), ["awsmfa", "--profile", "a b", "c\"d", "e f"]);
        assert_eq!(words("awsmfa status "), ["awsmfa", "status", ""]);
        assert_eq!(words("awsmfa 'open"), ["awsmfa", "open"]);
        assert_eq!(words(r#""a\b""#), [r"a\b"]);
    }

    #[test]
    fn the_rest_of_a_word_is_put_behind_what_stays() {
        check("awsmfa login wo", "wo", "work", Some("work"));
        check("awsmfa login wo", "wo", "home", None);
        check("awsmfa --profile=wo", "wo", "--profile=work", Some("work"));
        check("awsmfa login a:b", "b", "a:bc", Some("bc"));
        // If the user has removed the colon and the equals sign from COMP_WORDBREAKS.
        check("awsmfa --profile=a:b", "--profile=a:b", "--profile=a:bc", Some("--profile=a:bc"));
    }

    #[test]
    fn a_name_is_quoted_so_that_it_means_itself() {
        check("awsmfa login ", "", "$(id) `x`", Some(r"\$\(id\)\ \`x\`"));
        check("awsmfa login '", "", "it's $x", Some(r"it'\''s $x"));
        check("awsmfa login \"a", "a", "a$x!\"\\y", Some(r#"a\$x"\!"\"\\y"#));
        check(r"awsmfa login a\ ", r"a\ ", "a b~", Some(r"a\ b\~"));
    }

    #[test]
    fn a_name_that_ends_like_quotes_does_not_leave_them_open() {
        check("awsmfa login \"a", "a", "a!", Some(r#"a"\!"""#));
        check("awsmfa login 'a", "a", "a'", Some("a'\\'''"));
    }

    #[test]
    fn a_line_that_does_not_end_in_what_is_replaced_is_none() {
        assert_eq!(Line::parse("awsmfa login a", "b"), None);
    }
}
