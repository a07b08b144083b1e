//! POP3 as pure state machines: client and server.
#![no_std]
