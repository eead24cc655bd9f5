//! The parts of `io` that are written for Windows. `unix` has the same modules.

pub(super) mod console;
pub(super) mod file_access;
pub(super) mod file_rights;
pub(super) mod hidden_prompt;
pub(super) mod keyring_store;
pub(super) mod programs;
pub(super) mod signals;
pub(super) mod terminal_settings;
