//! The creation times of long-term access keys, as IAM has reported them, so that `list --long` need not ask.
//!
//! Each key has a line with its ID and the time. Neither is secret.

use crate::time::{Timestamp, rfc3339};

/// The number of keys that are remembered.
const KEYS: usize = 200;

/// Adds a key to the file's content, in place of an older line about it.
pub fn remember(content: &[u8], access_key_id: &str, created: Timestamp) -> Vec<u8> {
    let others = lines(content).filter(|(id, _)| *id != access_key_id).map(|(id, time)| format!("{id} {time}\n"));
    let mut all: Vec<String> = others.collect();
    all.push(format!("{access_key_id} {}\n", rfc3339(created)));
    let first = all.len().saturating_sub(KEYS);
    all.split_off(first).concat().into_bytes()
}

/// Returns the creation time of a key, if it is known.
pub fn created(content: &[u8], access_key_id: &str) -> Option<Timestamp> {
    lines(content).find(|(id, _)| *id == access_key_id)?.1.parse().ok()
}

fn lines(content: &[u8]) -> impl Iterator<Item = (&str, &str)> {
    std::str::from_utf8(content).unwrap_or_default().lines().filter_map(|line| line.split_once(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_time_of_each_key_is_remembered_and_the_oldest_keys_are_forgotten() {
        let time = |day: i64| Timestamp::from_second(1_795_737_600 + day * 86_400).expect("in range");
        let mut content = remember(b"", "AKIAIOSFODNN7EXAMPLE", time(0));
        content = remember(&content, "AKIAI44QH8DHBEXAMPLE", time(1));
        content = remember(&content, "AKIAIOSFODNN7EXAMPLE", time(2));
        assert_eq!(created(&content, "AKIAIOSFODNN7EXAMPLE"), Some(time(2)));
        assert_eq!(created(&content, "AKIAI44QH8DHBEXAMPLE"), Some(time(1)));
        assert_eq!(created(&content, "AKIA"), None);
        for number in 0..KEYS {
            content = remember(&content, &format!("AKIA{number}"), time(3));
        }
        assert_eq!(created(&content, "AKIAIOSFODNN7EXAMPLE"), None);
        assert_eq!(created(&content, "AKIA0"), Some(time(3)));
        assert_eq!(created(b"\xff\nAKIA0 soon", "AKIA0"), None);
    }
}
