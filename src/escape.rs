//! Text from files and from the network, made safe to show on a terminal.

/// Shows what could move the cursor, change colours or turn the direction of writing as an escape: text from a file or
/// from the network must not do that.
pub fn escape(text: &str) -> String {
    let is_hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
    };
    text.chars()
        .flat_map(|c| {
            let escaped = is_hidden(c).then(|| c.escape_unicode());
            let plain = (!is_hidden(c)).then_some(c);
            escaped.into_iter().flatten().chain(plain)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_a_terminal_would_obey_is_shown_as_escapes() {
        assert_eq!(escape("caf\u{E9} 🙂 [x]"), "caf\u{E9} 🙂 [x]");
        assert_eq!(escape("a\u{1B}[31mb\r\n\u{202E}c"), "a\\u{1b}[31mb\\u{d}\\u{a}\\u{202e}c");
    }
}
