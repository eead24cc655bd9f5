//! The fixes of `doctor --fix`: only those that are safe, and none that changes a key.

use super::Draft;
use super::migrate::{keeps_links, migrate_editable};
use crate::document::{Edit, Repair};
use crate::profile::property::{ACCESS_KEY_ID, READ_BY_CLIENTS, SECRET_ACCESS_KEY, SECURITY_TOKEN, SESSION_TOKEN};
use crate::profile::{FileKind, Profile, ProfileName};
use crate::session::{self, CredentialKind, is_session_key_id};

/// The maximum number of rounds. Two or three are usual; the limit only guards against an endless loop.
const ROUNDS: usize = 10;

/// Applies every possible fix, and returns a sentence about each. Skips a fix if the document refuses it, or if a
/// profile would then resolve to another key or session.
///
/// If `are_whole` is not set, a file could not be read: links are unknown, so nothing that depends on them is fixed.
pub fn repair(draft: &mut Draft, are_whole: bool) -> Vec<String> {
    let mut done = Vec::new();
    // One fix may make another one possible.
    for _ in 0..ROUNDS {
        let new = round(draft, are_whole);
        if new.is_empty() {
            break;
        }
        done.extend(new);
    }
    done
}

fn round(draft: &mut Draft, are_whole: bool) -> Vec<String> {
    let mut done = Vec::new();
    for kind in [FileKind::Config, FileKind::Credentials] {
        for fix in Repair::ALL {
            done.extend(fix_file(draft, kind, fix));
        }
    }
    done.extend(unquote_headers(draft));
    if are_whole {
        done.extend(remove_leftovers(draft));
        done.extend(remove_old_tokens(draft));
        done.extend(migrate_editable(draft));
    }
    done
}

/// Applies one kind of fix to a file repeatedly, since one fix may make another one possible.
fn fix_file(draft: &mut Draft, kind: FileKind, fix: Repair) -> Option<String> {
    let mut any = false;
    loop {
        let is_read = |name: &str| READ_BY_CLIENTS.contains(&name);
        let Some(new) = draft.document(kind).repaired(fix, is_read) else { break };
        let before = Draft::of(draft.profiles());
        if !draft.put(kind, new) || !keeps_links(&before, draft) {
            *draft = before;
            break;
        }
        any = true;
    }
    let file = match kind {
        FileKind::Config => "the config file",
        FileKind::Credentials => "the credentials file",
    };
    any.then(|| match fix {
        Repair::ByteOrderMark => format!("{file} has no byte order mark any more"),
        Repair::InlineComments => format!("comments after values of {file} are on lines of their own now"),
        Repair::Doubles => format!("duplicate sections and properties of {file} are merged now"),
        Repair::IndentedHeaders => format!("indented headers of {file} are at the beginning of their lines now"),
    })
}

/// Removes needless quotes from headers such as `[profile "work"]`, since not all clients ignore them. Only names with
/// blanks need quotes.
fn unquote_headers(draft: &mut Draft) -> Vec<String> {
    let config = draft.profiles().config;
    let quoted = config.document.sections().filter_map(|section| {
        let raw = std::str::from_utf8(section.name()).ok()?.to_owned();
        let name: ProfileName = config.profile_of(&section)?.parse().ok()?;
        let header = FileKind::Config.header_of(&name);
        let is_quoted = raw == format!("profile \"{name}\"") || raw == format!("profile '{name}'");
        (is_quoted && raw != header).then_some((raw, header))
    });
    let quoted: Vec<(String, String)> = quoted.collect();
    let mut done = Vec::new();
    for (raw, header) in quoted {
        let before = Draft::of(draft.profiles());
        if draft.rename(FileKind::Config, &raw, &header).is_ok() && keeps_links(&before, draft) {
            done.push(format!("[{raw}] is [{header}] now"));
        } else {
            *draft = before;
        }
    }
    done
}

/// Removes the properties of an old session beside a long-term access key.
fn remove_leftovers(draft: &mut Draft) -> Vec<String> {
    let sections = draft.profiles().credentials.document.sections();
    let leftovers = sections.filter_map(|section| {
        let name: ProfileName = std::str::from_utf8(section.name()).ok()?.parse().ok()?;
        let edits = session::leftover_edits(&section);
        (!edits.is_empty()).then_some((name, edits))
    });
    let leftovers: Vec<(ProfileName, Vec<Edit>)> = leftovers.collect();
    let edited = leftovers.into_iter().filter(|(name, edits)| draft.edit(FileKind::Credentials, name, edits).is_ok());
    edited
        .map(|(name, _)| format!("'{name}' has only its long-term access key now: the rest of an old session is gone"))
        .collect()
}

/// Removes an old token beside the current one, and tokens in the config file that belong to no key there.
fn remove_old_tokens(draft: &mut Draft) -> Vec<String> {
    let profiles = draft.profiles();
    profiles.make_index();
    let names: Vec<ProfileName> = profiles.names().into_iter().filter_map(|name| name.parse().ok()).collect();
    let stale = |profile: &Profile<'_>| {
        let section = profile.credentials_section()?;
        let [old, token] = [SECURITY_TOKEN, SESSION_TOKEN].map(|name| section.property(name));
        let differs = token.filter(|token| !token.is_empty())?.value() != old?.value();
        Some(differs && CredentialKind::of(&section) == CredentialKind::Session)
    };
    let in_config = |profile: &Profile<'_>| {
        let has = |name: &str| profile.config_property(name).is_some();
        // Without the token, the session in the credentials file would be incomplete.
        let id = profile.credentials_property(ACCESS_KEY_ID);
        let is_needed =
            id.is_some_and(|id| is_session_key_id(&id.value)) && profile.credentials_property(SESSION_TOKEN).is_none();
        (has(SESSION_TOKEN) || has(SECURITY_TOKEN)) && !has(ACCESS_KEY_ID) && !has(SECRET_ACCESS_KEY) && !is_needed
    };
    let affected = names.into_iter().filter_map(|name| {
        let profile = profiles.get(name.as_str())?;
        let (stale, in_config) = (stale(&profile) == Some(true), in_config(&profile));
        (stale || in_config).then_some((name, stale, in_config))
    });
    let affected: Vec<(ProfileName, bool, bool)> = affected.collect();
    let mut done = Vec::new();
    for (name, stale, in_config) in affected {
        let remove = |name| Edit::Remove { name };
        if stale && draft.edit(FileKind::Credentials, &name, &[remove(SECURITY_TOKEN)]).is_ok() {
            done.push(format!("'{name}' has no aws_security_token any more: aws_session_token is the valid one"));
        }
        let tokens = [remove(SESSION_TOKEN), remove(SECURITY_TOKEN)];
        if in_config && draft.edit(FileKind::Config, &name, &tokens).is_ok() {
            done.push(format!("'{name}' has no token in the config file any more"));
        }
    }
    done
}
