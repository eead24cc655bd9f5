//! Tips about words of the command line that clap does not know.

use crate::token_code::TokenCode;

const TOKEN_CODE: &str = "give the MFA code with --token-code: awsmfa login --token-code <CODE>";

/// Words of other tools, and what they are here. clap itself suggests what is spelled in a similar way.
const TIPS: [(&[&str], &str); 8] = [
    (&["--token", "--code", "--otp", "--mfa", "--mfa-code"], TOKEN_CODE),
    (&["configure", "config", "add"], "awsmfa setup connects an access key and an MFA device"),
    (&["assume", "assume-role", "role", "switch", "select"], "awsmfa use selects a profile, also that of a role"),
    (&["refresh", "renew", "auth"], "awsmfa login requests a session; with --force, even if there is a valid one"),
    (&["undo"], "awsmfa setup --undo undoes the last change of setup"),
    (&["ls", "profiles"], "awsmfa list shows all profiles"),
    (&["--json"], "--output json prints results as JSON"),
    (&["-v"], "-V or --version prints the version"),
];

/// Replaces clap's tips about a wrong command line by a better one, if there is one. Drops those that suggest to pass a
/// flag as a value, and those that name a command for awsmfa itself. `unknown` is the word that clap does not know.
pub fn usage_error(text: &str, unknown: Option<&str>) -> String {
    let tip = if text.starts_with("error: the argument '--profile") && text.contains("Usage: awsmfa login") {
        Some("name the profiles without the flag: awsmfa login <PROFILE> <PROFILE>")
    } else {
        unknown.and_then(|word| tip_for(word, text))
    };
    let mut shown: Vec<&str> = Vec::new();
    for line in text.lines() {
        let is_hidden = ["'complete'", "'provide'"].iter().any(|command| line.ends_with(command));
        let is_useless = line.starts_with("  tip: to pass '") || is_hidden || tip.is_some();
        let is_dropped = line.starts_with("  tip: ") && is_useless;
        let is_doubled = line.is_empty() && shown.last() == Some(&"");
        if !(is_dropped || is_doubled) {
            shown.push(line);
        }
    }
    let tip = tip.map(|tip| format!("  tip: {tip}"));
    if let (Some(tip), Some(end_of_message)) = (&tip, shown.iter().position(|line| line.is_empty())) {
        shown.splice(end_of_message..end_of_message, ["", tip]);
    }
    shown.join("\n") + "\n"
}

fn tip_for(word: &str, text: &str) -> Option<&'static str> {
    if word.parse::<TokenCode>().is_ok() {
        return Some(TOKEN_CODE);
    }
    if text.contains("Usage: awsmfa device") && ["add", "create", "new"].contains(&word) {
        return Some("awsmfa device enrol creates a device and enables it");
    }
    TIPS.into_iter().find(|(words, _)| words.contains(&word)).map(|(_, tip)| tip)
}
