//! Escapes for text from files and from the network, so that it is safe to show on a terminal.

/// Escapes the characters that could move the cursor, change colours or reverse the direction of text.
pub fn escape(text: &str) -> String {
    // Most text is like this, and then needs a tenth of the instructions.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    shown
}

/// Escapes JSON so that it means the same and is safe to show on a terminal. `json` must be valid: then characters that
/// are not ASCII occur only in strings, and the only ASCII control characters are white space and DEL.
pub fn escape_json(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    for c in json.chars() {
        if c == '\u{7F}' || !c.is_ascii() && is_hidden(c) {
            let units = c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect::<String>();
            shown.push_str(&units);
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Returns whether a character cannot be seen: a control or format character, or one for which fonts draw nothing.
pub fn is_hidden(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_control() } else { !is_printable(c) || is_blank(c) }
}

/// Returns whether a character is outside the categories Cc, Cf, Co, Cn, Zl, Zp and Zs. The standard library has a
/// table of these for the `Debug` of a string, which escapes a combining mark only at the start.
fn is_printable(c: char) -> bool {
    let mut text = [b'x', 0, 0, 0, 0];
    let length = text.get_mut(1..).map_or(0, |rest| c.encode_utf8(rest).len());
    let text = text.get(..=length).and_then(|text| std::str::from_utf8(text).ok());
    text.is_some_and(|text| text.escape_debug().eq(text.chars()))
}

/// Returns whether fonts draw nothing for a letter, a mark or a symbol (Unicode, `Default_Ignorable_Code_Point`; the
/// Hangul fillers; the empty pattern of Braille).
fn is_blank(c: char) -> bool {
    matches!(c,
        '\u{34F}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{2800}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}' | '\u{E0100}'..='\u{E01EF}')
}

/// Quotes a word for a POSIX shell if necessary.
pub fn posix_word(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./@:+%,".contains(c);
    if word.chars().all(plain) { word.to_owned() } else { posix_quoted(word) }
}

/// Quotes a word for cmd and PowerShell if necessary. Double quotes have the same meaning in both, unless the word
/// contains a character that is special between them: such a word is quoted for PowerShell.
pub fn windows_word(word: &str) -> String {
    if word.chars().all(|c| c.is_ascii_alphanumeric() || r"-_./:+\".contains(c)) {
        return word.to_owned();
    }
    let is_special = |c: char| "\"$`%\u{201C}\u{201D}\u{201E}".contains(c);
    if word.contains(is_special) { powershell_quoted(word) } else { format!("\"{word}\"") }
}

/// Quotes text for PowerShell: in single quotes, a quote is doubled, and typographic quotes count as quotes
/// (about_Quoting_Rules).
pub fn powershell_quoted(text: &str) -> String {
    let doubled = text.chars().flat_map(|c| {
        let quote = matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{201B}');
        std::iter::repeat_n(c, if quote { 2 } else { 1 })
    });
    format!("'{}'", doubled.collect::<String>())
}

/// Quotes text for a POSIX shell.
pub fn posix_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_both_shells_of_windows() {
        for (word, quoted) in [
            ("work", "work"),
            (r"C:\Users\ada\.aws\config", r"C:\Users\ada\.aws\config"),
            (r"C:\Users\Ada Lovelace", r#""C:\Users\Ada Lovelace""#),
            ("it's", "\"it's\""),
            ("@team,a&b", "\"@team,a&b\""),
            ("100% $x's", "'100% $x''s'"),
        ] {
            assert_eq!(windows_word(word), quoted);
        }
    }

    #[test]
    fn control_characters_are_shown_as_escapes() {
        assert_eq!(escape("caf\u{E9} 🙂 [x]"), "caf\u{E9} 🙂 [x]");
        assert_eq!(escape("a\u{1B}[31mb\r\n\u{202E}c"), "a\\u{1b}[31mb\\u{d}\\u{a}\\u{202e}c");
    }

    /// One of each range that is hidden.
    const HIDDEN: &str = "\0\t\u{7F}\u{85}\u{9B}\u{A0}\u{AD}\u{34F}\u{600}\u{61C}\u{115F}\u{17B4}\u{180B}\u{180E}\u{200B}\
                          \u{200D}\u{202E}\u{2028}\u{2029}\u{205F}\u{2060}\u{2064}\u{206A}\u{206F}\u{2800}\u{3000}\u{3164}\
                          \u{E000}\u{FDD0}\u{FE0F}\u{FEFF}\u{FFA0}\u{FFF9}\u{1D173}\u{E0001}\u{E0041}\u{E0100}\u{F0000}";

    #[test]
    fn characters_are_hidden_by_their_category_and_not_by_a_list() {
        for c in HIDDEN.chars() {
            assert!(is_hidden(c), "{c:?}");
        }
        for c in "a 'quo\"ted\\ é e\u{301}\u{20DD} 한글 עברית العربية हिन्दी 日本 🙂 👍🏽 ☎ €".chars()
        {
            assert!(!is_hidden(c), "{c:?}");
        }
    }

    #[test]
    fn json_keeps_its_value_and_has_no_control_characters() {
        let value = serde_json::json!({ "a": [HIDDEN, "é 🙂 \"\\ \u{1B}[2J"], "\u{9B}": null });
        let shown = escape_json(&value.to_string());
        assert!(!shown.chars().any(is_hidden), "{shown}");
        assert!(shown.contains("é 🙂") && shown.contains(r"\udb40\udc01"), "{shown}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).ok(), Some(value));
    }
}
