// The end of a residual block, (a + b + bias) scale, and its gradient: one pass each.
#include "isa.h"
#include "vector.h"

namespace hidden_gaussian {
namespace HG_ISA {

void AddScale(const float* a, const float* b, const float* bias, float scale, int64_t rows,
              int64_t channels, float* out) {
  const int64_t whole = channels - channels % kLanes;
  for (int64_t row = 0; row < rows; ++row, a += channels, b += channels, out += channels) {
    for (int64_t c = 0; c < whole; c += kLanes) {
      Store(out + c, (Load(a + c) + Load(b + c) + Load(bias + c)) * scale);
    }
    for (int64_t c = whole; c < channels; ++c) out[c] = (a[c] + b[c] + bias[c]) * scale;
  }
}

void AddScaleGrad(const float* dy, float scale, int64_t rows, int64_t channels, float* out,
                  float* sums) {
  int64_t c = 0;
  for (; c + kLanes <= channels; c += kLanes) {
    Vec sum = {};
    for (int64_t row = 0; row < rows; ++row) {
      const Vec scaled = Load(dy + row * channels + c) * scale;
      Store(out + row * channels + c, scaled);
      sum += scaled;
    }
    Store(sums + c, sum);
  }
  for (; c < channels; ++c) {
    float sum = 0;
    for (int64_t row = 0; row < rows; ++row) {
      const float scaled = dy[row * channels + c] * scale;
      out[row * channels + c] = scaled;
      sum += scaled;
    }
    sums[c] = sum;
  }
}

}  // namespace HG_ISA
}  // namespace hidden_gaussian
