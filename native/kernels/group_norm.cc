// Group normalization and its gradient: two passes over an image each, between which it stays in
// the cache.
#include <math.h>

#include "isa.h"
#include "vector.h"

namespace hidden_gaussian {
namespace HG_ISA {
namespace {

// Per-channel sums over the pixels of an image of up to two values that `term` makes of a pixel's
// eight (or fewer) channels at c. Sixteen channels, a cache line, are summed at a time.
template <typename Term>
HG_INLINE void ChannelSums(int64_t pixels, int64_t channels, float* first, float* second,
                           const Term& term) {
  int64_t c = 0;
  for (; c + 2 * kLanes <= channels; c += 2 * kLanes) {
    Vec a0 = {}, a1 = {}, b0 = {}, b1 = {};
    for (int64_t p = 0; p < pixels; ++p) {
      term(p * channels + c, c, kLanes, &a0, &b0);
      term(p * channels + c + kLanes, c + kLanes, kLanes, &a1, &b1);
    }
    Store(first + c, a0);
    Store(first + c + kLanes, a1);
    Store(second + c, b0);
    Store(second + c + kLanes, b1);
  }
  for (; c + kLanes <= channels; c += kLanes) {
    Vec a = {}, b = {};
    for (int64_t p = 0; p < pixels; ++p) term(p * channels + c, c, kLanes, &a, &b);
    Store(first + c, a);
    Store(second + c, b);
  }
  if (c < channels) {
    const int rest = static_cast<int>(channels - c);
    Vec a = {}, b = {};
    for (int64_t p = 0; p < pixels; ++p) term(p * channels + c, c, rest, &a, &b);
    StorePart(first + c, a, rest);
    StorePart(second + c, b, rest);
  }
}

HG_INLINE Vec LoadSome(const float* from, int count) {
  return count == kLanes ? Load(from) : LoadPart(from, count);
}

HG_INLINE void StoreSome(float* to, Vec v, int count) {
  if (count == kLanes) {
    Store(to, v);
  } else {
    StorePart(to, v, count);
  }
}

// Calls body(at, c, lanes) for all values of an image, eight channels at a time.
template <typename Body>
HG_INLINE void ForEachVector(int64_t pixels, int64_t channels, const Body& body) {
  const int64_t whole = channels - channels % kLanes;
  for (int64_t p = 0; p < pixels; ++p) {
    for (int64_t c = 0; c < whole; c += kLanes) body(p * channels + c, c, kLanes);
    if (whole < channels) body(p * channels + whole, whole, static_cast<int>(channels - whole));
  }
}

// z = x scale + shift: the layer of one image as one line per channel.
void LineOfChannels(const GroupNormImage& image, const float* mean, const float* rstd,
                    float* scale, float* shift) {
  const int64_t per_group = image.channels / image.groups;
  for (int64_t c = 0; c < image.channels; ++c) {
    const int64_t g = c / per_group;
    scale[c] = rstd[g] * image.gain[c];
    const float offset = image.offset == nullptr ? 0.0f : image.offset[c];
    shift[c] = image.bias[c] + (offset - mean[g]) * scale[c];
  }
}

}  // namespace

void GroupNorm(const GroupNormImage& image, float* y, float* mean, float* rstd, float* scratch) {
  const int64_t C = image.channels;
  const float* x = image.x;
  float* sums = scratch;
  float* squares = scratch + C;
  ChannelSums(image.pixels, C, sums, squares,
              [x](int64_t at, int64_t, int lanes, Vec* sum, Vec* square)
                  __attribute__((always_inline)) {
                    const Vec v = LoadSome(x + at, lanes);
                    *sum += v;
                    *square += v * v;
                  });
  const int64_t per_group = C / image.groups;
  const double count = static_cast<double>(image.pixels);
  for (int64_t g = 0; g < image.groups; ++g) {
    double sum = 0, square = 0;
    for (int64_t c = g * per_group; c < (g + 1) * per_group; ++c) {
      const double offset = image.offset == nullptr ? 0.0 : image.offset[c];
      sum += sums[c] + count * offset;
      square += squares[c] + offset * (2.0 * sums[c] + count * offset);
    }
    const double size = count * per_group;
    const double m = sum / size;
    const double variance = square / size - m * m;
    mean[g] = static_cast<float>(m);
    // Rounding takes the variance of a nearly constant group below 0.
    rstd[g] = static_cast<float>(1.0 / sqrt((variance > 0 ? variance : 0) + image.eps));
  }
  float* scale = scratch;
  float* shift = scratch + C;
  LineOfChannels(image, mean, rstd, scale, shift);
  const bool silu = image.silu;
  ForEachVector(image.pixels, C, [=](int64_t at, int64_t c, int lanes)
                    __attribute__((always_inline)) {
                      const Vec z = LoadSome(x + at, lanes) * LoadSome(scale + c, lanes) +
                                    LoadSome(shift + c, lanes);
                      StoreSome(y + at, silu ? z * Sigmoid(z) : z, lanes);
                    });
}

void GroupNormGrad(const GroupNormImage& image, const float* dy, const float* mean,
                   const float* rstd, float* dx, float* dgain, float* dbias, float* doffset,
                   float* scratch) {
  const int64_t C = image.channels;
  const float* x = image.x;
  float* scale = scratch;
  float* shift = scratch + C;
  float* dz_sums = scratch + 2 * C;   // sum over pixels of dz
  float* dzx_sums = scratch + 3 * C;  // and of dz x
  float* x_sums = scratch + 4 * C;    // and of x
  float* unused = scratch + 5 * C;
  LineOfChannels(image, mean, rstd, scale, shift);
  const bool silu = image.silu;
  ChannelSums(image.pixels, C, dz_sums, dzx_sums,
              [=](int64_t at, int64_t c, int lanes, Vec* sum, Vec* product)
                  __attribute__((always_inline)) {
                    const Vec v = LoadSome(x + at, lanes);
                    Vec dz = LoadSome(dy + at, lanes);
                    if (silu) {
                      const Vec z =
                          v * LoadSome(scale + c, lanes) + LoadSome(shift + c, lanes);
                      const Vec s = Sigmoid(z);
                      dz *= s * (1.0f + z * (1.0f - s));
                    }
                    StoreSome(dx + at, dz, lanes);
                    *sum += dz;
                    *product += dz * v;
                  });
  if (doffset != nullptr) {
    ChannelSums(image.pixels, C, x_sums, unused,
                [x](int64_t at, int64_t, int lanes, Vec* sum, Vec*)
                    __attribute__((always_inline)) { *sum += LoadSome(x + at, lanes); });
  }
  const int64_t per_group = C / image.groups;
  const double size = static_cast<double>(image.pixels) * per_group;
  // dx = rstd (gain dz - a - b xhat), with a and b the group's means of gain dz and gain dz xhat;
  // as a line: dx = dz p + x q + t. `scale`, `shift` and `unused` make room for p, q and t.
  float* p = scale;
  float* q = shift;
  float* t = unused;
  for (int64_t g = 0; g < image.groups; ++g) {
    const double m = mean[g], r = rstd[g];
    double a = 0, b = 0;
    for (int64_t c = g * per_group; c < (g + 1) * per_group; ++c) {
      const double offset = image.offset == nullptr ? 0.0 : image.offset[c];
      const double normal = r * (dzx_sums[c] + (offset - m) * dz_sums[c]);  // sum of dz xhat
      dgain[c] = static_cast<float>(normal);
      dbias[c] = dz_sums[c];
      a += image.gain[c] * static_cast<double>(dz_sums[c]);
      b += image.gain[c] * normal;
    }
    a /= size;
    b /= size;
    for (int64_t c = g * per_group; c < (g + 1) * per_group; ++c) {
      const double offset = image.offset == nullptr ? 0.0 : image.offset[c];
      p[c] = static_cast<float>(r * image.gain[c]);
      q[c] = static_cast<float>(-r * r * b);
      t[c] = static_cast<float>(-r * (a + r * b * (offset - m)));
      if (doffset != nullptr) {
        doffset[c] = static_cast<float>(r * image.gain[c] * dz_sums[c] - r * r * b * x_sums[c] -
                                        r * (a + r * b * (offset - m)) * image.pixels);
      }
    }
  }
  ForEachVector(image.pixels, C, [=](int64_t at, int64_t c, int lanes)
                    __attribute__((always_inline)) {
                      StoreSome(dx + at,
                                LoadSome(dx + at, lanes) * LoadSome(p + c, lanes) +
                                    LoadSome(x + at, lanes) * LoadSome(q + c, lanes) +
                                    LoadSome(t + c, lanes),
                                lanes);
                    });
}

}  // namespace HG_ISA
}  // namespace hidden_gaussian
