//! The policies for a user's own key and device, read by moto's policy engine. It knows no condition but `StringEquals`
//! and no policy variable, so it is asked about sessions with MFA of the user ada; tests/docs/policies.rs is about the rest.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use serde_json::json;

use crate::installed;
use crate::support::sandbox::Sandbox;

const SCRIPT: &str = "
import json, sys
from moto.iam.access_control import IAMPolicy
asked = json.load(sys.stdin)
policies = [IAMPolicy(policy) for policy in asked['policies']]
def is_permitted(action, resource):
    results = [policy.is_action_permitted(action, resource).name for policy in policies]
    return 'PERMITTED' in results and 'DENIED' not in results
print(json.dumps([is_permitted(*case) for case in asked['cases']]))
";

const USER: &str = "arn:aws:iam::123456789012:user/ada";
const DEVICE: &str = "arn:aws:iam::123456789012:mfa/ada";

/// The calls to IAM of `key` and `device`, with their resources (Service Authorization Reference, IAM).
const CALLS: [(&str, &str); 11] = [
    ("CreateAccessKey", USER),
    ("CreateVirtualMFADevice", DEVICE),
    ("DeactivateMFADevice", USER),
    ("DeleteAccessKey", USER),
    ("DeleteVirtualMFADevice", DEVICE),
    ("EnableMFADevice", USER),
    ("GetAccessKeyLastUsed", USER),
    ("ListAccessKeys", USER),
    ("ListMFADevices", USER),
    ("ResyncMFADevice", USER),
    ("UpdateAccessKey", USER),
];

/// Asks moto whether these policies permit each of the actions.
fn permitted(policies: &[&str], cases: &[(String, String)]) -> Vec<bool> {
    let read = |name: &&str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/policies/{name}.json"));
        fs::read_to_string(path).expect("there is such a policy").replace("${aws:username}", "ada")
    };
    let asked = json!({ "policies": policies.iter().map(read).collect::<Vec<_>>(), "cases": cases });
    let sandbox = Sandbox::empty();
    let mut command = sandbox.program(installed("python"));
    command.args(["-c", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut python = command.spawn().expect("Python runs");
    python.stdin.take().expect("it is piped").write_all(asked.to_string().as_bytes()).expect("it reads");
    let output = python.wait_with_output().expect("it ends");
    serde_json::from_slice(&output.stdout).expect("it prints a list")
}

fn cases(of: impl Fn(&str) -> String) -> Vec<(String, String)> {
    CALLS.iter().map(|(action, resource)| (format!("iam:{action}"), of(resource))).collect()
}

#[test]
#[ignore = "needs moto: run tests/run"]
fn the_policies_allow_what_key_and_device_do_for_the_own_user_only() {
    let policies = ["self-manage-mfa", "own-key-and-password"];
    assert_eq!(permitted(&policies, &cases(str::to_owned)), [true; CALLS.len()]);
    assert_eq!(permitted(&policies, &cases(|own| own.replace("ada", "bob"))), [false; CALLS.len()]);
    let foreign = ["iam:PutUserPolicy", "iam:CreateUser", "iam:AttachUserPolicy", "iam:CreateLoginProfile"];
    let foreign = foreign.map(|action| (action.to_owned(), USER.to_owned()));
    assert_eq!(permitted(&policies, &foreign), [false; 4]);
    // Each policy is for one of the two.
    let of_device = permitted(&["self-manage-mfa"], &cases(str::to_owned));
    let is_about_device = CALLS.map(|(action, _)| action.contains("MFA"));
    assert_eq!(of_device, is_about_device);
    let first = permitted(&["first-mfa-device"], &cases(str::to_owned));
    let enrols = ["CreateVirtualMFADevice", "DeleteVirtualMFADevice", "EnableMFADevice", "ListMFADevices"];
    assert_eq!(first, CALLS.map(|(action, _)| enrols.contains(&action)));
}

/// A call that is added to `io` must be in the table above, and so in the policies.
#[test]
fn each_call_to_iam_is_in_the_table() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/io");
    let folder = fs::read_dir(source.join("iam")).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut called = BTreeSet::new();
    for path in [source.join("iam.rs")].into_iter().chain(folder) {
        let text = fs::read_to_string(path).expect("it is text");
        let words = text.split('"').skip(1).step_by(2).map(str::to_owned);
        let verbs = ["Create", "Deactivate", "Delete", "Enable", "Get", "List", "Resync", "Update"];
        let is_call = |word: &String| {
            verbs.iter().any(|verb| word.starts_with(verb) && word.len() > verb.len()) && !word.ends_with("Result")
        };
        called.extend(words.filter(is_call));
    }
    // `whoami` uses the first one, if it may; the others are parts of answers.
    for other in ["ListAccountAliases", "CreateDate", "EnableDate", "DeleteConflict"] {
        called.remove(other);
    }
    let table: BTreeSet<String> = CALLS.iter().map(|(action, _)| (*action).to_owned()).collect();
    assert_eq!(called, table);
}
