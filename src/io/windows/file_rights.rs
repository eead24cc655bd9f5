//! The access control list, attributes and identity of files on Windows.
//!
//! The list of a new file grants access to the user, the system and administrators, as the default list in the user's
//! own folder does. A file that replaces another one gets that file's list.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::os::windows::fs::{MetadataExt, OpenOptionsExt};
use std::os::windows::io::AsHandle;
use std::path::Path;

use tempfile::{Builder, NamedTempFile};
use winapi_util::file::{Information, information};
use windows_permissions::constants::{AceFlags, AceType, SeObjectType, SecurityInformation};
use windows_permissions::wrappers::{
    ConvertSecurityDescriptorToStringSecurityDescriptor, ConvertSidToStringSid, GetSecurityInfo, SetSecurityInfo,
};
use windows_permissions::{LocalBox, SecurityDescriptor, Sid, utilities};

use super::file_access::is_in_use;
use crate::io::concurrent_writes::OldFile;
use crate::io::file_error::{FileError, failed};
use crate::io::until_free::until_free;

/// The identity of a file: its volume and its index there.
pub(in crate::io) type Identity = (u64, u64);

// Access rights, attributes and flags (winnt.h).
const GENERIC_READ: u32 = 0x8000_0000;
const GENERIC_WRITE: u32 = 0x4000_0000;
const READ_CONTROL: u32 = 0x0002_0000;
const WRITE_DAC: u32 = 0x0004_0000;
const DELETE: u32 = 0x0001_0000;
const ATTRIBUTE_HIDDEN: u32 = 0x0000_0002;
const ATTRIBUTE_SYSTEM: u32 = 0x0000_0004;
const ATTRIBUTE_NOT_CONTENT_INDEXED: u32 = 0x0000_2000;
const ATTRIBUTE_ENCRYPTED: u32 = 0x0000_4000;
const FLAG_BACKUP_SEMANTICS: u32 = 0x0200_0000;

/// The attributes that a file keeps when it is replaced.
const KEPT_ATTRIBUTES: u32 = ATTRIBUTE_HIDDEN | ATTRIBUTE_SYSTEM | ATTRIBUTE_NOT_CONTENT_INDEXED | ATTRIBUTE_ENCRYPTED;

/// The rights to read the data of a file, or to list a folder: `FILE_READ_DATA`, `GENERIC_READ` and `GENERIC_ALL`.
const READ_RIGHTS: u32 = 0x9000_0001;

/// The rights to change a file, or the files of a folder: `FILE_WRITE_DATA`, `FILE_APPEND_DATA`, `FILE_DELETE_CHILD`,
/// `WRITE_DAC`, `WRITE_OWNER`, `GENERIC_WRITE` and `GENERIC_ALL`.
const WRITE_RIGHTS: u32 = 0x500C_0046;

/// The system, administrators, and the creator and owner of a file (Win32, well-known SIDs).
const TRUSTED: [&str; 4] = ["S-1-5-18", "S-1-5-32-544", "S-1-3-0", "S-1-3-4"];

/// The start of the SIDs of services, such as the installer of Windows.
const SERVICES: &str = "S-1-5-80-";

/// The mode of a folder that only its owner can access.
const PRIVATE_FOLDER: u32 = 0o700;

// Errors of a file system without access control lists, such as FAT (winerror.h).
const INVALID_FUNCTION: i32 = 1;
const NOT_SUPPORTED: i32 = 50;

/// Creates a file for reading and writing that only its owner can access, or fails if it exists.
pub(in crate::io) fn create_private(path: &Path) -> io::Result<File> {
    create(path, 0)
}

/// Creates a file with a random name that only its owner can access, with the attributes of the file that it will
/// replace.
pub(in crate::io) fn create_in(
    folder: &Path,
    builder: &mut Builder<'_, '_>,
    old: Option<&Metadata>,
) -> io::Result<NamedTempFile> {
    let attributes = old.map_or(0, |old| old.file_attributes() & KEPT_ATTRIBUTES);
    builder.make_in(folder, |path| create(path, attributes))
}

/// Creates a file. No other program can open it until its access control list is set.
fn create(path: &Path, attributes: u32) -> io::Result<File> {
    const ACCESS: u32 = GENERIC_READ | GENERIC_WRITE | READ_CONTROL | WRITE_DAC;
    let mut options = OpenOptions::new();
    options.read(true).write(true).access_mode(ACCESS).attributes(attributes);
    let born = options.clone().create_new(true).share_mode(0).open(path)?;
    close_to_others(born, path, &options).inspect_err(|_| {
        // The first error is the one to report.
        let _ = fs::remove_file(path);
    })
}

