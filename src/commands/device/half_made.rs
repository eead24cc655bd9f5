//! A device that is created and not yet enabled, and its deletion if the enrolment fails or is interrupted.

use super::device_owner::Owner;
use crate::commands::messages::Messages;
use crate::error::Error;
use crate::io::iam::mfa_devices;
use crate::io::interrupt;
use crate::mfa_device::MfaDeviceError;
use crate::profile::ProfileName;
use crate::token_code::SerialNumber;

/// A device that is not enabled yet.
#[derive(Clone)]
pub(super) struct HalfMade {
    pub owner: Owner,
    pub serial: SerialNumber,
    pub profile: ProfileName,
    pub messages: Messages,
}

/// The state of a device that should have been deleted.
pub(super) enum Deletion {
    /// It is deleted.
    Done,
    /// It is enabled: IAM does not delete such a device.
    Enabled,
    /// The device is left.
    Failed(MfaDeviceError),
}

impl HalfMade {
    /// Makes signals delete the device before they end the process.
    pub(super) fn delete_on_signal(&self) {
        let device = self.clone();
        interrupt::set_last_work(Box::new(move || match device.delete() {
            Deletion::Done => device.note_deletion(),
            Deletion::Enabled => {}
            Deletion::Failed(error) => device.messages.error(&error.into()),
        }));
    }

    /// Ends the enrolment because of an error: deletes the device, and returns the error to report.
    pub(super) fn abandoned(&self, error: Error) -> Error {
        // A signal must not end the process now. If one is ending it, the device is deleted there.
        let _settling = interrupt::settling();
        interrupt::take_last_work();
        match self.delete() {
            Deletion::Done => {
                self.note_deletion();
                error
            }
            Deletion::Failed(left) => {
                self.messages.error(&error);
                left.into()
            }
            Deletion::Enabled => {
                let (serial, profile) = (self.serial.clone(), self.profile.clone());
                MfaDeviceError::NotWritten { serial, profile, cause: error.to_string() }.into()
            }
        }
    }

    /// Deletes the device.
    pub(super) fn delete(&self) -> Deletion {
        match mfa_devices::delete(&self.owner.iam, &self.owner.signer.caller(), self.serial.as_str()) {
            Err(error) if error.is_in_use() => Deletion::Enabled,
            Err(error) if !error.is_missing() => {
                let (serial, profile) = (self.serial.clone(), self.profile.clone());
                Deletion::Failed(MfaDeviceError::Left { serial, profile, cause: error.to_string() })
            }
            _ => Deletion::Done,
        }
    }

    fn note_deletion(&self) {
        self.messages.note(&format!("awsmfa: the MFA device {} was not enabled, and is deleted", self.serial));
    }
}
