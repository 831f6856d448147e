// Eight floats at a time, in the vector types that GCC and Clang share.
#ifndef HIDDEN_GAUSSIAN_NATIVE_KERNELS_VECTOR_H_
#define HIDDEN_GAUSSIAN_NATIVE_KERNELS_VECTOR_H_

#include <stdint.h>
#include <string.h>

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wpsabi"  // No vector crosses a function that is not inlined.
#endif

#define HG_INLINE static inline __attribute__((always_inline))

namespace {

constexpr int kLanes = 8;
typedef float Vec __attribute__((vector_size(32)));
typedef int32_t IntVec __attribute__((vector_size(32)));

HG_INLINE Vec Load(const float* from) {
  Vec v;
  memcpy(&v, from, sizeof(v));
  return v;
}

HG_INLINE void Store(float* to, Vec v) { memcpy(to, &v, sizeof(v)); }

// The first `count` (0 to 7) of eight floats; the others are 0.
HG_INLINE Vec LoadPart(const float* from, int count) {
  float part[kLanes] = {};
  for (int i = 0; i < count; ++i) part[i] = from[i];
  return Load(part);
}

HG_INLINE void StorePart(float* to, Vec v, int count) {
  float part[kLanes];
  Store(part, v);
  for (int i = 0; i < count; ++i) to[i] = part[i];
}

HG_INLINE Vec All(float value) {
  return Vec{value, value, value, value, value, value, value, value};
}

// e^x to about 1 ulp for x in [-87, 87], clamped outside: x = n ln 2 + r, the Taylor polynomial of
// e^r up to r^7 (its error is below float's precision for |r| <= ln 2 / 2), and 2^n by its bits.
HG_INLINE Vec Exp(Vec x) {
  x = x < All(-87.0f) ? All(-87.0f) : x;
  x = x > All(87.0f) ? All(87.0f) : x;
  const Vec shift = All(12582912.0f);  // 1.5 * 2^23: adding it rounds to a whole number.
  const Vec shifted = x * 1.44269504f + shift;
  const Vec n = shifted - shift;
  const Vec r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  Vec p = r * (1.0f / 5040) + 1.0f / 720;
  p = p * r + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  IntVec bits;
  memcpy(&bits, &shifted, sizeof(bits));
  bits = (bits - (0x4b400000 - 127)) << 23;
  Vec power;
  memcpy(&power, &bits, sizeof(power));
  return p * power;
}

HG_INLINE Vec Sigmoid(Vec x) { return 1.0f / (1.0f + Exp(-x)); }

}  // namespace

#endif  // HIDDEN_GAUSSIAN_NATIVE_KERNELS_VECTOR_H_
