//! The MFA codes that were used in the last minutes, to distinguish a used code from a wrong one.
//!
//! Each has a line with the time of use and a hash of device, time step and code. A used code is no longer secret; the
//! hash protects the name of the device. No code is ever refused because it is in the list.

use sha2::{Digest, Sha256};

use crate::bytes::hex;
use crate::time::{Seconds, Timestamp};
use crate::token_code::{SerialNumber, TokenCode};

/// The seconds for which a device shows a code (RFC 6238; IAM User Guide, virtual MFA devices).
pub const STEP: i64 = 30;

/// The seconds for which codes are remembered; later, the same digits recur only by chance.
const MEMORY: i64 = 5 * 60;

/// Returns the time until devices show the next code.
pub fn until_next_code(now: Timestamp) -> Seconds {
    Seconds(STEP - now.as_second().rem_euclid(STEP))
}

/// A code that was sent before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The time since then.
    pub ago: Seconds,
    /// Set if STS accepted it; otherwise the result is unknown.
    pub is_accepted: bool,
}

/// The suffix of the hash of a code that STS has not answered.
const UNANSWERED: &str = " ?";

/// Adds a code to the file's content, and drops old codes.
pub fn remember(
    content: &[u8],
    serial_number: &SerialNumber,
    code: &TokenCode,
    now: Timestamp,
    is_accepted: bool,
) -> Vec<u8> {
    let mut lines: Vec<(i64, &str)> = recent(content, now).collect();
    let hash = hash(serial_number, code, now.as_second()) + if is_accepted { "" } else { UNANSWERED };
    lines.push((now.as_second(), &hash));
    lines.iter().map(|(used, hash)| format!("{used} {hash}\n")).collect::<String>().into_bytes()
}

/// Finds the last time that this code of this device was sent.
pub fn sent(content: &[u8], serial_number: &SerialNumber, code: &TokenCode, now: Timestamp) -> Option<Sent> {
    let is_it = |used: i64, found: &str| hash(serial_number, code, used) == found.trim_end_matches(UNANSWERED);
    let (used, found) = recent(content, now).filter(|(used, found)| is_it(*used, found)).last()?;
    Some(Sent { ago: Seconds((now.as_second() - used).max(0)), is_accepted: !found.ends_with(UNANSWERED) })
}

fn recent(content: &[u8], now: Timestamp) -> impl Iterator<Item = (i64, &str)> {
    let lines = std::str::from_utf8(content).unwrap_or_default().lines();
    let read =
        lines.filter_map(|line| line.split_once(' ')).filter_map(|(used, hash)| Some((used.parse().ok()?, hash)));
    read.filter(move |(used, _): &(i64, _)| now.as_second().abs_diff(*used) <= MEMORY.unsigned_abs())
}

fn hash(serial_number: &SerialNumber, code: &TokenCode, used: i64) -> String {
    let step = used.div_euclid(STEP);
    hex(&Sha256::digest(format!("awsmfa {serial_number} {step} {}", code.expose())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).expect("a time")
    }

    #[test]
    fn a_code_is_recognized_for_five_minutes_for_its_own_device_only() {
        let ada: SerialNumber = "arn:aws:iam::123456789012:mfa/ada".parse().expect("an ARN");
        let eve: SerialNumber = "arn:aws:iam::123456789012:mfa/eve".parse().expect("an ARN");
        let code = |text: &str| text.parse::<TokenCode>().expect("six digits");
        let content = remember(b"not a line\n", &ada, &code("123456"), at(1000), true);
        let content = remember(&content, &ada, &code("654321"), at(1035), false);
        assert_eq!(sent(&content, &ada, &code("123456"), at(1047)), Some(Sent { ago: Seconds(47), is_accepted: true }));
        assert_eq!(
            sent(&content, &ada, &code("654321"), at(1047)),
            Some(Sent { ago: Seconds(12), is_accepted: false })
        );
        assert_eq!(sent(&content, &ada, &code("111111"), at(1047)), None);
        assert_eq!(sent(&content, &eve, &code("123456"), at(1047)), None);
        assert_eq!(sent(&content, &ada, &code("123456"), at(1301)), None);
        let text = String::from_utf8(remember(&content, &ada, &code("222222"), at(1301), true)).expect("text");
        assert_eq!(text.lines().count(), 2, "what is old is dropped: {text}");
        assert!(!text.contains("ada") && !text.contains("222222"), "{text}");
    }

    #[test]
    fn codes_change_at_full_and_half_minutes() {
        assert_eq!([0, 1, 29, 30].map(|second| until_next_code(at(600 + second)).0), [30, 29, 1, 30]);
    }
}
