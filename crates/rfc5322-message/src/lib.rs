//! Internet messages and MIME: parse anything, edit in place, build it right.
#![no_std]
