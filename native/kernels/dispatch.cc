// Chooses the kernels for the processor at hand.
#define HG_ISA generic
#include "isa.h"
#undef HG_ISA
#define HG_ISA avx2
#include "isa.h"
#undef HG_ISA

namespace hidden_gaussian {

const Kernels& kernels() {
#if defined(__x86_64__)
  static const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  static const Kernels fast = {avx2::GroupNorm, avx2::GroupNormGrad, avx2::AddScale,
                               avx2::AddScaleGrad, avx2::StepAdamEma};
  if (has_avx2) return fast;
#endif
  static const Kernels plain = {generic::GroupNorm, generic::GroupNormGrad, generic::AddScale,
                                generic::AddScaleGrad, generic::StepAdamEma};
  return plain;
}

}  // namespace hidden_gaussian
