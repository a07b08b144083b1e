//! SMTP, submission and LMTP as pure state machines: client and server.
#![no_std]
