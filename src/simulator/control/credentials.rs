//! Whose requests are answered.

use std::time::Duration;

use crate::simulator::digest::DigestAlgorithm;
use crate::simulator::handle::Simulator;
use crate::simulator::nonces::NoncePolicy;
use crate::simulator::tokens;
use crate::sync::lock;

impl Simulator {
    /// An access token that is good from the start, whatever else is registered, until
    /// [`revoke_tokens`](Self::revoke_tokens).
    pub const ACCESS_TOKEN: &str = tokens::ACCESS_TOKEN;

    /// Accepts this access token too, until [`revoke_tokens`](Self::revoke_tokens).
    pub fn add_access_token(&self, token: &str) {
        let access = &mut lock(&self.shared.state).access;
        access.tokens.add(token, "", None);
        access.bearers = true;
    }

    /// Ends the life of every access token there is: those of service accounts, those added, and
    /// [`ACCESS_TOKEN`](Self::ACCESS_TOKEN). Tokens issued or added afterwards are good.
    pub fn revoke_tokens(&self) {
        lock(&self.shared.state).access.tokens.clear();
    }

    /// Answers 401 to requests for this project even when their credential is good, as Atlas does
    /// for a project of somebody else. Takes the id of a project, or the beginning of a path in
    /// whole segments, such as `groups/32b6e34b3d91647abb20e7b8/clusters/Cluster0`.
    pub fn deny(&self, project_or_path: &str) {
        lock(&self.shared.state).access.deny(project_or_path);
    }

    /// Takes [`deny`](Self::deny) back.
    pub fn allow(&self, project_or_path: &str) {
        lock(&self.shared.state).access.allow(project_or_path);
    }

    /// Accepts this service account at `/api/oauth/token` and `/api/oauth/revoke`, and the access
    /// tokens that it gets there: at most 100 living ones, as at Atlas.
    pub fn add_service_account(&self, id: &str, secret: &str) {
        lock(&self.shared.state).access.accounts.add(id, secret);
    }

    /// Sets how long access tokens issued from now on live; one hour at first. `expires_in` tells
    /// the whole seconds of it.
    pub fn set_token_lifetime(&self, lifetime: Duration) {
        lock(&self.shared.state).access.accounts.lifetime = lifetime;
    }

    /// Accepts this API key.
    pub fn add_api_key(&self, public: &str, private: &str) {
        lock(&self.shared.state)
            .access
            .digest
            .add_key(public, private);
    }

    /// Sets the hash that challenges ask for, and the only one that is accepted.
    pub fn set_digest_algorithm(&self, algorithm: DigestAlgorithm) {
        lock(&self.shared.state).access.digest.algorithm = algorithm;
    }

    /// Sets how often a nonce is good. What was given out before keeps its counts.
    pub fn set_nonce_policy(&self, policy: NoncePolicy) {
        lock(&self.shared.state).access.digest.nonces.policy = policy;
    }

    /// Sets how many nonces are remembered; before the last so many they are stale. Servers with a
    /// small memory, such as Tomcat with a small `nonceCacheSize`, forget a nonce while other
    /// requests fetch theirs.
    pub fn set_nonce_memory(&self, nonces: usize) {
        lock(&self.shared.state).access.digest.nonces.memory = Some(nonces);
    }

    /// Makes every nonce given out so far stale.
    pub fn expire_nonces(&self) {
        lock(&self.shared.state).access.digest.nonces.expire();
    }
}
