//! What is true of every answer.

use std::time::Duration;

use crate::simulator::answer::EnvelopeForm;
use crate::simulator::handle::Simulator;
use crate::simulator::headers::header;
use crate::simulator::limit::Limits;
use crate::simulator::notices::Notice;
use crate::sync::lock;

impl Simulator {
    /// Sets what `envelope=true` does.
    pub fn set_envelope_form(&self, form: EnvelopeForm) {
        lock(&self.shared.state).envelope = form;
    }

    /// Allows each project `capacity` requests at once and `refill` more after every `per`, by
    /// tokio's clock, from now on and with full buckets. More get 429 with `Retry-After`, which is
    /// in whole seconds. Without this call nothing is limited.
    pub fn set_rate_limit(&self, capacity: u32, refill: u32, per: Duration) {
        lock(&self.shared.state).limits = Limits::new(capacity, refill, per);
    }

    /// Sends this header with every answer of the API from now on.
    ///
    /// # Panics
    ///
    /// When HTTP does not allow the name or the value.
    #[track_caller]
    pub fn add_header(&self, name: &str, value: &str) {
        let (name, value) = header(name, value);
        let notice = Notice {
            operation: None,
            name,
            value,
        };
        lock(&self.shared.state).notices.add(notice);
    }

    /// Sends this header with every answer of one operation from now on. Operations go by the name
    /// of their method: `get_backup_restore_job`.
    ///
    /// # Panics
    ///
    /// When there is no such operation, and as [`add_header`](Self::add_header).
    #[track_caller]
    pub fn add_operation_header(&self, operation: &str, name: &str, value: &str) {
        let (name, value) = header(name, value);
        let mut state = lock(&self.shared.state);
        let Some(route) = state.routes.named(operation) else {
            let names = state.routes.names();
            drop(state);
            panic!("no operation is named `{operation}`; there are {names}");
        };
        let operation = route.name;
        state.notices.add(Notice {
            operation,
            name,
            value,
        });
    }
}
