//! The next steps of `setup` on a terminal, once the files are written: the new MFA device, the keyring for the key, and
//! the first login.

use super::{Planned, Setting, how_to_use, next_commands};
use crate::commands::device;
use crate::commands::key;
use crate::commands::login;
use crate::commands::shared_files::SharedFiles;
use crate::error::Error;
use crate::io::dialog::{self, Choice};
use crate::io::keyring;
use crate::profile::ProfileName;
use crate::resolve::{self, KeySource};
use crate::setup::Connection;

/// Creates the device if it is a new one, and offers the other steps. Returns the exit code of the last one.
pub(super) fn offer(setting: Setting<'_>, planned: &Planned, connection: &Connection) -> Result<u8, Error> {
    let Setting { global, context, messages, .. } = setting;
    let source = connection.paying_profile();
    if planned.creates_device {
        // The profile names the device already. If there is none, `device enrol` tries again.
        let code = device::enrol(source, global, context)?;
        if code != 0 {
            return Ok(code);
        }
    }
    let (stores, logs_in) = {
        let _dialogue = dialog::Dialogue::begin(messages.colors_messages());
        let options = [
            Choice::new("in the keyring", "only awsmfa finds it there: other programs need a session"),
            Choice::new("in the file", "other programs can read it and use it without MFA"),
        ];
        let stores = is_in_file(source, setting)?
            && keyring::is_there()
            && dialog::choose("Where should the access key be stored?", &options, 0).map_err(Error::Terminal)?
                == Some(0);
        let options = [Choice::new("yes", "prompts for an MFA code"), Choice::new("no", "shows the command for later")];
        (stores, dialog::choose("Log in now?", &options, 0).map_err(Error::Terminal)? == Some(0))
    };
    if stores && let Err(error) = key::move_to_keyring(source, global, context) {
        // The key is in the file, where it works, too.
        messages.error(&error);
    }
    if !logs_in {
        next_commands(setting, planned);
        return Ok(0);
    }
    let code = login::log_in(&connection.session_profile, global, context)?;
    if code == 0 && connection.role.is_some() {
        how_to_use(connection, context, messages);
    }
    Ok(code)
}

fn is_in_file(profile: &ProfileName, setting: Setting<'_>) -> Result<bool, Error> {
    let files = SharedFiles::read(setting.global, setting.context)?;
    let found = files.profiles().get(profile.as_str());
    Ok(found.is_some_and(|found| matches!(resolve::key(&found, profile), Ok(KeySource::Key(_)))))
}
