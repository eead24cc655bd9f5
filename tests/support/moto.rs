//! A running moto_server: an independent emulator of AWS.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// moto_server on a free port of loopback; dropping it stops it.
pub struct MotoServer {
    server: Child,
    pub url: String,
}

impl MotoServer {
    /// Starts this `moto_server` with these variables and no others, and waits until it listens.
    pub fn start(program: &Path, variables: &[(&str, &str)]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let mut command = Command::new(program);
        command.args(["-H", "127.0.0.1", "-p", &port.to_string()]).env_clear().env("PATH", "/usr/bin:/bin");
        command.envs(variables.iter().copied()).stdout(Stdio::null()).stderr(Stdio::null());
        let moto = Self { server: command.spawn().expect("moto_server runs"), url: format!("http://127.0.0.1:{port}") };
        for _ in 0..300 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        moto
    }
}

impl Drop for MotoServer {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
