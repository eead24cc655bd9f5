//! The hints for the errors of IAM.

use crate::io::iam::IamError;

/// Returns what to do about a call of IAM that failed.
pub(super) fn iam_hint(action: &str, error: &IamError) -> String {
    let is_denied = matches!(error, IamError::Refused { code, .. } if code == "AccessDenied");
    let text = match (action.contains("MFADevice"), is_denied) {
        (true, true) => {
            return format!(
                "the policies of the user must allow iam:{action}, maybe only with MFA or for certain device names: see \
                 docs/iam.md"
            );
        }
        (false, true) => {
            return format!(
                "the policies of the user must allow iam:{action} for its own keys, with MFA: see docs/iam.md"
            );
        }
        (true, false) => {
            "`awsmfa device list` shows the devices of the user, and `awsmfa device remove` removes one; otherwise try again"
        }
        (false, false) => "nothing is lost: the same command goes on where it stopped",
    };
    text.to_owned()
}
