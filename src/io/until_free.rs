//! Waiting for files that other programs have open, such as a virus scanner or an AWS tool that reads the file. On
//! Windows, such a file cannot be replaced.

use std::io;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::limits;

const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// Repeats an operation on a file while it fails because the file is in use, for at most [`limits::FILE_IN_USE`].
pub(super) fn until_free<T>(
    is_in_use: impl Fn(&io::Error) -> bool,
    mut attempt: impl FnMut() -> io::Result<T>,
) -> io::Result<T> {
    let began = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        match attempt() {
            Err(error) if is_in_use(&error) && began.elapsed() < limits::FILE_IN_USE => sleep(pause),
            result => return result,
        }
        pause = LONGEST_PAUSE.min(2 * pause);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Windows' error for a file that another program has open without sharing it.
    const SHARING_VIOLATION: i32 = 32;

    fn is_in_use(error: &io::Error) -> bool {
        error.raw_os_error() == Some(SHARING_VIOLATION)
    }

    #[test]
    fn an_operation_is_repeated_until_the_file_is_free() {
        let mut attempts = 0;
        let result = until_free(is_in_use, || {
            attempts += 1;
            if attempts < 4 { Err(io::Error::from_raw_os_error(SHARING_VIOLATION)) } else { Ok("done") }
        });
        assert_eq!((result.ok(), attempts), (Some("done"), 4));
    }

    #[test]
    fn another_error_is_returned_at_once() {
        let mut attempts = 0;
        let result: io::Result<()> = until_free(is_in_use, || {
            attempts += 1;
            Err(io::ErrorKind::NotFound.into())
        });
        assert_eq!((result.map_err(|error| error.kind()), attempts), (Err(io::ErrorKind::NotFound), 1));
    }

    #[test]
    fn a_file_that_stays_in_use_is_given_up() {
        let began = Instant::now();
        let result: io::Result<()> = until_free(is_in_use, || Err(io::Error::from_raw_os_error(SHARING_VIOLATION)));
        assert!(result.is_err_and(|error| is_in_use(&error)));
        let took = began.elapsed();
        assert!(took >= limits::FILE_IN_USE && took < 2 * limits::FILE_IN_USE, "{took:?}");
    }
}
