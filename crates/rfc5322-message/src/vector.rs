//! What the processor can do for bulk bytes.
//!
//! The kernels are written for AVX2, in the intrinsics that [`fearless_simd::kernel!`] makes safe, or for any vectors. Each of
//! the former has a portable neighbour with the same result, for what it leaves over and for other processors.

use fearless_simd::Level;

/// The widest vectors that this processor has. Without `std` it cannot be asked, and what the target promises decides.
pub(crate) fn level() -> Level {
    Level::try_detect().unwrap_or(Level::baseline())
}

/// The proof that this processor has AVX2.
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
pub(crate) fn avx2() -> Option<fearless_simd::Avx2> {
    level().as_avx2()
}