fn close_to_others(born: File, path: &Path, options: &OpenOptions) -> io::Result<File> {
    set_list(&born, &for_user_only("")?)?;
    let created = identity(&information(&born)?);
    drop(born);
    // The first handle did not share the file with other programs. The new one does, so that the file can be renamed. A
    // virus scanner may open the file between the two.
    let file = until_free(is_in_use, || options.open(path))?;
    if created != identity(&information(&file)?) {
        return Err(io::Error::other("another program has replaced it"));
    }
    Ok(file)
}

/// Leaves the files as they are created: other users of the machine may read the folder of manual pages.
pub(in crate::io) fn make_public(_: &mut Builder<'_, '_>) {}

/// Copies the access control list of the old file to the new one. Inherited entries come from the folder, which is the
/// same for both files.
pub(in crate::io) fn carry_over(_: &OldFile, new: &File, path: &Path) -> Result<(), FileError> {
    let copied = list_of(path).and_then(|list| set_list(new, &list));
    copied.map_err(failed("keep the access control list of", path))
}

/// Sets the access control list. Does nothing on a file system without such lists.
fn set_list(file: &File, descriptor: &LocalBox<SecurityDescriptor>) -> io::Result<()> {
    let Some(list) = descriptor.dacl() else { return Ok(()) };
    let text = ConvertSecurityDescriptorToStringSecurityDescriptor(descriptor, SecurityInformation::Dacl)?;
    let inheritance = if inherits(&text.to_string_lossy()) {
        SecurityInformation::UnprotectedDacl
    } else {
        SecurityInformation::ProtectedDacl
    };
    let what = SecurityInformation::Dacl | inheritance;
    let handle = &mut file.as_handle();
    match SetSecurityInfo(handle, SeObjectType::SE_FILE_OBJECT, what, None, None, Some(list), None) {
        Err(error) if is_without_lists(&error) => Ok(()),
        result => result,
    }
}

/// Returns whether a list inherits entries from the folder: it is marked with AI, and not with P, which protects it
/// (Security Descriptor String Format). A list without either must not get the folder's entries.
fn inherits(text: &str) -> bool {
    let flags = text.trim_start_matches("D:").split('(').next().unwrap_or_default();
    flags.contains("AI") && !flags.contains('P')
}

fn is_without_lists(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(INVALID_FUNCTION | NOT_SUPPORTED))
}

/// Returns a list for the user, the system and administrators. `inheritance` is that of a folder for its files.
fn for_user_only(inheritance: &str) -> io::Result<LocalBox<SecurityDescriptor>> {
    let user = utilities::current_process_sid()?;
    let user = ConvertSidToStringSid(&user)?;
    let user = user.to_string_lossy();
    let grants: Vec<String> = [&*user, "SY", "BA"].map(|trustee| format!("(A;{inheritance};FA;;;{trustee})")).to_vec();
    format!("D:P{}", grants.concat()).parse()
}

/// Does nothing: only Unix has a user who may write the files of all others.
pub(in crate::io) fn check_owner(_: &Metadata, _: &Path) -> Result<(), FileError> {
    Ok(())
}

/// Returns the identity of the file that the path resolves to.
pub(in crate::io) fn identity_at(path: &Path) -> io::Result<Identity> {
    // Without access rights, a file can be opened even if another program has it open and does not share it.
    let file = OpenOptions::new().access_mode(0).custom_flags(FLAG_BACKUP_SEMANTICS).open(path)?;
    Ok(identity(&information(&file)?))
}

