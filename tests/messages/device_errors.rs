//! The errors of `device`.

use awsmfa::error::Error;
use awsmfa::io::iam::IamError;
use awsmfa::mfa_device::MfaDeviceError;
use awsmfa::token_code::SerialNumber;

use crate::console::USER;
use crate::resolve_errors::name;

fn serial() -> SerialNumber {
    "arn:aws:iam::123456789012:mfa/ada".parse().expect("an ARN")
}

fn cause() -> String {
    "no answer from https://iam.amazonaws.com: it took too long".to_owned()
}

pub fn uncertain() -> MfaDeviceError {
    MfaDeviceError::Uncertain { serial: serial(), profile: name("work-key"), cause: cause() }
}

pub fn denied() -> Error {
    let message =
        format!("User: {USER} is not authorized to perform: iam:CreateVirtualMFADevice on resource: {}", serial());
    Error::Iam {
        action: "CreateVirtualMFADevice",
        source: IamError::Refused { code: "AccessDenied".to_owned(), message },
    }
}

pub fn limit() -> Error {
    let message = "Cannot exceed quota for MfaDevicesPerUser: 8".to_owned();
    Error::Iam { action: "EnableMFADevice", source: IamError::Refused { code: "LimitExceeded".to_owned(), message } }
}

#[test]
fn each_error_of_a_device_has_its_text() {
    let profile = || name("work-key");
    let samples = samples!(MfaDeviceError {
        NotAUser: [MfaDeviceError::NotAUser { arn: "arn:aws:iam::123456789012:root".to_owned() }],
        Exists: [MfaDeviceError::Exists { serial: serial(), profile: profile() }],
        TooSmall: [MfaDeviceError::TooSmall { columns: 80, rows: 18 }],
        NoScreen: [MfaDeviceError::NoScreen],
        Uncertain: [uncertain()],
        Rejected: [MfaDeviceError::Rejected {
            serial: serial(),
            cause: "InvalidAuthenticationCode: Authentication code for device is not valid.".to_owned()
        }],
        Left: [MfaDeviceError::Left { serial: serial(), profile: profile(), cause: cause() }],
        NotWritten: [MfaDeviceError::NotWritten {
            serial: serial(),
            profile: profile(),
            cause: "the files could not be changed".to_owned()
        }],
        Unnamed: [
            MfaDeviceError::Unnamed { profile: profile(), devices: 0 },
            MfaDeviceError::Unnamed { profile: profile(), devices: 2 }
        ],
        Deactivated: [MfaDeviceError::Deactivated { serial: serial().to_string(), profile: profile(), cause: cause() }],
        Unconfirmed: [MfaDeviceError::Unconfirmed { serial: serial().to_string() }],
        OtherName: [MfaDeviceError::OtherName { serial: serial().to_string() }],
    });
    super::check_errors("device_errors.txt", samples, Error::MfaDevice);
}
