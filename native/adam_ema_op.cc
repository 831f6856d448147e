// HgAdamEma: Adam and the moving average of the weights in one pass over a flat parameter vector.
#include <algorithm>

#include "kernels/kernels.h"
#include "tensorflow/core/framework/op.h"
#include "tensorflow/core/framework/op_kernel.h"
#include "tensorflow/core/framework/shape_inference.h"

namespace hidden_gaussian {
namespace {

using tensorflow::OpKernel;
using tensorflow::OpKernelConstruction;
using tensorflow::OpKernelContext;
using tensorflow::Tensor;
using tensorflow::shape_inference::InferenceContext;

constexpr int kVectors = 4;  // weights, momentum, variance, average

REGISTER_OP("HgAdamEma")
    .Input("weights: float")  // [P], like the next four
    .Input("momentum: float")
    .Input("variance: float")
    .Input("average: float")
    .Input("gradient: float")
    .Input("rate: float")        // learning rate / (1 - beta1^t)
    .Input("root_scale: float")  // 1 / sqrt(1 - beta2^t)
    .Input("ema_beta: float")    // share of the old average that stays
    .Output("new_weights: float")
    .Output("new_momentum: float")
    .Output("new_variance: float")
    .Output("new_average: float")
    .Attr("gain1: float")  // 1 - beta1
    .Attr("gain2: float")  // 1 - beta2
    .Attr("eps: float")
    .SetShapeFn([](InferenceContext* c) {
      for (int i = 0; i < kVectors; ++i) c->set_output(i, c->input(i));
      return tensorflow::OkStatus();
    });

class AdamEmaOp : public OpKernel {
 public:
  explicit AdamEmaOp(OpKernelConstruction* context) : OpKernel(context) {
    OP_REQUIRES_OK(context, context->GetAttr("gain1", &gain1_));
    OP_REQUIRES_OK(context, context->GetAttr("gain2", &gain2_));
    OP_REQUIRES_OK(context, context->GetAttr("eps", &eps_));
  }

  void Compute(OpKernelContext* context) override {
    const Tensor& weights = context->input(0);
    for (int i = 1; i <= kVectors; ++i) {
      OP_REQUIRES(context, context->input(i).shape() == weights.shape(),
                  tensorflow::errors::InvalidArgument(
                      "expected five vectors of one shape, got ", weights.shape().DebugString(),
                      " and ", context->input(i).shape().DebugString()));
    }
    for (int i = 5; i <= 7; ++i) {
      OP_REQUIRES(context, context->input(i).dims() == 0,
                  tensorflow::errors::InvalidArgument(
                      "expected a scalar as input ", i, ", got shape ",
                      context->input(i).shape().DebugString()));
    }
    const auto scalar = [&](int i) { return context->input(i).scalar<float>()(); };
    const AdamEma step = {scalar(5), scalar(6), gain1_, gain2_, eps_, scalar(7)};
    const float* in[kVectors];
    float* out[kVectors];
    for (int i = 0; i < kVectors; ++i) {
      Tensor* output;
      OP_REQUIRES_OK(context, context->allocate_output(i, weights.shape(), &output));
      in[i] = context->input(i).flat<float>().data();
      out[i] = output->flat<float>().data();
    }
    const float* gradient = context->input(4).flat<float>().data();
    const auto& threads = *context->device()->tensorflow_cpu_worker_threads();
    threads.workers->ParallelFor(
        weights.NumElements(), kCyclesPerValue, [&](int64_t first, int64_t end) {
          const float* from[kVectors];
          float* to[kVectors];
          for (int i = 0; i < kVectors; ++i) {
            from[i] = in[i] + first;
            to[i] = out[i] + first;
          }
          kernels().adam_ema(step, end - first, from, gradient + first, to);
        });
  }

 private:
  static constexpr int64_t kCyclesPerValue = 8;
  float gain1_, gain2_, eps_;
};

REGISTER_KERNEL_BUILDER(Name("HgAdamEma").Device(tensorflow::DEVICE_CPU), AdamEmaOp);

}  // namespace
}  // namespace hidden_gaussian
