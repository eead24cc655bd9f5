//! The meaning of individual sections, for code that reads the files section by section.

use super::property::{
    ACCESS_KEY_ID, AWSMFA_SESSION_PROFILE, AWSMFA_SOURCE_PROFILE, MFA_SERIAL, OUTPUT, REGION, ROLE_ARN, SOURCE_PROFILE,
};
use super::{ConfigSection, FileKind, ProfileName, SharedFile, config_section};
use crate::document::SectionRef;

/// Properties that show that a bare section of the config file is meant for a profile.
const OF_A_PROFILE: [&str; 8] = [
    REGION,
    OUTPUT,
    MFA_SERIAL,
    SOURCE_PROFILE,
    ROLE_ARN,
    AWSMFA_SESSION_PROFILE,
    AWSMFA_SOURCE_PROFILE,
    ACCESS_KEY_ID,
];

/// Returns whether a bare section of the config file is meant for a profile, judging by its properties.
pub fn is_meant_for_profile(section: &SectionRef<'_>) -> bool {
    OF_A_PROFILE.iter().any(|name| section.property(name).is_some())
}

impl SharedFile {
    /// Returns the headers of a profile's sections as written, each with its line: one that AWS clients read, a bare
    /// one in the config file, or several by mistake.
    pub fn headers_of(&self, profile: &ProfileName) -> Vec<(String, usize)> {
        let text = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
        self.sections_of(profile.as_str()).iter().map(|section| (text(section.name()), section.line())).collect()
    }

    /// Returns the profile's section; the last one if there are several.
    pub fn section_of(&self, profile: &ProfileName) -> Option<SectionRef<'_>> {
        self.sections_of(profile.as_str()).last().copied()
    }

    /// Returns the profile that a section of this file belongs to.
    pub fn profile_of<'a>(&self, section: &SectionRef<'a>) -> Option<&'a str> {
        self.kind.profile_of(section.name())
    }

    /// Returns whether the section is `[X]` of the config file, which AWS tools ignore.
    pub fn is_bare(&self, section: &SectionRef<'_>) -> bool {
        self.kind == FileKind::Config && matches!(config_section(section.name()), ConfigSection::Bare(_))
    }
}
