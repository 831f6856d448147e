// The loops behind the ops, compiled once for every processor and once for x86 with AVX2 and FMA.
// Plain C in and out: a file compiled for AVX2 must not leave inline functions of others behind.
#ifndef HIDDEN_GAUSSIAN_NATIVE_KERNELS_KERNELS_H_
#define HIDDEN_GAUSSIAN_NATIVE_KERNELS_KERNELS_H_

#include <stdint.h>

namespace hidden_gaussian {

// Group normalization of one image: x~ = x + offset, xhat = (x~ - mean) rstd, z = gain xhat + bias,
// y = z or z sigmoid(z).
struct GroupNormImage {
  int64_t pixels;
  int64_t channels;
  int64_t groups;
  float eps;
  bool silu;
  const float* x;       // [pixels, channels]
  const float* offset;  // [channels], or null for 0
  const float* gain;    // [channels]
  const float* bias;    // [channels]
};

struct AdamEma {
  float rate;        // learning rate over 1 - beta1^t
  float root_scale;  // 1 / sqrt(1 - beta2^t)
  float beta1;
  float beta2;
  float eps;
  float ema_beta;  // share of the old average that stays
};

struct Kernels {
  // Writes y [pixels, channels], mean and rstd [groups]. `scratch`: 2 * channels floats.
  void (*group_norm)(const GroupNormImage& image, float* y, float* mean, float* rstd,
                     float* scratch);
  // From dy and the forward pass's mean and rstd: dx, and this image's parts of the gradients of
  // gain, bias and (unless null) offset, each [channels]. `scratch`: 6 * channels floats.
  void (*group_norm_grad)(const GroupNormImage& image, const float* dy, const float* mean,
                          const float* rstd, float* dx, float* dgain, float* dbias, float* doffset,
                          float* scratch);
  // out = (a + b + bias) scale over rows of `channels` values.
  void (*add_scale)(const float* a, const float* b, const float* bias, float scale, int64_t rows,
                    int64_t channels, float* out);
  // out = dy scale, and sums [channels] of its rows.
  void (*add_scale_grad)(const float* dy, float scale, int64_t rows, int64_t channels, float* out,
                         float* sums);
  // One step on `count` parameters: w, m, v, average -> the new ones (Kingma & Ba 2015).
  void (*adam_ema)(const AdamEma& step, int64_t count, const float* const in[4],
                   const float* gradient, float* const out[4]);
};

// The best ones for this processor.
const Kernels& kernels();

}  // namespace hidden_gaussian

#endif  // HIDDEN_GAUSSIAN_NATIVE_KERNELS_KERNELS_H_
