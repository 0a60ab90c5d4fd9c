//! What a test may do with a simulator: the methods of [`Simulator`](super::Simulator), by what
//! they are about.

mod answers;
mod credentials;
mod documents;
mod faults;
mod traffic;
