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

// An image [height, width, inputs] and its convolution [height, width, outputs], `same` padding.
// Inputs and outputs are multiples of 8.
struct ConvImage {
  int64_t height;
  int64_t width;
  int64_t inputs;
  int64_t outputs;
};

// Tiles of 2x2 outputs that a Winograd convolution transforms at a time.
constexpr int64_t kWinogradTiles = 24;

struct AdamEma {
  float rate;        // learning rate over 1 - beta1^t
  float root_scale;  // 1 / sqrt(1 - beta2^t)
  float gain1;  // 1 - beta1
  float gain2;  // 1 - beta2
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
  // How many floats a transformed filter and the scratch memory of one image take.
  int64_t (*winograd_filter_size)(int64_t inputs, int64_t outputs);
  int64_t (*winograd_scratch_size)(int64_t inputs, int64_t outputs);
  // Transforms a filter [3, 3, inputs, outputs]; `adjoint`: a filter [3, 3, outputs, inputs], as
  // the gradient of the input needs it.
  void (*winograd_filter)(const float* filter, int64_t inputs, int64_t outputs, bool adjoint,
                          float* u);
  // y = convolution of x with the transformed filter u.
  void (*winograd_conv)(const ConvImage& image, const float* x, const float* u, float* y,
                        float* scratch);
  // Adds this image's part to the gradient of the transformed filter.
  void (*winograd_conv_grad)(const ConvImage& image, const float* x, const float* dy, float* du,
                             float* scratch);
  // The gradient of the filter [3, 3, inputs, outputs] from that of the transformed one.
  void (*winograd_filter_grad)(const float* du, int64_t inputs, int64_t outputs, float* dfilter);
  // One step on `count` parameters: w, m, v, average -> the new ones (Kingma & Ba 2015).
  void (*adam_ema)(const AdamEma& step, int64_t count, const float* const in[4],
                   const float* gradient, float* const out[4]);
};

// The best ones for this processor.
const Kernels& kernels();

}  // namespace hidden_gaussian

#endif  // HIDDEN_GAUSSIAN_NATIVE_KERNELS_KERNELS_H_
