//! What is traced, by this crate and by all that it uses.

use std::io::{self, Write};
use std::sync::{Arc, LazyLock, Mutex};

use tracing::Dispatch;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;

/// Keeps `tracing` from having a single subscriber. Of a single one it assumes that every thread has
/// it, so a span that another test reaches first would be disabled for all.
static SECOND: LazyLock<Dispatch> = LazyLock::new(|| {
    let silent = tracing_subscriber::fmt().with_max_level(LevelFilter::OFF);
    Dispatch::new(silent.finish())
});

/// Collects, on this thread, until it is dropped.
pub struct Log {
    text: Text,
    _guard: DefaultGuard,
}

#[derive(Clone, Default)]
struct Text(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// From this level on.
    pub fn start(level: LevelFilter) -> Log {
        LazyLock::force(&SECOND);
        let text = Text::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(level)
            .with_writer(text.clone());
        let _guard =
            tracing::subscriber::set_default(subscriber.without_time().with_ansi(false).finish());
        Log { text, _guard }
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.text.0.lock().unwrap()).into_owned()
    }

    /// The same, and forgets it.
    pub fn take(&self) -> String {
        let text = std::mem::take(&mut *self.text.0.lock().unwrap());
        String::from_utf8_lossy(&text).into_owned()
    }

    /// The lines of this crate.
    pub fn own_lines(&self) -> Vec<String> {
        let text = self.text();
        let own = text
            .lines()
            .filter(|line| line.contains(" atlas_backup::") && !line.contains("::simulator"));
        own.map(|line| line.trim().to_owned()).collect()
    }
}

impl Write for Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Text {
    type Writer = Text;

    fn make_writer(&'a self) -> Text {
        self.clone()
    }
}
