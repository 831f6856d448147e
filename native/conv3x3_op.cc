// HgConv3x3: 3x3 convolutions of stride 1 with `same` padding, by Winograd's algorithm.
#include <algorithm>
#include <vector>

#include "images.h"
#include "kernels/kernels.h"
#include "tensorflow/core/framework/op.h"
#include "tensorflow/core/framework/shape_inference.h"

namespace hidden_gaussian {
namespace {

using tensorflow::OpKernel;
using tensorflow::OpKernelConstruction;
using tensorflow::OpKernelContext;
using tensorflow::Status;
using tensorflow::Tensor;
using tensorflow::TensorShape;
using tensorflow::errors::InvalidArgument;
using tensorflow::shape_inference::InferenceContext;
using tensorflow::shape_inference::ShapeHandle;

// `adjoint`: the filter is that of the forward pass, and x the gradient of its output.
REGISTER_OP("HgConv3x3")
    .Input("x: float")       // [N, H, W, inputs]
    .Input("filter: float")  // [3, 3, inputs, outputs], or the other way round
    .Output("y: float")
    .Attr("adjoint: bool")
    .SetShapeFn([](InferenceContext* c) {
      bool adjoint;
      TF_RETURN_IF_ERROR(c->GetAttr("adjoint", &adjoint));
      ShapeHandle x, filter, y;
      TF_RETURN_IF_ERROR(c->WithRank(c->input(0), 4, &x));
      TF_RETURN_IF_ERROR(c->WithRank(c->input(1), 4, &filter));
      TF_RETURN_IF_ERROR(c->ReplaceDim(x, 3, c->Dim(filter, adjoint ? 2 : 3), &y));
      c->set_output(0, y);
      return tensorflow::OkStatus();
    });

REGISTER_OP("HgConv3x3GradFilter")
    .Input("x: float")   // [N, H, W, inputs]
    .Input("dy: float")  // [N, H, W, outputs]
    .Output("dfilter: float")
    .SetShapeFn([](InferenceContext* c) {
      ShapeHandle x, dy;
      TF_RETURN_IF_ERROR(c->WithRank(c->input(0), 4, &x));
      TF_RETURN_IF_ERROR(c->WithRank(c->input(1), 4, &dy));
      c->set_output(0, c->MakeShape({c->MakeDim(3), c->MakeDim(3), c->Dim(x, 3), c->Dim(dy, 3)}));
      return tensorflow::OkStatus();
    });

Status CheckImages(const char* name, const TensorShape& shape) {
  if (shape.dims() == 4 && shape.dim_size(3) % 8 == 0) return tensorflow::OkStatus();
  return InvalidArgument("expected `", name, "` of shape [N, H, W, C] with C a multiple of 8, got ",
                         shape.DebugString());
}

// Memory of one thread, kept from call to call.
float* Scratch(int64_t count) {
  thread_local std::vector<float> memory;
  if (static_cast<int64_t>(memory.size()) < count) memory.resize(count);
  return memory.data();
}

class Conv3x3Op : public OpKernel {
 public:
  explicit Conv3x3Op(OpKernelConstruction* context) : OpKernel(context) {
    OP_REQUIRES_OK(context, context->GetAttr("adjoint", &adjoint_));
  }

  void Compute(OpKernelContext* context) override {
    const Tensor &x = context->input(0), &filter = context->input(1);
    OP_REQUIRES_OK(context, CheckImages("x", x.shape()));
    const int64_t inputs = x.dim_size(3);
    const int64_t outputs = filter.dims() == 4 ? filter.dim_size(adjoint_ ? 2 : 3) : 0;
    const TensorShape expected = adjoint_ ? TensorShape({3, 3, outputs, inputs})
                                          : TensorShape({3, 3, inputs, outputs});
    OP_REQUIRES_OK(context, CheckShape("filter", filter, expected));
    TensorShape shape = x.shape();
    shape.set_dim(3, outputs);
    OP_REQUIRES_OK(context, CheckImages("y", shape));
    Tensor* y;
    OP_REQUIRES_OK(context, context->allocate_output(0, shape, &y));
    const Kernels& k = kernels();
    Tensor transformed;
    OP_REQUIRES_OK(context, context->allocate_temp(
                                tensorflow::DT_FLOAT,
                                TensorShape({k.winograd_filter_size(inputs, outputs)}),
                                &transformed));
    float* u = transformed.flat<float>().data();
    k.winograd_filter(filter.flat<float>().data(), inputs, outputs, adjoint_, u);
    const ConvImage image = {x.dim_size(1), x.dim_size(2), inputs, outputs};
    const int64_t pixels = image.height * image.width;
    const float* from = x.flat<float>().data();
    float* to = y->flat<float>().data();
    ForEachImage(context, ImageSizes(x.shape()), outputs / kValuesPerCycle + 1, [&](int64_t n) {
      k.winograd_conv(image, from + n * pixels * inputs, u, to + n * pixels * outputs,
                      Scratch(k.winograd_scratch_size(inputs, outputs)));
    });
  }

