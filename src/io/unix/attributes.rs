//! Access control lists and extended attributes, which are copied to a file that replaces another one.

use std::fs::File;
use std::io;
use std::path::Path;

use rustix::fs::{XattrFlags, fgetxattr, fgetxattr_query, flistxattr, flistxattr_query, fremovexattr, fsetxattr};
use rustix::io::Errno;

use crate::io::file_error::FileError;

/// The attribute that holds an access control list on Linux (acl(5)).
const ACCESS_LIST: &str = "system.posix_acl_access";

/// Attributes that the kernel computes from the content and the other attributes of a file
/// (Documentation/security/IMA-templates.rst in the kernel's source). A copy would be wrong for new content.
const COMPUTED_BY_KERNEL: [&str; 2] = ["security.ima", "security.evm"];

/// The attributes of a file except for owner and mode.
#[derive(Default)]
pub(super) struct Attributes {
    access_list: Option<Vec<u8>>,
    others: Vec<(String, Vec<u8>)>,
}

impl Attributes {
    /// Reads the attributes of a file. `path` is only for error messages.
    pub(super) fn of(file: &File, path: &Path) -> Result<Self, FileError> {
        let mut attributes = Self::default();
        for name in names(file).map_err(failed(path, "extended attributes"))? {
            if COMPUTED_BY_KERNEL.contains(&name.as_str()) {
                continue;
            }
            match value(file, &name).map_err(failed(path, &name))? {
                Some(value) if name == ACCESS_LIST => attributes.access_list = Some(value),
                Some(value) => attributes.others.push((name, value)),
                None => {}
            }
        }
        Ok(attributes)
    }

    /// Sets the access control list of a new file, or removes the list that it has inherited from its folder. The file
    /// must not grant permissions to the group or to others yet. Setting the list also sets the mode.
    pub(super) fn set_access_list(&self, new: &File, path: &Path) -> Result<(), FileError> {
        match &self.access_list {
            Some(list) => fsetxattr(new, ACCESS_LIST, list, XattrFlags::empty()),
            None => remove_access_list(new),
        }
        .map_err(io::Error::from)
        .map_err(failed(path, ACCESS_LIST))
    }

    /// Sets the other attributes of a new file.
    pub(super) fn set_others(&self, new: &File, path: &Path) -> Result<(), FileError> {
        for (name, wanted) in &self.others {
            // The system may have set the same security label already, and may not allow setting it again.
            if value(new, name).is_ok_and(|now| now.as_ref() == Some(wanted)) {
                continue;
            }
            let set = fsetxattr(new, name.as_str(), wanted, XattrFlags::empty());
            set.map_err(io::Error::from).map_err(failed(path, name))?;
        }
        Ok(())
    }
}

/// Removes the access control list that a new file may have inherited from its folder.
pub(super) fn remove_access_list(new: &File) -> rustix::io::Result<()> {
    let has_list = names(new).is_ok_and(|names| names.iter().any(|name| name == ACCESS_LIST));
    if has_list { fremovexattr(new, ACCESS_LIST) } else { Ok(()) }
}

fn names(file: &File) -> io::Result<Vec<String>> {
    let length = match flistxattr_query(file) {
        Ok(length) => length,
        // The file system does not support attributes.
        Err(Errno::NOTSUP | Errno::NOSYS) => 0,
        Err(error) => return Err(error.into()),
    };
    if length == 0 {
        return Ok(Vec::new());
    }
    let mut list = vec![0; length];
    let length = flistxattr(file, list.as_mut_slice())?;
    let names = list.get(..length).unwrap_or_default().split(|byte| *byte == 0).filter(|name| !name.is_empty());
    let text = |name: &[u8]| String::from_utf8(name.to_vec()).map_err(|_| io::ErrorKind::InvalidData.into());
    names.map(text).collect()
}

/// Returns the value of an attribute, or `None` if the file has no such attribute.
fn value(file: &File, name: &str) -> io::Result<Option<Vec<u8>>> {
    let length = match fgetxattr_query(file, name) {
        Ok(length) => length,
        Err(Errno::NODATA) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut value = vec![0; length];
    if length > 0 {
        let read = fgetxattr(file, name, value.as_mut_slice())?;
        value.truncate(read);
    }
    Ok(Some(value))
}

fn failed<'a>(path: &'a Path, name: &'a str) -> impl Fn(io::Error) -> FileError + use<'a> {
    move |source| FileError::Attribute { path: path.to_owned(), name: name.to_owned(), source }
}
