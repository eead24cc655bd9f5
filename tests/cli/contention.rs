//! Several processes that write to one folder at the same time.

use std::fmt::Write;
use std::fs::File;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use crate::support::caller::identity_of;
use crate::support::child::{start, wait};
use crate::support::sandbox::{DEFAULT_CONFIG, DEFAULT_CREDENTIALS, LOCK, SERIAL, Sandbox};
use crate::support::sts::StandIn;

/// The number of processes at a time, each with a session profile of its own. Under wine, a login holds the lock for a
/// hundred times as long as on Linux, so that more processes could wait for longer than the lock is waited for.
const PROCESSES: usize = if cfg!(windows) { 8 } else { 20 };

/// The number of logins of each, one after the other.
const LOGINS: usize = 15;

#[test]
fn a_login_waits_for_the_lock_of_another_process_before_it_sends_a_code() {
    let sts = StandIn::start();
    let sandbox = Sandbox::new().using(&sts);
    sandbox.write(LOCK, b"");
    let lock = File::options().read(true).write(true).open(sandbox.path(LOCK)).expect("it is there");
    lock.try_lock().expect("it is not locked");
    let mut command = sandbox.command();
    command.args(["login", "--token-code", &sts.fresh_code(SERIAL)]).stderr(Stdio::null());
    let mut login = start(&mut command);
    thread::sleep(Duration::from_millis(1500));
    assert!(login.try_wait().expect("it is a child").is_none(), "it waits");
    assert_eq!((sts.calls().len(), sandbox.credentials_text()), (0, DEFAULT_CREDENTIALS.to_owned()));
    // Closing the file may not release the lock: a child that another test is starting may still have inherited it.
    let _ = lock.unlock();
    drop(lock);
    assert!(wait(&mut login).success());
    assert!(sandbox.credentials_text().contains("[default-session]"));
}

#[test]
fn hundreds_of_logins_of_which_many_run_at_a_time_succeed() {
    let sts = StandIn::start();
    let mut config = DEFAULT_CONFIG.to_owned();
    for number in 0..PROCESSES {
        writeln!(config, "[profile work-{number}]\nsource_profile = default").expect("a string grows");
    }
    let sandbox = Sandbox::with(config, DEFAULT_CREDENTIALS).using(&sts);
    thread::scope(|scope| {
        for number in 0..PROCESSES {
            let profile = format!("work-{number}");
            let (sts, sandbox) = (&sts, &sandbox);
            scope.spawn(move || {
                for _ in 0..LOGINS {
                    sandbox.run(&["login", &profile, "--force", "--token-code", &sts.fresh_code(SERIAL)]).expect(0);
                }
            });
        }
    });
    assert_eq!(sts.count("GetSessionToken"), PROCESSES * LOGINS);
    for number in 0..PROCESSES {
        let identity = identity_of(&sts.url(), &sandbox.credentials(), &format!("work-{number}"));
        assert!(identity.is_ok(), "{number}: {identity:?}");
    }
    assert!(sandbox.credentials_text().starts_with(DEFAULT_CREDENTIALS));
    assert_eq!(sandbox.listing(), ["config", "credentials"]);
}
