//! What a test may do with a simulator: the methods of [`Simulator`](super::Simulator), by what
//! they are about.

// The page of `Simulator` shows them in this order.
mod documents;

mod faults;

mod traffic;

mod answers;
mod credentials;
