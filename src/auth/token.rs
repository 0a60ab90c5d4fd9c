//! [`Token`]: an access token, and until when it is used.

use std::time::Duration;

use tokio::time::Instant;

use crate::http::authorization::Authorization;

/// A token is renewed when a tenth of its life is left, but not earlier than this before its end.
const RENEWAL: Duration = Duration::from_secs(300);
/// A server that counts in whole seconds ends a token up to a second early. Where a tenth of the
/// life is less than that, the last second is not used.
const LAST_SECOND: Duration = Duration::from_secs(1);

/// A token as it was granted.
pub(super) struct GrantedToken {
    pub authorization: Authorization,
    pub lifetime: Duration,
}

/// A token in use.
pub(super) struct Token {
    pub authorization: Authorization,
    pub renew_at: Instant,
    /// It may live longer, but is not used any more.
    pub unused_from: Instant,
    /// Whether it is out of use, because it is being revoked.
    pub is_withdrawn: bool,
}

impl Token {
    /// Takes a token into use that was asked for at this time. Nobody knows when its life began;
    /// not before it was asked for.
    pub(super) fn new(granted: GrantedToken, asked_at: Instant) -> Self {
        let lifetime = granted.lifetime;
        let early = (lifetime / 10).min(RENEWAL);
        let mut unused_from = asked_at + lifetime;
        if early < LAST_SECOND {
            unused_from -= lifetime.min(LAST_SECOND);
        }
        // What takes longer to come than it lives is used all the same, or no call would ever go.
        let shortest_use = (lifetime / 4).min(LAST_SECOND);
        unused_from = unused_from.max(Instant::now() + shortest_use);
        Token {
            authorization: granted.authorization,
            renew_at: unused_from - early,
            unused_from,
            is_withdrawn: false,
        }
    }

    pub(super) fn is(&self, authorization: &Authorization) -> bool {
        self.authorization.header == authorization.header
    }
}