 private:
  static constexpr int64_t kValuesPerCycle = 4;
  bool adjoint_;
};

class Conv3x3GradFilterOp : public OpKernel {
 public:
  using OpKernel::OpKernel;

  void Compute(OpKernelContext* context) override {
    const Tensor &x = context->input(0), &dy = context->input(1);
    OP_REQUIRES_OK(context, CheckImages("x", x.shape()));
    OP_REQUIRES_OK(context, CheckImages("dy", dy.shape()));
    const int64_t inputs = x.dim_size(3), outputs = dy.dim_size(3), images = x.dim_size(0);
    TensorShape expected = x.shape();
    expected.set_dim(3, outputs);
    OP_REQUIRES_OK(context, CheckShape("dy", dy, expected));
    Tensor* dfilter;
    OP_REQUIRES_OK(context, context->allocate_output(
                                0, TensorShape({3, 3, inputs, outputs}), &dfilter));
    const Kernels& k = kernels();
    const ConvImage image = {x.dim_size(1), x.dim_size(2), inputs, outputs};
    const int64_t pixels = image.height * image.width;
    const int64_t size = k.winograd_filter_size(inputs, outputs);
    // Each part sums its images in order, and the parts are added in order: the number of threads
    // changes nothing.
    const int64_t parts = std::min(images, kParts);
    Tensor memory;
    OP_REQUIRES_OK(context, context->allocate_temp(
                                tensorflow::DT_FLOAT,
                                TensorShape({std::max<int64_t>(parts, 1) * size}), &memory));
    float* sums = memory.flat<float>().data();
    if (parts == 0) std::fill(sums, sums + size, 0.0f);
    const auto& threads = *context->device()->tensorflow_cpu_worker_threads();
    threads.workers->ParallelFor(parts, kPartCycles, [&](int64_t first, int64_t end) {
      float* scratch = Scratch(k.winograd_scratch_size(inputs, outputs));
      for (int64_t part = first; part < end; ++part) {
        std::fill(sums + part * size, sums + (part + 1) * size, 0.0f);
        for (int64_t n = images * part / parts; n < images * (part + 1) / parts; ++n) {
          k.winograd_conv_grad(image, x.flat<float>().data() + n * pixels * inputs,
                               dy.flat<float>().data() + n * pixels * outputs,
                               sums + part * size, scratch);
        }
      }
    });
    threads.workers->ParallelFor(size, parts, [&](int64_t first, int64_t end) {
      for (int64_t part = 1; part < parts; ++part) {
        const float* more = sums + part * size;
        for (int64_t i = first; i < end; ++i) sums[i] += more[i];
      }
    });
    k.winograd_filter_grad(sums, inputs, outputs, dfilter->flat<float>().data());
  }

 private:
  static constexpr int64_t kParts = 8;
  static constexpr int64_t kPartCycles = 1000000;  // Always worth a thread.
};

REGISTER_KERNEL_BUILDER(Name("HgConv3x3").Device(tensorflow::DEVICE_CPU), Conv3x3Op);
REGISTER_KERNEL_BUILDER(Name("HgConv3x3GradFilter").Device(tensorflow::DEVICE_CPU),
                        Conv3x3GradFilterOp);

}  // namespace
}  // namespace hidden_gaussian
