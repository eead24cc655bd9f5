//! The policies of docs/policies: JSON, accepted by moto's IAM, and with the effect that docs/iam.md describes.

use std::path::PathBuf;

use serde_json::Value;

use crate::here;
use crate::scene::Scene;
use crate::support::sandbox::Ran;

fn policies() -> Vec<(String, PathBuf)> {
    let files = std::fs::read_dir(here("docs/policies")).expect("there are policies").flatten();
    let name = |path: &PathBuf| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let mut policies: Vec<_> = files.map(|file| file.path()).filter_map(|path| Some((name(&path)?, path))).collect();
    policies.sort();
    policies
}

fn read(name: &str) -> Value {
    let text = std::fs::read(here(&format!("docs/policies/{name}.json"))).expect("a policy");
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A request by ada. Without a session it does not mention MFA; the request of a session without a code says that there
/// was none.
struct Asked<'a> {
    action: &'a str,
    resource: &'a str,
    /// The age of the MFA code in seconds.
    mfa_age: Option<u32>,
    is_session: bool,
}

/// Returns whether a text matches a policy's pattern, in which `*` is any text.
fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, after)) => text
            .strip_prefix(before)
            .is_some_and(|rest| (0..=rest.len()).any(|start| rest.get(start..).is_some_and(|rest| fits(after, rest)))),
    }
}

fn any_fits(patterns: &Value, text: &str) -> bool {
    let patterns = patterns.as_array().cloned().unwrap_or_else(|| vec![patterns.clone()]);
    patterns.iter().filter_map(Value::as_str).any(|pattern| fits(&pattern.replace("${aws:username}", "ada"), text))
}

impl Asked<'_> {
    /// Returns whether one condition is met. A missing value meets only conditions that end in
    /// IfExists.
    fn meets(&self, operator: &str, key: &str, wanted: &str) -> bool {
        let said = match key {
            "aws:MultiFactorAuthPresent" => self.is_session.then(|| self.mfa_age.is_some().to_string()),
            "aws:MultiFactorAuthAge" => self.mfa_age.map(|age| age.to_string()),
            other => panic!("no request says {other}"),
        };
        let Some(said) = said else { return operator.ends_with("IfExists") };
        match operator.trim_end_matches("IfExists") {
            "Bool" => said == wanted,
            "NumericLessThan" => said.parse::<u32>().expect("a number") < wanted.parse().expect("a number"),
            other => panic!("no policy here uses {other}"),
        }
    }

    fn is_meant_by(&self, statement: &Value) -> bool {
        let action = match statement.get("NotAction") {
            Some(others) => !any_fits(others, self.action),
            None => any_fits(&statement["Action"], self.action),
        };
        // The resource of a trust policy is the role that it belongs to.
        let resource = statement.get("Resource").is_none_or(|resources| any_fits(resources, self.resource));
        let conditions = statement["Condition"].as_object().into_iter().flatten();
        let mut conditions = conditions.flat_map(|(operator, keys)| {
            let keys = keys.as_object().into_iter().flatten();
            keys.map(move |(key, wanted)| (operator, key, wanted.as_str().expect("a text")))
        });
        action && resource && conditions.all(|(operator, key, wanted)| self.meets(operator, key, wanted))
    }

    /// Returns whether these policies allow it: one does, and none denies it.
    fn is_allowed(&self, policies: &[&Value]) -> bool {
        let statements = || policies.iter().flat_map(|policy| policy["Statement"].as_array().into_iter().flatten());
        let has = |effect| statements().any(|statement| statement["Effect"] == effect && self.is_meant_by(statement));
        has("Allow") && !has("Deny")
    }
}

const ADA: &str = "arn:aws:iam::123456789012:user/ada";
const DEVICE: &str = "arn:aws:iam::123456789012:mfa/ada";
const ROLE: &str = "arn:aws:iam::123456789012:role/admin";

/// Returns whether a key alone, a session without a code, and a session with one can do this.
fn allowed(action: &str, resource: &str, policies: &[&Value]) -> [bool; 3] {
    [(None, false), (None, true), (Some(60), true)]
        .map(|(mfa_age, is_session)| Asked { action, resource, mfa_age, is_session }.is_allowed(policies))
}

const WITH_MFA: [bool; 3] = [false, false, true];

