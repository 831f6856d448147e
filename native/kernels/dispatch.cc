// Chooses the kernels for the processor at hand.
#define HG_ISA generic
#include "isa.h"
#undef HG_ISA
#define HG_ISA avx2
#include "isa.h"
#undef HG_ISA

#define HG_TABLE(ISA)                                                                     \
  {                                                                                       \
    ISA::GroupNorm, ISA::GroupNormGrad, ISA::AddScale, ISA::AddScaleGrad,                 \
        ISA::WinogradFilterSize, ISA::WinogradScratchSize, ISA::WinogradFilter,           \
        ISA::WinogradConv, ISA::WinogradConvGrad, ISA::WinogradFilterGrad, ISA::StepAdamEma \
  }

namespace hidden_gaussian {

const Kernels& kernels() {
#if defined(__x86_64__)
  static const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  static const Kernels fast = HG_TABLE(avx2);
  if (has_avx2) return fast;
#endif
  static const Kernels plain = HG_TABLE(generic);
  return plain;
}

}  // namespace hidden_gaussian
