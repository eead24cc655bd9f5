//! The oracle: the AWS SDK for Rust's own parser.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use aws_config::profile::{ProfileSet, load};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_types::os_shim_internal::{Env, Fs};

use crate::steps::{self, REMOVED, WRITTEN};

/// Returns the profiles that the SDK reads in a credentials file; none if it refuses the file.
pub fn profiles(credentials: &[u8]) -> Option<ProfileSet> {
    profiles_of_both(b"", credentials)
}

/// Returns the profiles that the SDK reads in both files; none if it refuses one of them.
pub fn profiles_of_both(config: &[u8], credentials: &[u8]) -> Option<ProfileSet> {
    let files = EnvConfigFiles::builder()
        .with_contents(EnvConfigFileKind::Config, std::str::from_utf8(config).ok()?)
        .with_contents(EnvConfigFileKind::Credentials, std::str::from_utf8(credentials).ok()?)
        .build();
    let (fs, env) = (Fs::from_slice(&[]), Env::from_slice(&[]));
    let loading = pin!(load(&fs, &env, &files, None));
    match loading.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result.ok(),
        Poll::Pending => panic!("contents need no waiting for"),
    }
}

/// Asserts that the SDK sees the session in the target and every other property as before. False where it does not read
/// the file in the first place.
pub fn confirms_login(before: &[u8], after: &[u8], target: &str) -> bool {
    let Some(old) = profiles(before) else { return false };
    let new = profiles(after).expect("the SDK has read the file before");
    assert_same_elsewhere(before, &old, &new, target);
    let is_seen = target.chars().all(|c| c.is_ascii_alphanumeric() || "_-/.%@:+".contains(c));
    let Some(profile) = new.get_profile(target) else {
        assert!(!is_seen, "the SDK sees [{target}]");
        return true;
    };
    for (name, value) in WRITTEN {
        assert_eq!(profile.get(name), Some(value), "{name}");
    }
    for name in REMOVED {
        assert_eq!(profile.get(name), None, "{name}");
    }
    true
}

/// Asserts that the SDK sees no session in the target any more and every other property as before.
pub fn confirms_logout(before: &[u8], after: &[u8], target: &str) -> bool {
    let Some(old) = profiles(before) else { return false };
    let new = profiles(after).expect("the SDK has read the file before");
    assert_same_elsewhere(before, &old, &new, target);
    for (name, _) in WRITTEN {
        assert_eq!(new.get_profile(target).and_then(|profile| profile.get(name)), None, "{name}");
    }
    assert_same_in_target(before, &old, &new, target);
    true
}

/// Asserts that the SDK sees the properties that no login edits as before.
pub fn assert_target_is_kept(before: &[u8], after: &[u8], target: &str) {
    let (Some(old), Some(new)) = (profiles(before), profiles(after)) else { return };
    assert_same_in_target(before, &old, &new, target);
    assert_same_in_target(after, &old, &new, target);
}

fn assert_same_elsewhere(bytes: &[u8], old: &ProfileSet, new: &ProfileSet, target: &str) {
    let others = |set: &ProfileSet| -> BTreeSet<String> {
        set.profiles().filter(|name| *name != target).map(str::to_owned).collect()
    };
    assert_eq!(others(old), others(new), "the SDK sees the same other profiles");
    for name in others(old).iter().filter(|name| spellings(bytes, name) < 2) {
        assert!(old.get_profile(name) == new.get_profile(name), "the SDK sees a change in [{name}]");
    }
}

/// Returns the number of spellings of a profile's headers. The SDK merges `[s]` with `[ s ]` in the order of a hash
/// map, which differs from run to run.
pub fn spellings(bytes: &[u8], name: &str) -> usize {
    let text = String::from_utf8_lossy(bytes);
    let inside = text.lines().filter_map(|line| line.strip_prefix('[')?.split([']', '#', ';']).next());
    let named = |inside: &str| inside.trim_start_matches("profile").trim() == name;
    inside.filter(|inside| named(inside)).collect::<BTreeSet<_>>().len()
}

fn assert_same_in_target(bytes: &[u8], old: &ProfileSet, new: &ProfileSet, target: &str) {
    // The SDK does not list a profile's properties, so every text before a `=` is tried.
    for line in String::from_utf8_lossy(bytes).lines() {
        let name = line.split('=').next().unwrap_or_default().trim();
        if steps::is_edited(name) {
            continue;
        }
        let value = |set: &ProfileSet| set.get_profile(target).and_then(|profile| profile.get(name)).map(str::to_owned);
        assert_eq!(value(old), value(new), "the SDK sees a change of {name}");
    }
}
