//! The errors of `key rotate`, and of IAM.

use awsmfa::error::Error;
use awsmfa::io::iam::IamError;
use awsmfa::key_rotation::RotationError;

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

pub fn busy() -> RotationError {
    RotationError::Busy { profile: name("work-key") }
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
fn each_error_of_a_rotation_has_its_text() {
    let profile = || name("work-key");
    let (old, new, user) = (|| OLD.to_owned(), || NEW.to_owned(), || USER.to_owned());
    let cause = || "no answer from https://iam.amazonaws.com: it took too long".to_owned();
    let since = "2026-11-27T05:00:00Z".parse().expect("a time");
    let samples = samples!(RotationError {
        Printed: [RotationError::Printed { profile: profile() }],
        Busy: [busy()],
        NoRecord: [RotationError::NoRecord],
        NotAUser: [RotationError::NotAUser { arn: "arn:aws:iam::123456789012:root".to_owned() }],
        OtherUser: [RotationError::OtherUser {
            expected: user(),
            found: "arn:aws:iam::123456789012:user/eve".to_owned()
        }],
        NotListed: [RotationError::NotListed { id: old(), profile: profile(), user: user() }],
        TwoKeys: [RotationError::TwoKeys {
            user: user(),
            id: old(),
            profile: profile(),
            other: format!("{NEW} (active, created at 2026-01-01T00:00:00Z, never used)"),
            other_id: new(),
        }],
        Orphan: [RotationError::Orphan { id: new(), profile: profile(), cause: cause() }],
        Unknown: [RotationError::Unknown { profile: profile(), cause: cause() }],
        NotAccepted: [RotationError::NotAccepted {
            id: new(),
            profile: profile(),
            cause: "InvalidClientTokenId: The security token included in the request is invalid.".to_owned()
        }],
        Changed: [RotationError::Changed { profile: profile(), id: old() }],
        NotFinished: [RotationError::NotFinished { profile: profile(), old: old(), since }],
        NothingBegun: [RotationError::NothingBegun { profile: profile() }],
        Incomplete: [RotationError::Incomplete { profile: profile() }],
        InUse: [RotationError::InUse { id: old(), profile: profile(), what: "is active again".to_owned() }],
        Own: [RotationError::Own { id: old(), profile: profile() }],
    });
    super::check_errors("rotation_errors.txt", samples, Error::Rotation);
}
