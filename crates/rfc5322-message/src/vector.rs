//! What the processor can do for bulk bytes.
//!
//! The kernels are written for AVX2, in the intrinsics that [`fearless_simd::kernel!`] makes safe. Each has a portable
//! neighbour with the same result, for what it leaves over and for other processors.

use fearless_simd::{Avx2, Level};

/// The proof that this processor has AVX2. Without `std` it cannot be asked, and what the target promises decides.
pub(crate) fn avx2() -> Option<Avx2> {
    Level::try_detect().unwrap_or(Level::baseline()).as_avx2()
}
