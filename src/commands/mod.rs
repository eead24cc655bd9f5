//! The commands, each in a file or folder of its own, and the code that several commands share.

mod apply;
mod ask_aws_about_key;
mod calling_shell;
mod code_memory;
pub mod complete;
pub mod completions;

pub mod credential_process;
pub mod device;
pub mod doctor;
pub mod env;
pub mod exec;
pub mod explain;
pub mod help;
pub mod import;
pub mod init;
mod json_result;
pub mod key;
mod key_age_memory;
mod keyring_entry;
pub mod list;
pub mod login;
pub mod logout;
pub mod man;
pub mod messages;
pub mod open_console;
mod pick;
pub mod provide;
mod scope_args;
mod session_owner;
pub mod setup;
mod shared_files;
pub mod status;
mod stored_session;
pub mod use_profile;
pub mod version;
pub mod whoami;
