//! DKIM: bodies brought into canonical form and hashed; whole messages verified and signed.
#![forbid(unsafe_code)]

mod bodies;
mod peer;

fn main() {
    bodies::run();
}
