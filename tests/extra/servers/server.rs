//! A server that runs in a process of its own.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

pub use crate::support::daemon::free_port;

pub struct Server {
    pub address: SocketAddr,
    home: PathBuf,
    running: Child,
}

/// The program, or a line that says which package has it.
pub fn installed(program: &str, package: &str) -> bool {
    let is_installed = Path::new(program).exists();
    if !is_installed {
        println!("SKIPPED: no {program} here; install `{package}`");
    }
    is_installed
}

/// An empty folder.
pub fn home(name: &str) -> PathBuf {
    let home = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("servers-{name}"));
    let _ = std::fs::remove_dir_all(&home);
    std::fs::create_dir_all(&home).unwrap();
    home
}

impl Server {
    /// Runs it, and waits until it listens.
    pub async fn start(command: &mut Command, home: PathBuf, port: u16) -> Server {
        let output = std::fs::File::create(home.join("output")).unwrap();
        command.stderr(output.try_clone().unwrap()).stdout(output);
        let running = command.stdin(Stdio::null()).spawn().unwrap();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut server = Server {
            address,
            home,
            running,
        };
        // Another program says by no other means that it is ready.
        while tokio::net::TcpStream::connect(address).await.is_err() {
            let ended = server.running.try_wait().unwrap();
            assert!(ended.is_none(), "it has ended: {}", server.read("output"));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        server
    }

    /// A file that it has written.
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.home.join(name)).unwrap_or_default()
    }

    /// Ends it and gives the lines of its log, which may be complete only then.
    pub fn stop(mut self, log: &str) -> Vec<String> {
        self.terminate();
        self.read(log).lines().map(str::to_owned).collect()
    }

    pub fn signal(&self, name: &str) {
        let id = self.running.id().to_string();
        let _ = Command::new("kill").args(["-s", name, &id]).status();
    }

    /// In a way that lets it end its children.
    fn terminate(&mut self) {
        if let Ok(None) = self.running.try_wait() {
            self.signal("TERM");
            let _ = self.running.wait();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.terminate();
    }
}
