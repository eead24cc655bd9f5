//! Makes the random parts of an answer: keys, secrets, tokens, request ids.

use std::cell::RefCell;

const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const HEX: &[u8] = b"0123456789abcdef";

/// `ASIA` and 16 characters.
pub fn access_key_id() -> String {
    format!("ASIA{}", random_text(16, BASE32))
}

/// The secret of a virtual MFA device: 64 characters of base32, as IAM creates them.
pub fn seed() -> String {
    random_text(64, BASE32)
}

/// `AKIA` and 16 characters.
pub fn long_term_id() -> String {
    format!("AKIA{}", random_text(16, BASE32))
}

/// 40 characters with `/` and `+` among them, which trip up careless quoting and URL encoding.
pub fn secret_access_key() -> String {
    format!("{}/{}+{}", random_text(12, BASE64), random_text(13, BASE64), random_text(13, BASE64))
}

/// As many characters as asked for; the last ones are `=`, which trips up careless parsers of `key = value`.
pub fn session_token(length: usize) -> String {
    let padding = if length > 2 { "==" } else { "" };
    format!("{}{padding}", random_text(length - padding.len(), BASE64))
}

/// A random UUID's shape.
pub fn request_id() -> String {
    [8, 4, 4, 4, 12].map(|length| random_text(length, HEX)).join("-")
}

fn random_text(length: usize, alphabet: &[u8]) -> String {
    let pick = |byte: u8| alphabet.get(usize::from(byte) % alphabet.len()).copied().map(char::from);
    random_bytes(length).into_iter().filter_map(pick).collect()
}

thread_local! {
    /// Random bytes that are not used yet: an answer needs ten texts, and each would be a system call.
    static UNUSED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

fn random_bytes(length: usize) -> Vec<u8> {
    UNUSED.with_borrow_mut(|unused| {
        if unused.len() < length {
            unused.resize(length.max(8 * 1024), 0);
            getrandom::fill(unused).expect("the system gives random bytes");
        }
        unused.split_off(unused.len() - length)
    })
}
