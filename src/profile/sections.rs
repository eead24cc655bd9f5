//! What single sections are: for those who look at the files section by section.

use super::property::{
    ACCESS_KEY_ID, AWSMFA_SESSION_PROFILE, AWSMFA_SOURCE_PROFILE, MFA_SERIAL, OUTPUT, REGION, ROLE_ARN, SOURCE_PROFILE,
};
use super::{ConfigSection, FileKind, ProfileName, SharedFile, config_section};
use crate::document::SectionRef;

/// What makes a bare section of the config file one that was meant for a profile.
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

/// Whether a bare section of the config file was meant for a profile, by what stands in it.
pub fn is_meant_for_profile(section: &SectionRef<'_>) -> bool {
    OF_A_PROFILE.iter().any(|name| section.property(name).is_some())
}

impl SharedFile {
    /// The headers of a profile's sections as they are, each with its line: one that AWS clients see, a bare one in the
    /// config file, or several by mistake.
    pub fn headers_of(&self, profile: &ProfileName) -> Vec<(String, usize)> {
        let text = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
        self.sections_of(profile.as_str()).iter().map(|section| (text(section.name()), section.line())).collect()
    }

    /// The profile that a section of this file speaks of.
    pub fn profile_of<'a>(&self, section: &SectionRef<'a>) -> Option<&'a str> {
        self.kind.profile_of(section.name())
    }

    /// Whether it is `[X]` of the config file, which AWS tools do not see.
    pub fn is_bare(&self, section: &SectionRef<'_>) -> bool {
        self.kind == FileKind::Config && matches!(config_section(section.name()), ConfigSection::Bare(_))
    }
}
