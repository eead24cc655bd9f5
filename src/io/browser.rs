//! The browser: opens a page of HTML, which is written to a file, so that no list of arguments contains its text.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use tempfile::NamedTempFile;

use super::system::{file_rights, programs};
use super::{interrupt_state, own_files};
use crate::limits;
use crate::secret::Secret;

/// The start of the file's name, which a random part and [`SUFFIX`] follow. The name is visible, and in the home
/// folder: a browser that is packaged as a snap can read neither hidden files nor /tmp
/// (snapcraft.io/docs/home-interface: "non-hidden files owned by the user in the user's home"; each snap has a /tmp of
/// its own).
const PREFIX: &str = "awsmfa-console-";
const SUFFIX: &str = ".html";

const PAUSE: Duration = Duration::from_millis(20);

/// The time by which the access time of an unread page is set back. Linux updates the access time at the next read only
/// if it is not later than the other times (mount(8), `relatime`).
const BACK: Duration = Duration::from_secs(60 * 60);

/// The variables with secrets, which no other program needs.
const SECRETS: [&str; 2] = ["AWSMFA_TOKEN_CODE", "AWSMFA_SECRET_ACCESS_KEY"];

/// The reason why the browser was not opened. The messages do not contain the page.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the names of the fields say what they are")]
pub enum BrowserError {
    /// The home folder, to which the page is written, is unknown.
    #[error("the home folder is unknown, so there is no place for the page that the browser is to open")]
    NoHome,
    /// The file of the page could not be written.
    #[error("the page that the browser is to open cannot be written to {}: {source}", folder.display())]
    Page { folder: PathBuf, source: io::Error },
    /// The system has none of the programs that open a file in the browser.
    #[error("no program to open the browser was found")]
    NoOpener,
    /// Such a program failed.
    #[error("'{program}' did not open the browser: {status}")]
    Failed { program: String, status: ExitStatus },
}

/// Opens a page in the browser, and waits until it has been read or the time is up. The file of the page is then
/// deleted, also if a signal ends the process.
///
/// # Errors
///
/// Fails if the file cannot be written, or if no program opens the browser.
pub fn open(home: Option<&Path>, page: &Secret) -> Result<(), BrowserError> {
    let home = home.ok_or(BrowserError::NoHome)?;
    delete_stale(home);
    // Dropped after the page, so that no signal ends the process before the file is deleted.
    let _signals_wait = interrupt_state::answering();
    let page = Page::write(home, page).map_err(|source| BrowserError::Page { folder: home.to_owned(), source })?;
    show(&page)
}

/// Starts the programs in turn until one does not fail, and waits for the page to be read.
fn show(page: &Page) -> Result<(), BrowserError> {
    let began = Instant::now();
    let mut commands = open::commands(page.file.path()).into_iter();
    let mut opener = Opener::start_first(&mut commands).ok_or(BrowserError::NoOpener)?;
    let (mut has_ended, mut last_read) = (false, None);
    while began.elapsed() < limits::PAGE && !interrupt_state::is_requested() {
        // xdg-open reads the file itself, to find out its type, before it starts a browser. A read while it runs is no
        // proof that the browser has the page.
        if page.take_read() && has_ended {
            last_read = Some(Instant::now());
        }
        let status = opener.child.try_wait().ok().flatten();
        if let Some(status) = status.filter(|status| !status.success() && programs::reports_failure(&opener.program)) {
            let program = opener.program;
            opener = Opener::start_first(&mut commands).ok_or(BrowserError::Failed { program, status })?;
            (has_ended, last_read) = (false, None);
            continue;
        }
        has_ended = status.is_some();
        if last_read.is_some_and(|read: Instant| read.elapsed() >= limits::PAGE_SETTLED) {
            break;
        }
        sleep(PAUSE);
    }
    tracing::info!(
        program = opener.program,
        was_read = last_read.is_some(),
        took_ms = began.elapsed().as_millis(),
        "opened the browser"
    );
    Ok(())
}

/// A program that opens a file in the browser.
struct Opener {
    program: String,
    child: Child,
}

impl Opener {
    /// Starts the first of these programs that exists.
    fn start_first(commands: &mut impl Iterator<Item = Command>) -> Option<Self> {
        commands.find_map(|mut command| {
            let program = command.get_program().to_string_lossy().into_owned();
            programs::detach(&mut command);
            for name in SECRETS {
                command.env_remove(name);
            }
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            Some(Self { program, child: command.spawn().ok()? })
        })
    }
}

/// The file of a page, which is deleted when this is dropped.
struct Page {
    file: NamedTempFile,
    /// The access time of the file if nothing has read it; none if the file system does not let it be set.
    unread: Option<SystemTime>,
}

impl Page {
    fn write(folder: &Path, page: &Secret) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        let mut file = file_rights::create_in(folder, builder.prefix(PREFIX).suffix(SUFFIX), None)?;
        file.write_all(page.expose().as_bytes())?;
        let mut page = Self { file, unread: None };
        page.unread = page.set_back();
        Ok(page)
    }

    /// Sets the access time back, and returns it as the file system stores it.
    fn set_back(&self) -> Option<SystemTime> {
        let times = fs::FileTimes::new().set_accessed(SystemTime::now().checked_sub(BACK)?);
        self.file.as_file().set_times(times).ok()?;
        self.accessed()
    }

    fn accessed(&self) -> Option<SystemTime> {
        self.file.as_file().metadata().ok()?.accessed().ok()
    }

    /// Returns whether the file has been read since the last call. Returns false if the file
    /// system has no access times.
    fn take_read(&self) -> bool {
        let (Some(unread), Some(accessed)) = (self.unread, self.accessed()) else { return false };
        // Each later call of `set_back` sets it to a later time than the first.
        let is_read = accessed.duration_since(unread).is_ok_and(|passed| passed > BACK / 2);
        if is_read {
            self.set_back();
        }
        is_read
    }
}

/// Deletes the pages of killed runs. Another run may still be showing a younger one.
fn delete_stale(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name();
        let is_page = name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        if !is_page || own_files::check_own_copy(&entry.path()).is_err() {
            continue;
        }
        let modified = entry.metadata().and_then(|metadata| metadata.modified()).ok();
        let age = modified.and_then(|modified| modified.elapsed().ok());
        if age.is_none_or(|age| age > limits::PAGE) {
            // If it cannot be deleted now, the next run tries again.
            let _ = fs::remove_file(entry.path());
        }
    }
}
