//! See the manifest.
#![no_std]

extern crate alloc;

use core::alloc::{GlobalAlloc, Layout};

// Only what is linked can be missing something.
use mail_auth_spf_dkim as _;
use mail_sasl as _;
use mail_wire as _;
use pop3_proto as _;
use rfc5322_message as _;
use smtp_proto as _;

struct Nowhere;

// SAFETY: no memory is ever handed out.
unsafe impl GlobalAlloc for Nowhere {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 {
        core::ptr::null_mut()
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static NOWHERE: Nowhere = Nowhere;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
