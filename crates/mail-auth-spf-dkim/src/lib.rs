//! SPF, DKIM, DMARC, ARC and Authentication-Results as machines that ask and are answered.
#![no_std]
