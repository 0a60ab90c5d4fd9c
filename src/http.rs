//! Everything that knows reqwest: the [`client`] underneath, one exchange over it ([`sender`],
//! [`gate`]), the [`response`], and what it means if there was none ([`failure`]).

mod causes;
pub(crate) mod client;
mod failure;
mod gate;
pub(crate) mod permits;
pub(crate) mod proxy;
mod resend;
pub(crate) mod response;
pub(crate) mod sender;
pub(crate) mod trust;
