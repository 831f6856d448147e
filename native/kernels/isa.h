// The kernels of one processor family. The files of this folder are compiled once for each, with
// HG_ISA naming the namespace they fill; no include guard, because dispatch.cc wants them all.
#include "kernels.h"

namespace hidden_gaussian {
namespace HG_ISA {

void GroupNorm(const GroupNormImage& image, float* y, float* mean, float* rstd, float* scratch);
void GroupNormGrad(const GroupNormImage& image, const float* dy, const float* mean,
                   const float* rstd, float* dx, float* dgain, float* dbias, float* doffset,
                   float* scratch);
void AddScale(const float* a, const float* b, const float* bias, float scale, int64_t rows,
              int64_t channels, float* out);
void AddScaleGrad(const float* dy, float scale, int64_t rows, int64_t channels, float* out,
                  float* sums);
int64_t WinogradFilterSize(int64_t inputs, int64_t outputs);
int64_t WinogradScratchSize(int64_t inputs, int64_t outputs);
void WinogradFilter(const float* filter, int64_t inputs, int64_t outputs, bool adjoint, float* u);
void WinogradConv(const ConvImage& image, const float* x, const float* u, float* y,
                  float* scratch);
void WinogradConvGrad(const ConvImage& image, const float* x, const float* dy, float* du,
                      float* scratch);
void WinogradFilterGrad(const float* du, int64_t inputs, int64_t outputs, float* dfilter);
void StepAdamEma(const AdamEma& step, int64_t count, const float* const in[4],
                 const float* gradient, float* const out[4]);

}  // namespace HG_ISA
}  // namespace hidden_gaussian
