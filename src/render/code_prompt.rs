//! The prompt for an MFA code: one short line, since the code is typed behind it.

use crate::escape::escape;
use crate::profile::ProfileName;
use crate::token_code::SerialNumber;

use super::text::{shortened, width_of};

/// The columns of a terminal whose width is not known.
const USUAL_COLUMNS: usize = 80;

/// The columns of the code, with the space that devices show in it, and of the cursor behind it.
const CODE: usize = 8;

/// The least columns for the two names, even if the prompt is then wider than the terminal.
const LEAST_NAMES: usize = 16;

/// The level at which a prompt has the whole ARN.
const WHOLE: usize = 2;

/// Renders `MFA code for ada (work): `, with the names of the device and the profile, shortened if the terminal is too
/// narrow for them. If another device of the same run has the same prompt, adds the account, or else shows the whole ARN,
/// even if the prompt is then wider than the terminal.
pub fn code_prompt(
    serial: &SerialNumber,
    others: &[&SerialNumber],
    profile: &ProfileName,
    columns: Option<usize>,
) -> String {
    let profile = escape(profile.as_str());
    let columns = columns.unwrap_or(USUAL_COLUMNS);
    let render = |serial: &SerialNumber, level: usize| {
        let (name, account) = parts(serial, level);
        let fixed = width_of(&format!("MFA code for {account} (): ")) + CODE;
        let left = columns.saturating_sub(fixed).max(LEAST_NAMES);
        // Each gets half, or more if the other one needs less.
        let profile_width = left.saturating_sub(width_of(name)).max(left / 2);
        let profile = shortened(&profile, profile_width);
        let name_width = if level == WHOLE { usize::MAX } else { left - width_of(&profile).min(left) };
        let name = shortened(name, name_width);
        format!("MFA code for {name}{account} ({profile}): ")
    };
    let is_clear = |level: &usize| {
        let shown = render(serial, *level);
        others.iter().all(|other| *other == serial || render(other, *level) != shown)
    };
    render(serial, (0..WHOLE).find(is_clear).unwrap_or(WHOLE))
}

/// Returns the name of a device, and what is added to it: nothing, the account, or instead of the name the whole ARN.
fn parts(serial: &SerialNumber, level: usize) -> (&str, String) {
    let name = serial.device_name().unwrap_or(serial.as_str());
    match (level, serial.account()) {
        (0, _) => (name, String::new()),
        (1, Some(account)) => (name, format!(" in account {account}")),
        _ => (serial.as_str(), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(serial: &str, others: &[&str], profile: &str, columns: Option<usize>) -> String {
        let parse = |serial: &str| serial.parse::<SerialNumber>().expect("a serial number");
        let others: Vec<SerialNumber> = others.iter().map(|other| parse(other)).collect();
        let others: Vec<&SerialNumber> = others.iter().collect();
        code_prompt(&parse(serial), &others, &profile.parse().expect("a name"), columns)
    }

    const ADA: &str = "arn:aws:iam::123456789012:mfa/ada";

    #[test]
    fn the_prompt_has_the_name_of_the_device_and_the_account_only_if_that_is_needed() {
        assert_eq!(shown(ADA, &[ADA], "work", None), "MFA code for ada (work): ");
        assert_eq!(shown(ADA, &["arn:aws:iam::210987654321:mfa/bob"], "work", None), "MFA code for ada (work): ");
        assert_eq!(shown("GAHT12345678", &[], "work", None), "MFA code for GAHT12345678 (work): ");
        let (other, path) = ("arn:aws:iam::210987654321:mfa/ada", "arn:aws:iam::123456789012:mfa/team/ada");
        assert_eq!(shown(ADA, &[other], "work", None), "MFA code for ada in account 123456789012 (work): ");
        assert_eq!(shown(path, &[ADA], "work", None), format!("MFA code for {path} (work): "));
    }

    #[test]
    fn devices_whose_shortened_names_are_equal_have_different_prompts() {
        let serial =
            |stage| format!("arn:aws:iam::123456789012:mfa/ada.lovelace-phone-for-{stage}-of-the-company-iphone");
        let profile = |stage| format!("customer-with-a-long-name-{stage}-administrator");
        let [prod, test] = [("prod", "test"), ("test", "prod")].map(|(stage, other)| {
            let prompt = shown(&serial(stage), &[&serial(other)], &profile(stage), Some(80));
            assert!(prompt.starts_with(&format!("MFA code for {} (custo", serial(stage))), "{prompt}");
            prompt
        });
        assert_ne!(prod, test);
        let alone = shown(&serial("prod"), &[], &profile("prod"), Some(80));
        assert!(alone.contains('…') && width_of(&alone) + CODE <= 80, "{alone}");
    }

    #[test]
    fn long_and_hostile_names_fit_with_the_code_into_the_terminal() {
        let long = format!("arn:aws:iam::123456789012:mfa/{}", "d".repeat(120));
        let other = long.replace("123456789012", "210987654321");
        for (serial, profile) in [(ADA, "p".repeat(100)), (&long, "p".repeat(100)), (&long, "work".to_owned())] {
            for (columns, others) in [(None, vec![]), (Some(60), vec![]), (Some(80), vec![other.as_str()])] {
                let prompt = shown(serial, &others, &profile, columns);
                assert!(width_of(&prompt) + "123 456".len() < columns.unwrap_or(80), "{prompt}");
                assert!(prompt.contains('…') && prompt.ends_with("): "), "{prompt}");
            }
        }
        assert!(shown(ADA, &[], &"p".repeat(100), Some(60)).starts_with("MFA code for ada (ppp"));
        assert_eq!(shown(ADA, &[], "a\u{202E}b", None), "MFA code for ada (a\\u{202e}b): ");
        assert_eq!(shown(ADA, &[], "work", Some(10)), "MFA code for ada (work): ");
    }
}
