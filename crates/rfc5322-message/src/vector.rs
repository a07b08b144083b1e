//! What the processor can do for bulk bytes.
//!
//! The kernels are written for AVX2, in the intrinsics that [`fearless_simd::kernel!`] makes safe, or for any vectors. Each
//! has a portable neighbour with the same result, for what it leaves over, for other processors and for programs without `std`.

use fearless_simd::Level;

/// The widest vectors that this processor has.
pub(crate) fn level() -> Level {
    Level::new()
}

/// The proof that this processor has AVX2.
#[cfg(target_arch = "x86_64")]
pub(crate) fn avx2() -> Option<fearless_simd::Avx2> {
    level().as_avx2()
}
