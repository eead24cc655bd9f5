//! What `doctor --fix` makes of the two files: only what is certain, and no key is touched.

use super::Draft;
use super::migrate::{leads_where, migrate_editable};
use crate::document::{Edit, Repair};
use crate::profile::property::{ACCESS_KEY_ID, READ_BY_CLIENTS, SECRET_ACCESS_KEY, SECURITY_TOKEN, SESSION_TOKEN};
use crate::profile::{FileKind, Profile, ProfileName};
use crate::session::{self, CredentialKind, is_session_key_id};

/// More than this leads in a circle; two or three are usual.
const ROUNDS: usize = 10;

/// Repairs what can be repaired, and says of each what was done. What would lead a profile to another key or session than
/// before is left as it is, and so is what the document refuses to edit.
///
/// If not both files are whole, nobody knows where links lead, and nothing is mended that depends on them.
pub fn repair(draft: &mut Draft, are_whole: bool) -> Vec<String> {
    let mut done = Vec::new();
    // What was repaired may make something else one that can be.
    for _ in 0..ROUNDS {
        let what = round(draft, are_whole);
        if what.is_empty() {
            break;
        }
        done.extend(what);
    }
    done
}

fn round(draft: &mut Draft, are_whole: bool) -> Vec<String> {
    let mut done = Vec::new();
    for kind in [FileKind::Config, FileKind::Credentials] {
        for repair in Repair::ALL {
            done.extend(writing(draft, kind, repair));
        }
    }
    done.extend(quoted_headers(draft));
    if are_whole {
        done.extend(left_over(draft));
        done.extend(old_tokens(draft));
        done.extend(migrate_editable(draft));
    }
    done
}

/// How a file is written, again and again, since one repair may make another one possible.
fn writing(draft: &mut Draft, kind: FileKind, repair: Repair) -> Option<String> {
    let mut any = false;
    loop {
        let is_read = |name: &str| READ_BY_CLIENTS.contains(&name);
        let Some(new) = draft.document(kind).repaired(repair, is_read) else { break };
        let before = Draft::of(draft.profiles());
        if !draft.put(kind, new) || !leads_where(&before, draft) {
            *draft = before;
            break;
        }
        any = true;
    }
    let file = match kind {
        FileKind::Config => "the config file",
        FileKind::Credentials => "the credentials file",
    };
    any.then(|| match repair {
        Repair::ByteOrderMark => format!("{file} has no byte order mark any more"),
        Repair::InlineComments => format!("comments after values of {file} are on lines of their own now"),
        Repair::Doubles => format!("what was twice in {file} is there once now"),
        Repair::IndentedHeaders => format!("indented headers of {file} are at the beginning of their lines now"),
    })
}

/// `[profile "work"]`: quotes around a name without blanks, which only some clients take away.
fn quoted_headers(draft: &mut Draft) -> Vec<String> {
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
        if draft.rename(FileKind::Config, &raw, &header).is_ok() && leads_where(&before, draft) {
            done.push(format!("[{raw}] is [{header}] now"));
        } else {
            *draft = before;
        }
    }
    done
}

/// The remains of an old session beside a long-term access key.
fn left_over(draft: &mut Draft) -> Vec<String> {
    let sections = draft.profiles().credentials.document.sections();
    let left = sections.filter_map(|section| {
        let name: ProfileName = std::str::from_utf8(section.name()).ok()?.parse().ok()?;
        let edits = session::leftover_edits(&section);
        (!edits.is_empty()).then_some((name, edits))
    });
    let left: Vec<(ProfileName, Vec<Edit>)> = left.collect();
    let edited = left.into_iter().filter(|(name, edits)| draft.edit(FileKind::Credentials, name, edits).is_ok());
    edited
        .map(|(name, _)| format!("'{name}' has nothing of an old session beside its long-term access key any more"))
        .collect()
}

/// A token beside the real one, and a token in the config file of a profile whose session stands in the credentials file.
fn old_tokens(draft: &mut Draft) -> Vec<String> {
    let profiles = draft.profiles();
    profiles.make_index();
    let names: Vec<ProfileName> = profiles.names().into_iter().filter_map(|name| name.parse().ok()).collect();
    let stale = |profile: &Profile<'_>| {
        let section = profile.credentials_section()?;
        let [old, token] = [SECURITY_TOKEN, SESSION_TOKEN].map(|name| section.property(name));
        let differs = token.filter(|token| !token.is_empty())?.value() != old?.value();
        (differs && CredentialKind::of(&section) == CredentialKind::Session).then_some(())
    };
    let in_config = |profile: &Profile<'_>| {
        let has = |name: &str| profile.config_property(name).is_some();
        // The one half of a session, whose other half stands in the credentials file.
        let id = profile.credentials_property(ACCESS_KEY_ID);
        let is_needed =
            id.is_some_and(|id| is_session_key_id(&id.value)) && profile.credentials_property(SESSION_TOKEN).is_none();
        (has(SESSION_TOKEN) || has(SECURITY_TOKEN)) && !has(ACCESS_KEY_ID) && !has(SECRET_ACCESS_KEY) && !is_needed
    };
    let wanted: Vec<(ProfileName, bool, bool)> = names
        .into_iter()
        .filter_map(|name| {
            let profile = profiles.get(name.as_str())?;
            Some((name, stale(&profile).is_some(), in_config(&profile)))
        })
        .filter(|(_, stale, in_config)| *stale || *in_config)
        .collect();
    let mut done = Vec::new();
    for (name, stale, in_config) in wanted {
        let remove = |name| Edit::Remove { name };
        if stale && draft.edit(FileKind::Credentials, &name, &[remove(SECURITY_TOKEN)]).is_ok() {
            done.push(format!("'{name}' has no aws_security_token any more: the session token counts"));
        }
        let tokens = [remove(SESSION_TOKEN), remove(SECURITY_TOKEN)];
        if in_config && draft.edit(FileKind::Config, &name, &tokens).is_ok() {
            done.push(format!("'{name}' has no token in the config file any more"));
        }
    }
    done
}
