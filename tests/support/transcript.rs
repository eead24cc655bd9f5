//! Compares what a page or a picture shows with what was printed.

/// Returns whether this was printed, except for numbers, the lengths of gaps, and the text in place of an ellipsis.
pub fn agrees(shown: &str, said: &str) -> bool {
    let (shown, said) = (plain(shown), plain(said));
    let mut parts = shown.split('…');
    let Some(mut rest) = parts.next().and_then(|first| said.strip_prefix(first)) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    true
}

/// Replaces each number by `#` and each gap by one space, and removes both at the end of a line.
pub fn plain(text: &str) -> String {
    let lines = text.trim().lines().map(|line| {
        let words: Vec<String> = line.split_whitespace().map(numbers_hidden).collect();
        // A moment after the login, 12h are 11h 59m.
        words.join(" ").replace("#h #m", "#h")
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn numbers_hidden(word: &str) -> String {
    word.chars().fold(String::new(), |mut hidden, letter| {
        let letter = if letter.is_ascii_digit() { '#' } else { letter };
        if letter != '#' || !hidden.ends_with('#') {
            hidden.push(letter);
        }
        hidden
    })
}