/// Returns whether the open file is still the one at this path.
pub(in crate::io) fn is_at(path: &Path, file: &File) -> io::Result<bool> {
    match identity_at(path) {
        Ok(there) => Ok(there == identity(&information(file)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn identity(information: &Information) -> Identity {
    (information.volume_serial_number(), information.file_index())
}

/// Returns the number of hard links to the file. If one of them is replaced, the others still have the old bytes.
pub(in crate::io) fn link_count(file: &File, _: &Metadata) -> u64 {
    information(file).map_or(1, |information| information.number_of_links())
}

/// Returns `false`: a deleted file cannot be opened.
pub(in crate::io) fn is_deleted(_: &Metadata) -> bool {
    false
}

/// Returns the reason why another user may have written the file, or `None` if no other user can have written it. Files
/// of a process with elevated rights belong to the administrators.
pub(in crate::io) fn why_foreign(path: &Path, _: &Metadata) -> Option<&'static str> {
    match owner_is_trusted(path) {
        Ok(true) => None,
        Err(error) if is_without_lists(&error) => None,
        Ok(false) | Err(_) => Some("it belongs to another user"),
    }
}

fn owner_is_trusted(path: &Path) -> io::Result<bool> {
    let file = open_for_list(path, READ_CONTROL)?;
    let descriptor = GetSecurityInfo(&file, SeObjectType::SE_FILE_OBJECT, SecurityInformation::Owner)?;
    let user = utilities::current_process_sid()?;
    Ok(descriptor.owner().is_some_and(|owner| is_trusted(owner, &user)))
}

/// Returns the Unix mode that corresponds to the access control list: 0600, and the bits for what other users of the
/// machine may do. Returns `None` if the file system has no such lists.
pub(in crate::io) fn mode(path: &Path, _: &Metadata) -> Option<u32> {
    let descriptor = match list_of(path) {
        Ok(descriptor) => descriptor,
        Err(error) if is_without_lists(&error) => return None,
        // A list that cannot be read may grant anything.
        Err(_) => return Some(0o666),
    };
    let list = descriptor.dacl()?;
    let Ok(user) = utilities::current_process_sid() else { return Some(0o666) };
    let mut mode = 0o600;
    for ace in (0..list.len()).filter_map(|index| list.get_ace(index)) {
        let is_allowed = ace.ace_type() == AceType::ACCESS_ALLOWED_ACE_TYPE;
        let is_of_children = ace.flags().contains(AceFlags::InheritOnly);
        if is_allowed && !is_of_children && ace.sid().is_some_and(|sid| !is_trusted(sid, &user)) {
            mode |= if ace.mask().bits() & READ_RIGHTS != 0 { 0o044 } else { 0 };
            mode |= if ace.mask().bits() & WRITE_RIGHTS != 0 { 0o022 } else { 0 };
        }
    }
    Some(mode)
}

/// Returns whether a list may grant access to this account without opening the file to other users.
fn is_trusted(account: &Sid, user: &Sid) -> bool {
    let text = ConvertSidToStringSid(account).map(|text| text.to_string_lossy().into_owned()).unwrap_or_default();
    account == user || TRUSTED.contains(&text.as_str()) || text.starts_with(SERVICES)
}

/// Sets the access control list to that of a new file, whatever the mode: no caller passes one for other users.
pub(in crate::io) fn set_mode(path: &Path, _: u32) -> io::Result<()> {
    let file = open_for_list(path, READ_CONTROL | WRITE_DAC)?;
    set_list(&file, &for_user_only(if file.metadata()?.is_dir() { "OICI" } else { "" })?)
}

fn list_of(path: &Path) -> io::Result<LocalBox<SecurityDescriptor>> {
    let file = open_for_list(path, READ_CONTROL)?;
    GetSecurityInfo(&file, SeObjectType::SE_FILE_OBJECT, SecurityInformation::Dacl)
}

/// Opens a file or folder for its access control list.
fn open_for_list(path: &Path, access: u32) -> io::Result<File> {
    OpenOptions::new().access_mode(access).custom_flags(FLAG_BACKUP_SEMANTICS).open(path)
}

/// Does nothing: files are created for their owner alone.
pub(in crate::io) fn make_private(_: &File, _: &Path) -> io::Result<()> {
    Ok(())
}

/// Creates the folder and its missing parents, for the owner only.
pub(in crate::io) fn create_private_folder(path: &Path) -> io::Result<()> {
    let missing: Vec<&Path> = path.ancestors().take_while(|folder| !folder.exists() && **folder != *"").collect();
    for folder in missing.into_iter().rev() {
        match DirBuilder::new().create(folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            created => created?,
        }
        set_mode(folder, PRIVATE_FOLDER)?;
    }
    Ok(())
}

/// Checks nothing: whether files can be created in a folder is known only when one is.
pub(in crate::io) fn check_folder(_: &Path) -> Result<(), FileError> {
    Ok(())
}

/// Checks that the file can be replaced: that this user may delete it, and that no program has it open that does not
/// share it.
pub(in crate::io) fn check_replaceable(path: &Path) -> Result<(), FileError> {
    let opened = until_free(is_in_use, || OpenOptions::new().access_mode(DELETE).open(path));
    opened.map(drop).map_err(failed("replace", path))
}

/// Does nothing: folders cannot be synced on Windows.
pub(in crate::io) fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::rc::Rc;

    use super::*;
    use crate::io::files::{Target, replace};

    /// A file with these attributes and an access control list that also grants `rights` to everyone.
    fn shared(path: &Path, attributes: u32, rights: &str) {
        let file = create(path, attributes).expect("the temporary folder is writable");
        let user = utilities::current_process_sid().and_then(|user| ConvertSidToStringSid(&user));
        let user = user.expect("the process has a user").to_string_lossy().into_owned();
        let list: io::Result<LocalBox<SecurityDescriptor>> = format!("D:P(A;;FA;;;{user})(A;;{rights};;;WD)").parse();
        list.and_then(|list| set_list(&file, &list)).expect("the user owns the file");
    }

    fn mode_at(path: &Path) -> u32 {
        let metadata = fs::metadata(path).expect("it is there");
        mode(path, &metadata).expect("the file system has access control lists")
    }

    fn replaced(path: &Path) {
        let target = Target::of(path).expect("it is no link");
        let result: Result<_, FileError> = replace(&target, |_| Ok(Rc::new(b"new".to_vec())));
        assert!(result.expect("no other program has it open").changed);
        assert_eq!(fs::read(path).expect("it is there"), b"new");
    }

    #[test]
    fn a_new_file_or_folder_is_for_its_owner_alone() {
        let folder = tempfile::tempdir().expect("the temporary folder is writable");
        let inner = folder.path().join("inner");
        create_private_folder(&inner).expect("the temporary folder is writable");
        let path = inner.join("file");
        create_private(&path).expect("the temporary folder is writable");
        assert_eq!((mode_at(&inner), mode_at(&path)), (0o600, 0o600));
    }

    #[test]
    fn a_file_that_replaces_another_one_has_its_list_and_its_attributes() {
        let folder = tempfile::tempdir().expect("the temporary folder is writable");
        let path = folder.path().join("file");
        shared(&path, ATTRIBUTE_HIDDEN, "FR");
        assert_eq!(mode_at(&path), 0o644);
        replaced(&path);
        assert_eq!(mode_at(&path), 0o644);
        let attributes = fs::metadata(&path).expect("it is there").file_attributes();
        assert_eq!(attributes & KEPT_ATTRIBUTES, ATTRIBUTE_HIDDEN);
    }

    #[test]
    fn a_list_inherits_only_if_it_is_marked_so() {
        for (text, expected) in [
            ("D:AI(A;ID;FA;;;SY)", true),
            ("D:PAI(A;;FA;;;SY)", false),
            ("D:P(A;;FA;;;SY)", false),
            ("D:(A;;FA;;;SY)", false),
        ] {
            assert_eq!(inherits(text), expected, "{text}");
        }
    }

    #[test]
    fn a_file_of_the_user_is_not_foreign() {
        let file = tempfile::NamedTempFile::new().expect("the temporary folder is writable");
        let metadata = fs::metadata(file.path()).expect("it is there");
        assert_eq!(why_foreign(file.path(), &metadata), None);
        assert_eq!(why_foreign(&file.path().with_extension("gone"), &metadata), Some("it belongs to another user"));
    }

    #[test]
    fn a_file_is_closed_to_other_users() {
        let folder = tempfile::tempdir().expect("the temporary folder is writable");
        let path = folder.path().join("file");
        shared(&path, 0, "FA");
        assert_eq!(mode_at(&path), 0o666);
        set_mode(&path, 0o600).expect("the user owns the file");
        assert_eq!(mode_at(&path), 0o600);
    }

    #[test]
    fn one_file_has_one_identity_under_all_its_names() {
        let folder = tempfile::tempdir().expect("the temporary folder is writable");
        let path = folder.path().join("File");
        create_private(&path).expect("the temporary folder is writable");
        let other = folder.path().join("link");
        fs::hard_link(&path, &other).expect("the file system has hard links");
        let identity = identity_at(&path).expect("it is there");
        assert_eq!(identity_at(&folder.path().join("fILE")).expect("case does not count"), identity);
        assert_eq!(identity_at(&other).expect("it is there"), identity);
        let file = File::open(&path).expect("it is there");
        assert_eq!(link_count(&file, &file.metadata().expect("it is open")), 2);
    }
}
