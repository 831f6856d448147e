// Adam and the exponential moving average of the weights in one pass over the parameters.
#include <math.h>

#include "isa.h"

namespace hidden_gaussian {
namespace HG_ISA {

void StepAdamEma(const AdamEma& step, int64_t count, const float* const in[4],
                 const float* gradient, float* const out[4]) {
  const float *weights = in[0], *momentum = in[1], *variance = in[2], *average = in[3];
  float *__restrict new_weights = out[0], *__restrict new_momentum = out[1];
  float *__restrict new_variance = out[2], *__restrict new_average = out[3];
  for (int64_t i = 0; i < count; ++i) {
    const float g = gradient[i];
    const float m = momentum[i] + (g - momentum[i]) * step.gain1;
    const float v = variance[i] + (g * g - variance[i]) * step.gain2;
    const float w = weights[i] - step.rate * (m / (sqrtf(v) * step.root_scale + step.eps));
    new_weights[i] = w;
    new_momentum[i] = m;
    new_variance[i] = v;
    new_average[i] = w + (average[i] - w) * step.ema_beta;
  }
}

}  // namespace HG_ISA
}  // namespace hidden_gaussian
