//! The errors of `key rotate`, and of IAM.

use awsmfa::error::Error;
use awsmfa::io::iam::IamError;
use awsmfa::io::keyring::KeyringError;
use awsmfa::key_error::KeyError;

use crate::console::USER;
use crate::resolve_errors::name;

const OLD: &str = "AKIAIOSFODNN7EXAMPLE";
const NEW: &str = "AKIAI44QH8DHBEXAMPLE";

pub fn denied() -> Error {
    let message = format!("User: {USER} is not authorized to perform: iam:CreateAccessKey on resource: user ada");
    Error::Iam { action: "CreateAccessKey", source: IamError::Refused { code: "AccessDenied".to_owned(), message } }
}

pub fn not_iam() -> Error {
    Error::Iam { action: "ListAccessKeys", source: IamError::NotIam { status: 502 } }
}

pub fn locked() -> KeyringError {
    KeyringError::Locked { cause: "Secret Service: unlock prompt was dismissed".to_owned() }
}

pub fn busy() -> KeyError {
    KeyError::Busy { profile: name("work-key") }
}

#[test]
fn each_error_of_iam_has_its_text() {
    let cause = "cannot reach https://iam.amazonaws.com: timeout".to_owned();
    let samples = samples!(IamError {
        Refused: [IamError::Refused {
            code: "LimitExceeded".to_owned(),
            message: "Cannot exceed quota for AccessKeysPerUser: 2".to_owned()
        }],
        Unanswered: [IamError::Unanswered { cause, may_be_done: false }],
        NotIam: [IamError::NotIam { status: 502 }],
    });
    super::check_errors("iam_errors.txt", samples, |source| Error::Iam { action: "CreateAccessKey", source });
}

#[test]
fn each_error_of_the_keyring_has_its_text() {
    let (id, cause) = (|| format!("{OLD}.1f3a5c79"), |text: &str| text.to_owned());
    let samples = samples!(KeyringError {
        Absent: [KeyringError::Absent {
            cause: cause("DBus error: The name org.freedesktop.secrets was not provided by any .service files")
        }],
        Locked: [locked()],
        NoAnswer: [KeyringError::NoAnswer],
        NoEntry: [KeyringError::NoEntry { name: id() }],
        NotAKey: [KeyringError::NotAKey { name: id() }],
        NotKept: [KeyringError::NotKept { name: id() }],
        Ambiguous: [KeyringError::Ambiguous { name: id() }],
        TooLong: [KeyringError::TooLong],
        NotLasting: [KeyringError::NotLasting],
        Failed: [KeyringError::Failed {
            cause: cause("DBus error: Object does not exist at path \"/org/freedesktop/secrets/item/1\"")
        }],
    });
    super::check_errors("keyring_errors.txt", samples, |source| Error::Keyring { profile: name("work-key"), source });
}

#[test]
fn each_error_of_a_key_has_its_text() {
    let profile = || name("work-key");
    let (old, new, user) = (|| OLD.to_owned(), || NEW.to_owned(), || USER.to_owned());
    let cause = || "no answer from https://iam.amazonaws.com: it took too long".to_owned();
    let since = "2026-11-27T05:00:00Z".parse().expect("a time");
    let samples = samples!(KeyError {
        Printed: [KeyError::Printed { profile: profile() }],
        Busy: [busy()],
        NoRecord: [KeyError::NoRecord],
        NotAUser: [KeyError::NotAUser { arn: "arn:aws:iam::123456789012:root".to_owned() }],
        OtherUser: [KeyError::OtherUser { expected: user(), found: "arn:aws:iam::123456789012:user/eve".to_owned() }],
        NotListed: [KeyError::NotListed { id: old(), profile: profile(), user: user() }],
        TwoKeys: [KeyError::TwoKeys {
            user: user(),
            id: old(),
            profile: profile(),
            other: format!("{NEW} (active, created at 2026-01-01T00:00:00Z, never used)"),
            other_id: new(),
        }],
        Orphan: [KeyError::Orphan { id: new(), profile: profile(), cause: cause() }],
        Unknown: [KeyError::Unknown { profile: profile(), cause: cause() }],
        NotAccepted: [KeyError::NotAccepted {
            id: new(),
            profile: profile(),
            cause: "InvalidClientTokenId: The security token included in the request is invalid.".to_owned()
        }],
        Changed: [KeyError::Changed { profile: profile(), id: old() }],
        NotFinished: [KeyError::NotFinished { profile: profile(), old: old(), since }],
        NotStored: [KeyError::NotStored { profile: profile() }],
        HasBoth: [KeyError::HasBoth { profile: profile() }],
        OtherSecret: [KeyError::OtherSecret { id: old(), profile: profile() }],
        CopyElsewhere: [KeyError::CopyElsewhere { id: old(), section: "copy".to_owned(), stored: name("copy") }],
        Unwritable: [KeyError::Unwritable { id: old(), profile: profile() }],
        NothingBegun: [KeyError::NothingBegun { profile: profile() }],
        Incomplete: [KeyError::Incomplete { profile: profile() }],
        InUse: [KeyError::InUse { id: old(), profile: profile(), what: "is active again".to_owned() }],
        Own: [KeyError::Own { id: old(), profile: profile() }],
    });
    super::check_errors("key_errors.txt", samples, Error::Key);
}