#[test]
fn a_key_alone_lists_its_devices_and_changes_none() {
    let policy = &[&read("self-manage-mfa"), &read("assume-role"), &read("own-key-and-password")];
    assert_eq!(allowed("iam:ListMFADevices", ADA, policy), [true; 3]);
    // Without two codes of the device, IAM does not synchronize it.
    assert_eq!(allowed("iam:ResyncMFADevice", ADA, policy), [true; 3]);
    assert_eq!(allowed("iam:ResyncMFADevice", &ADA.replace("ada", "bob"), policy), [false; 3]);
    for action in ["iam:DeactivateMFADevice", "iam:EnableMFADevice", "iam:CreateAccessKey"] {
        assert_eq!(allowed(action, ADA, policy), WITH_MFA, "{action}");
        assert_eq!(allowed(action, &ADA.replace("ada", "bob"), policy), [false; 3], "{action}");
    }
    for action in ["iam:CreateVirtualMFADevice", "iam:DeleteVirtualMFADevice"] {
        assert_eq!(allowed(action, DEVICE, policy), WITH_MFA, "{action}");
        assert_eq!(allowed(action, &DEVICE.replace("ada", "ada-phone"), policy), WITH_MFA, "{action}");
        assert_eq!(allowed(action, &DEVICE.replace("ada", "bob"), policy), [false; 3], "{action}");
    }
    for action in ["iam:PutUserPolicy", "iam:CreateUser", "s3:ListAllMyBuckets"] {
        assert_eq!(allowed(action, ADA, policy), [false; 3], "{action}");
    }
}

#[test]
fn the_policy_for_the_first_device_does_not_allow_its_removal() {
    let policy = &[&read("self-manage-mfa"), &read("first-mfa-device")];
    assert_eq!(allowed("iam:EnableMFADevice", ADA, policy), [true; 3], "which is why it is to be taken away");
    assert_eq!(allowed("iam:CreateVirtualMFADevice", DEVICE, policy), [true; 3]);
    // IAM deletes no device that is enabled (IAM API Reference, `DeleteConflict`).
    assert_eq!(allowed("iam:DeleteVirtualMFADevice", DEVICE, policy), [true; 3]);
    assert_eq!(allowed("iam:DeactivateMFADevice", ADA, policy), WITH_MFA);
    assert_eq!(allowed("iam:EnableMFADevice", &ADA.replace("ada", "bob"), policy), [false; 3]);
}

#[test]
fn without_mfa_only_a_login_is_allowed() {
    let everything = serde_json::json!({ "Statement": [{ "Effect": "Allow", "Action": "*", "Resource": "*" }] });
    let policies = &[&everything, &read("deny-without-mfa"), &read("first-mfa-device")];
    for action in ["iam:DeactivateMFADevice", "iam:EnableMFADevice", "s3:DeleteBucket", "iam:CreateAccessKey"] {
        assert_eq!(allowed(action, ADA, policies), WITH_MFA, "{action}");
    }
    for action in ["iam:ListMFADevices", "iam:ResyncMFADevice", "sts:GetSessionToken", "sts:AssumeRole"] {
        assert_eq!(allowed(action, ADA, policies), [true; 3], "{action}");
    }
}

#[test]
fn the_roles_require_a_code_and_one_requires_a_recent_code() {
    assert_eq!(allowed("sts:AssumeRole", ROLE, &[&read("assume-role")]), [true; 3]);
    assert_eq!(allowed("sts:AssumeRole", &ROLE.replace("admin", "root"), &[&read("assume-role")]), [false; 3]);
    for name in ["trust-with-mfa", "trust-with-recent-mfa"] {
        assert_eq!(allowed("sts:AssumeRole", ROLE, &[&read(name)]), WITH_MFA, "{name}");
    }
    let later = Asked { action: "sts:AssumeRole", resource: ROLE, mfa_age: Some(3600), is_session: true };
    assert!(later.is_allowed(&[&read("trust-with-mfa")]) && !later.is_allowed(&[&read("trust-with-recent-mfa")]));
}

#[test]
#[ignore = "needs the AWS CLI and moto_server: run tests/run"]
fn iam_accepts_every_policy_and_the_page_names_it() {
    let scene = Scene::named("account");
    let page = std::fs::read_to_string(here("docs/iam.md")).expect("a page");
    for (name, path) in policies() {
        assert!(page.contains(&format!("[{name}.json](policies/{name}.json)")), "{name}");
        let document = format!("file://{}", path.display());
        let arguments = if read(&name)["Statement"][0].get("Principal").is_some() {
            ["create-role", "--role-name", &name, "--assume-role-policy-document", &document]
        } else {
            ["create-policy", "--policy-name", &name, "--policy-document", &document]
        };
        let output = scene.sandbox.program("aws").arg("iam").args(arguments).output();
        Ran::from(output.expect("the AWS CLI runs")).expect(0);
    }
}
