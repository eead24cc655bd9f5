//! Findings about the spelling of headers, names and values that AWS clients read differently.

use super::finding::Finding;
use super::kind::Kind;
use crate::document::{PropertyRef, SectionRef};
use crate::profile::property::{CREDENTIAL_PROCESS, MFA_PROCESS, READ_BY_CLIENTS};
use crate::profile::{FileKind, ProfileName, SharedFile, is_meant_for_profile};
use crate::value::is_quoted;

/// Returns what some clients overlook in a file because of its spelling.
pub(super) fn spelling(file: &SharedFile) -> Vec<Finding> {
    let stray = file.document.first_stray_carriage_return();
    let stray = stray.map(|line| Finding::new(Kind::CarriageReturn).at(file.place(line)));
    let in_sections = file.document.sections().flat_map(|section| {
        let found = header(file, &section).into_iter().chain(properties(file, &section));
        found
            .chain(cut_commands(file, &section))
            .chain(shell_command(file, &section))
            .chain(indented(file, &section))
            .collect::<Vec<_>>()
    });
    stray.into_iter().chain(in_sections).chain(two_defaults(file)).collect()
}

fn header(file: &SharedFile, section: &SectionRef<'_>) -> Option<Finding> {
    let at = |kind| Finding::new(kind).at(file.place(section.line()));
    if file.is_bare(section) {
        // [DEFAULT] is reported as InheritedDefault.
        let name = file.profile_of(section).filter(|name| *name != "DEFAULT" && is_meant_for_profile(section))?;
        return Some(at(Kind::BareSection).for_profile(name).with_detail(name));
    }
    let profile: ProfileName = file.profile_of(section)?.parse().ok()?;
    if file.kind() == FileKind::Credentials
        && let Some(name) = profile.as_str().strip_prefix("profile ")
    {
        return Some(at(Kind::ProfileWordInCredentials).for_profile(name.trim()).with_detail(name.trim()));
    }
    let usual = file.kind().header_of(&profile);
    let behind = section.text_behind_header();
    // Clients allow a comment there only after a space.
    let is_usual = section.raw_name() == usual.as_bytes() && !matches!(behind, [b'#' | b';', ..]);
    let is_prefixed_default = section.raw_name() == b"profile default";
    let finding = at(Kind::IrregularHeader).for_profile(profile.as_str()).with_detail(usual);
    (!is_usual && !is_prefixed_default).then_some(finding)
}

fn properties(file: &SharedFile, section: &SectionRef<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for property in section.properties() {
        let name = property.name();
        let lower = name.to_ascii_lowercase();
        if !READ_BY_CLIENTS.contains(&lower.as_str()) {
            continue;
        }
        let value = property.value();
        let at = |kind| Finding::new(kind).at(file.place(property.line())).with_detail(name.as_ref());
        if is_quoted(&value) {
            found.push(at(Kind::QuotedValue));
        }
        if name != lower {
            found.push(at(Kind::UpperCaseProperty));
        }
    }
    found
}

fn cut_commands(file: &SharedFile, section: &SectionRef<'_>) -> impl Iterator<Item = Finding> {
    let commands = [MFA_PROCESS, CREDENTIAL_PROCESS];
    let found = commands.into_iter().zip(section.properties_named(commands));
    let cut = found.filter_map(|(name, found)| Some((name, found.filter(PropertyRef::has_inline_comment)?)));
    cut.map(|(name, found)| Finding::new(Kind::CutCommand).at(file.place(found.line())).with_detail(name))
}

/// Finds a `credential_process` that needs a shell. `mfa_process` may: only awsmfa runs it, in a shell.
fn shell_command(file: &SharedFile, section: &SectionRef<'_>) -> Option<Finding> {
    let found = section.property(CREDENTIAL_PROCESS)?;
    let needs_shell = found.value().contains(['|', '&', '<', '>', '$', '`', '*', '?', '~']);
    needs_shell.then(|| Finding::new(Kind::ShellCommand).at(file.place(found.line())).with_detail(CREDENTIAL_PROCESS))
}

/// Finds indented lines that some clients read as part of a value.
fn indented(file: &SharedFile, section: &SectionRef<'_>) -> Vec<Finding> {
    let at = |kind, line| Finding::new(kind).at(file.place(line));
    let first = section.indented_first_line().map(|line| at(Kind::IndentedLine, line));
    let is_read = |name: &str| READ_BY_CLIENTS.contains(&name.to_ascii_lowercase().as_str());
    let comments = section.indented_comments().into_iter().filter(|(name, _)| is_read(name));
    first.into_iter().chain(comments.map(|(name, line)| at(Kind::IndentedComment, line).with_detail(name))).collect()
}

fn two_defaults(file: &SharedFile) -> Option<Finding> {
    let mut named = file.document.sections().filter(|section| section.name() == b"profile default");
    let prefixed = if file.kind() == FileKind::Config { named.next()? } else { return None };
    file.document.sections_named("default").next()?;
    Some(Finding::new(Kind::TwoDefaults).at(file.place(prefixed.line())).for_profile("default"))
}
