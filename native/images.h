// What the ops on images [N, H, W, C] share: sizes, checks, threads, and sums over images.
#ifndef HIDDEN_GAUSSIAN_NATIVE_IMAGES_H_
#define HIDDEN_GAUSSIAN_NATIVE_IMAGES_H_

#include <functional>

#include "tensorflow/core/framework/op_kernel.h"
#include "tensorflow/core/framework/tensor.h"

namespace hidden_gaussian {

// Sizes of a batch of images, stored pixel by pixel.
struct ImageSizes {
  int64_t images;    // N
  int64_t pixels;    // H * W
  int64_t channels;  // C

  explicit ImageSizes(const tensorflow::TensorShape& shape)
      : images(shape.dim_size(0)),
        pixels(shape.dim_size(1) * shape.dim_size(2)),
        channels(shape.dim_size(3)) {}
  int64_t values() const { return pixels * channels; }  // of one image
};

inline tensorflow::Status CheckShape(const char* name, const tensorflow::Tensor& tensor,
                                     const tensorflow::TensorShape& expected) {
  if (tensor.shape() == expected) return tensorflow::OkStatus();
  return tensorflow::errors::InvalidArgument("expected `", name, "` of shape ",
                                             expected.DebugString(), ", got ",
                                             tensor.shape().DebugString());
}

// Runs `work(n)` for every image on TensorFlow's threads. Images are independent, so the result
// does not depend on the number of threads.
inline void ForEachImage(tensorflow::OpKernelContext* context, const ImageSizes& sizes,
                         int64_t cycles_per_value, const std::function<void(int64_t)>& work) {
  const auto& threads = *context->device()->tensorflow_cpu_worker_threads();
  threads.workers->ParallelFor(sizes.images, sizes.values() * cycles_per_value,
                               [&](int64_t first, int64_t end) {
                                 for (int64_t n = first; n < end; ++n) work(n);
                               });
}

// sums[c] = sum over rows of parts [rows, channels], in the order of the rows.
inline void SumRows(const float* parts, int64_t rows, int64_t channels, float* sums) {
  for (int64_t c = 0; c < channels; ++c) {
    double sum = 0;
    for (int64_t row = 0; row < rows; ++row) sum += parts[row * channels + c];
    sums[c] = static_cast<float>(sum);
  }
}

}  // namespace hidden_gaussian

#endif  // HIDDEN_GAUSSIAN_NATIVE_IMAGES_H_
