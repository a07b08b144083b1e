//! DKIM: bodies brought into canonical form and hashed; whole messages verified and signed.
#![forbid(unsafe_code)]

mod bodies;
mod mail_auth;
mod messages;
mod viadkim;

fn main() {
    bodies::run();
    messages::run();
}
