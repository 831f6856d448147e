// 3x3 convolutions by Winograd's minimal filtering F(2x2, 3x3) (Lavin & Gray 2016, arXiv
// 1509.09308): 16 multiplications for four outputs of a pixel square instead of 36.
//   Y = At [(G g Gt) . (Bt d B)] A
// with g a filter, d a square of 4x4 inputs, and "." a product that sums over input channels: 16
// small matrix products over the squares (tiles). The gradient of the filter is the derivative of
// the same formula, dg = Gt [sum over tiles (A dY At) . (Bt d B)] G.
//
// Channels of the right-hand matrices are laid out in panels of 16, so that a product reads them
// in order: [16 points][panels][rows][16].
#include "isa.h"
#include "vector.h"

namespace hidden_gaussian {
namespace HG_ISA {
namespace {

constexpr int kPoints = 16;           // of a transformed tile
constexpr int kPanel = 2 * kLanes;    // columns of a product at a time
constexpr int kRows = 6;              // and rows: 12 accumulators and 3 operands in 16 registers

HG_INLINE int64_t Smaller(int64_t a, int64_t b) { return a < b ? a : b; }
HG_INLINE int64_t Panels(int64_t channels) { return (channels + kPanel - 1) / kPanel; }

// C [ROWS, 16] (+)= A B over `depth`; B [depth, 16] in order.
template <int ROWS>
HG_INLINE void Product(const float* a, int64_t a_row, int64_t a_depth, const float* b,
                       int64_t depth, float* c, int64_t c_row, bool accumulate) {
  Vec sums[ROWS][2];
  for (int r = 0; r < ROWS; ++r) {
    sums[r][0] = accumulate ? Load(c + r * c_row) : Vec{};
    sums[r][1] = accumulate ? Load(c + r * c_row + kLanes) : Vec{};
  }
  for (int64_t k = 0; k < depth; ++k, a += a_depth, b += kPanel) {
    const Vec b0 = Load(b), b1 = Load(b + kLanes);
    for (int r = 0; r < ROWS; ++r) {
      const Vec value = All(a[r * a_row]);
      sums[r][0] += value * b0;
      sums[r][1] += value * b1;
    }
  }
  for (int r = 0; r < ROWS; ++r) {
    Store(c + r * c_row, sums[r][0]);
    Store(c + r * c_row + kLanes, sums[r][1]);
  }
}

// The same for any number of rows.
HG_INLINE void Products(int64_t rows, const float* a, int64_t a_row, int64_t a_depth,
                        const float* b, int64_t depth, float* c, int64_t c_row, bool accumulate) {
  int64_t r = 0;
  for (; r + kRows <= rows; r += kRows) {
    Product<kRows>(a + r * a_row, a_row, a_depth, b, depth, c + r * c_row, c_row, accumulate);
  }
  a += r * a_row;
  c += r * c_row;
  switch (rows - r) {
    case 5: Product<5>(a, a_row, a_depth, b, depth, c, c_row, accumulate); break;
    case 4: Product<4>(a, a_row, a_depth, b, depth, c, c_row, accumulate); break;
    case 3: Product<3>(a, a_row, a_depth, b, depth, c, c_row, accumulate); break;
    case 2: Product<2>(a, a_row, a_depth, b, depth, c, c_row, accumulate); break;
    case 1: Product<1>(a, a_row, a_depth, b, depth, c, c_row, accumulate); break;
    default: break;
  }
}

// Bt v of four values a stride apart, in place.
HG_INLINE void InputLine(Vec* v, int stride) {
  const Vec v0 = v[0], v1 = v[stride], v2 = v[2 * stride], v3 = v[3 * stride];
  v[0] = v0 - v2;
  v[stride] = v1 + v2;
  v[2 * stride] = v2 - v1;
  v[3 * stride] = v1 - v3;
}

// Transforms the 4x4 squares of tiles `first` to `first + count`: v [16][count][channels].
void TransformInputs(const ConvImage& image, const float* x, int64_t channels, int64_t first,
                     int64_t count, const float* zeros, float* v) {
  const int64_t across = (image.width + 1) / 2;
  for (int64_t t = 0; t < count; ++t) {
    const int64_t top = (first + t) / across * 2 - 1, left = (first + t) % across * 2 - 1;
    const float* pixels[kPoints];
    for (int i = 0; i < 4; ++i) {
      for (int j = 0; j < 4; ++j) {
        const int64_t row = top + i, column = left + j;
        const bool inside =
            row >= 0 && row < image.height && column >= 0 && column < image.width;
        pixels[4 * i + j] = inside ? x + (row * image.width + column) * channels : zeros;
      }
    }
    for (int64_t c = 0; c < channels; c += kLanes) {
      Vec tile[kPoints];
      for (int i = 0; i < kPoints; ++i) tile[i] = Load(pixels[i] + c);
      for (int i = 0; i < 4; ++i) InputLine(tile + i, 4);
      for (int i = 0; i < 4; ++i) InputLine(tile + 4 * i, 1);
      for (int i = 0; i < kPoints; ++i) Store(v + (i * count + t) * channels + c, tile[i]);
    }
  }
}

// At m of four values a stride apart, in place: two remain.
HG_INLINE void OutputLine(Vec* m, int stride) {
  const Vec m0 = m[0], m1 = m[stride], m2 = m[2 * stride], m3 = m[3 * stride];
  m[0] = m0 + m1 + m2;
  m[stride] = m1 - m2 - m3;
}

// Writes the 2x2 squares of tiles from m [16][count][row].
void TransformOutputs(const ConvImage& image, const float* m, int64_t row_length, int64_t first,
                      int64_t count, float* y) {
  const int64_t across = (image.width + 1) / 2;
  for (int64_t t = 0; t < count; ++t) {
    const int64_t top = (first + t) / across * 2, left = (first + t) % across * 2;
    const bool below = top + 1 < image.height, right = left + 1 < image.width;
    float* to = y + (top * image.width + left) * image.outputs;
    float* to_below = to + image.width * image.outputs;
    for (int64_t c = 0; c < image.outputs; c += kLanes) {
      Vec tile[kPoints];
      for (int i = 0; i < kPoints; ++i) tile[i] = Load(m + (i * count + t) * row_length + c);
      for (int i = 0; i < 4; ++i) OutputLine(tile + i, 4);
      for (int i = 0; i < 2; ++i) OutputLine(tile + 4 * i, 1);
      Store(to + c, tile[0]);
      if (right) Store(to + image.outputs + c, tile[1]);
      if (below) Store(to_below + c, tile[4]);
      if (below && right) Store(to_below + image.outputs + c, tile[5]);
    }
  }
}

// A v of two values a stride apart, in place: four.
HG_INLINE void OutputLineAdjoint(Vec* v, int stride) {
  const Vec v0 = v[0], v1 = v[stride];
  v[stride] = v0 + v1;
  v[2 * stride] = v0 - v1;
  v[3 * stride] = -v1;
}

// A dy At of tiles, in panels: dm [16][panels][count][16].
void TransformOutputGradients(const ConvImage& image, const float* dy, int64_t first,
                              int64_t count, float* dm) {
  const int64_t across = (image.width + 1) / 2, panels = Panels(image.outputs);
  for (int64_t t = 0; t < count; ++t) {
    const int64_t top = (first + t) / across * 2, left = (first + t) % across * 2;
    const bool below = top + 1 < image.height, right = left + 1 < image.width;
    const float* from = dy + (top * image.width + left) * image.outputs;
    const float* from_below = from + image.width * image.outputs;
    for (int64_t c = 0; c < panels * kPanel; c += kLanes) {
      Vec tile[kPoints] = {};
      if (c < image.outputs) {
        tile[0] = Load(from + c);
        if (right) tile[1] = Load(from + image.outputs + c);
        if (below) tile[4] = Load(from_below + c);
        if (below && right) tile[5] = Load(from_below + image.outputs + c);
      }
      for (int i = 0; i < 2; ++i) OutputLineAdjoint(tile + i, 4);
      for (int i = 0; i < 4; ++i) OutputLineAdjoint(tile + 4 * i, 1);
      float* to = dm + (c / kPanel * count + t) * kPanel + c % kPanel;
      for (int i = 0; i < kPoints; ++i) Store(to + i * panels * count * kPanel, tile[i]);
    }
  }
}

// G g of three values: four.
HG_INLINE void FilterLine(const Vec* g, int stride, Vec* to, int to_stride) {
  const Vec g0 = g[0], g1 = g[stride], g2 = g[2 * stride];
  to[0] = g0;
  to[to_stride] = 0.5f * (g0 + g1 + g2);
  to[2 * to_stride] = 0.5f * (g0 - g1 + g2);
  to[3 * to_stride] = g2;
}

// Gt u of four values: three.
HG_INLINE void FilterLineAdjoint(const Vec* u, int stride, Vec* to, int to_stride) {
  const Vec u0 = u[0], u1 = u[stride], u2 = u[2 * stride], u3 = u[3 * stride];
  to[0] = u0 + 0.5f * (u1 + u2);
  to[to_stride] = 0.5f * (u1 - u2);
  to[2 * to_stride] = 0.5f * (u1 + u2) + u3;
}

}  // namespace

int64_t WinogradFilterSize(int64_t inputs, int64_t outputs) {
  return kPoints * Panels(outputs) * inputs * kPanel;
}

int64_t WinogradScratchSize(int64_t inputs, int64_t outputs) {
  return kPoints * kWinogradTiles * (inputs + Panels(outputs) * kPanel) + inputs;
}

void WinogradFilter(const float* filter, int64_t inputs, int64_t outputs, bool adjoint, float* u) {
  // The adjoint swaps input and output channels and turns the filter by half a turn.
  const int64_t last = adjoint ? inputs : outputs;  // the channels that lie side by side
  const int64_t rows = adjoint ? outputs : inputs;
  const int64_t points = Panels(outputs) * inputs * kPanel;
  for (int64_t i = 0; i < kPoints * points; ++i) u[i] = 0;
  for (int64_t row = 0; row < rows; ++row) {
    for (int64_t c = 0; c < last; c += kLanes) {
      Vec g[kPoints], half[12];
      for (int tap = 0; tap < 9; ++tap) {
        g[tap] = Load(filter + ((adjoint ? 8 - tap : tap) * rows + row) * last + c);
      }
      for (int j = 0; j < 3; ++j) FilterLine(g + j, 3, half + j, 3);
      for (int i = 0; i < 4; ++i) FilterLine(half + 3 * i, 1, g + 4 * i, 1);
      for (int i = 0; i < kPoints; ++i) {
        float* to = u + i * points;
        if (adjoint) {
          to += (row / kPanel * inputs + c) * kPanel + row % kPanel;
          for (int lane = 0; lane < kLanes; ++lane) to[lane * kPanel] = g[i][lane];
        } else {
          Store(to + (c / kPanel * inputs + row) * kPanel + c % kPanel, g[i]);
        }
      }
    }
  }
}

void WinogradConv(const ConvImage& image, const float* x, const float* u, float* y,
                  float* scratch) {
  const int64_t panels = Panels(image.outputs), row = panels * kPanel;
  const int64_t tiles = (image.height + 1) / 2 * ((image.width + 1) / 2);
  float* zeros = scratch;
  float* v = zeros + image.inputs;
  float* m = v + kPoints * kWinogradTiles * image.inputs;
  for (int64_t c = 0; c < image.inputs; ++c) zeros[c] = 0;
  for (int64_t first = 0; first < tiles; first += kWinogradTiles) {
    const int64_t count = Smaller(kWinogradTiles, tiles - first);
    TransformInputs(image, x, image.inputs, first, count, zeros, v);
    for (int64_t i = 0; i < kPoints; ++i) {
      for (int64_t panel = 0; panel < panels; ++panel) {
        Products(count, v + i * count * image.inputs, image.inputs, 1,
                 u + (i * panels + panel) * image.inputs * kPanel, image.inputs,
                 m + i * count * row + panel * kPanel, row, false);
      }
    }
    TransformOutputs(image, m, row, first, count, y);
  }
}

void WinogradConvGrad(const ConvImage& image, const float* x, const float* dy, float* du,
                      float* scratch) {
  const int64_t panels = Panels(image.outputs);
  const int64_t tiles = (image.height + 1) / 2 * ((image.width + 1) / 2);
  float* zeros = scratch;
  float* v = zeros + image.inputs;
  float* dm = v + kPoints * kWinogradTiles * image.inputs;
  for (int64_t c = 0; c < image.inputs; ++c) zeros[c] = 0;
  for (int64_t first = 0; first < tiles; first += kWinogradTiles) {
    const int64_t count = Smaller(kWinogradTiles, tiles - first);
    TransformInputs(image, x, image.inputs, first, count, zeros, v);
    TransformOutputGradients(image, dy, first, count, dm);
    for (int64_t i = 0; i < kPoints; ++i) {
      for (int64_t panel = 0; panel < panels; ++panel) {
        Products(image.inputs, v + i * count * image.inputs, 1, image.inputs,
                 dm + (i * panels + panel) * count * kPanel, count,
                 du + (i * panels + panel) * image.inputs * kPanel, kPanel, true);
      }
    }
  }
}

void WinogradFilterGrad(const float* du, int64_t inputs, int64_t outputs, float* dfilter) {
  const int64_t points = Panels(outputs) * inputs * kPanel;
  for (int64_t in = 0; in < inputs; ++in) {
    for (int64_t c = 0; c < outputs; c += kLanes) {
      const float* from = du + (c / kPanel * inputs + in) * kPanel + c % kPanel;
      Vec whole[kPoints], half[12], g[9];
      for (int i = 0; i < kPoints; ++i) whole[i] = Load(from + i * points);
      for (int j = 0; j < 4; ++j) FilterLineAdjoint(whole + j, 4, half + j, 4);
      for (int i = 0; i < 3; ++i) FilterLineAdjoint(half + 4 * i, 1, g + 3 * i, 1);
      for (int tap = 0; tap < 9; ++tap) {
        Store(dfilter + (tap * inputs + in) * outputs + c, g[tap]);
      }
    }
  }
}

}  // namespace HG_ISA
}  // namespace hidden_gaussian
