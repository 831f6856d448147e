// HgGroupNorm: group normalization of x + offset, scale and shift per channel, then SiLU if asked.
#include <vector>

#include "images.h"
#include "kernels/kernels.h"
#include "tensorflow/core/framework/common_shape_fns.h"
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
using tensorflow::shape_inference::InferenceContext;
using tensorflow::shape_inference::ShapeHandle;

REGISTER_OP("HgGroupNorm")
    .Input("x: float")       // [N, H, W, C]
    .Input("offset: float")  // [N, C], or empty for none
    .Input("gain: float")    // [C]
    .Input("bias: float")    // [C]
    .Output("y: float")
    .Output("mean: float")  // [N, groups]
    .Output("rstd: float")  // [N, groups]
    .Attr("groups: int >= 1")
    .Attr("eps: float")
    .Attr("silu: bool")
    .SetShapeFn([](InferenceContext* c) {
      int64_t groups;
      TF_RETURN_IF_ERROR(c->GetAttr("groups", &groups));
      ShapeHandle x;
      TF_RETURN_IF_ERROR(c->WithRank(c->input(0), 4, &x));
      c->set_output(0, x);
      for (int i : {1, 2}) c->set_output(i, c->MakeShape({c->Dim(x, 0), groups}));
      return tensorflow::OkStatus();
    });

REGISTER_OP("HgGroupNormGrad")
    .Input("dy: float")
    .Input("x: float")
    .Input("offset: float")
    .Input("gain: float")
    .Input("bias: float")
    .Input("mean: float")
    .Input("rstd: float")
    .Output("dx: float")
    .Output("doffset: float")
    .Output("dgain: float")
    .Output("dbias: float")
    .Attr("groups: int >= 1")
    .Attr("eps: float")
    .Attr("silu: bool")
    .SetShapeFn([](InferenceContext* c) {
      for (int i = 0; i < 4; ++i) c->set_output(i, c->input(i + 1));
      return tensorflow::OkStatus();
    });

class GroupNormOp : public OpKernel {
 public:
  explicit GroupNormOp(OpKernelConstruction* context) : OpKernel(context) {
    OP_REQUIRES_OK(context, context->GetAttr("groups", &groups_));
    OP_REQUIRES_OK(context, context->GetAttr("eps", &eps_));
    OP_REQUIRES_OK(context, context->GetAttr("silu", &silu_));
  }

 protected:
  // Checks x, offset, gain and bias, which are inputs `first` to `first` + 3.
  Status Check(OpKernelContext* context, int first) const {
    const TensorShape& shape = context->input(first).shape();
    if (shape.dims() != 4 || shape.dim_size(3) % groups_ != 0) {
      return tensorflow::errors::InvalidArgument("expected `x` of shape [N, H, W, C] with C ",
                                                 "divisible by ", groups_, ", got ",
                                                 shape.DebugString());
    }
    const int64_t N = shape.dim_size(0), C = shape.dim_size(3);
    const Tensor& offset = context->input(first + 1);
    if (offset.NumElements() > 0) {
      TF_RETURN_IF_ERROR(CheckShape("offset", offset, TensorShape({N, C})));
    }
    TF_RETURN_IF_ERROR(CheckShape("gain", context->input(first + 2), TensorShape({C})));
    return CheckShape("bias", context->input(first + 3), TensorShape({C}));
  }

  GroupNormImage Image(OpKernelContext* context, int first, const ImageSizes& sizes,
                       int64_t n) const {
    const Tensor& offset = context->input(first + 1);
    return {sizes.pixels,
            sizes.channels,
            groups_,
            eps_,
            silu_,
            Values(context->input(first)) + n * sizes.values(),
            offset.NumElements() > 0 ? Values(offset) + n * sizes.channels : nullptr,
            Values(context->input(first + 2)),
            Values(context->input(first + 3))};
  }

  static const float* Values(const Tensor& tensor) { return tensor.flat<float>().data(); }
  static float* Values(Tensor* tensor) { return tensor->flat<float>().data(); }

  int64_t groups_;

 private:
  float eps_;
  bool silu_;
};

class GroupNormForward : public GroupNormOp {
 public:
  using GroupNormOp::GroupNormOp;

  void Compute(OpKernelContext* context) override {
    OP_REQUIRES_OK(context, Check(context, 0));
    const ImageSizes sizes(context->input(0).shape());
    const TensorShape groups({sizes.images, groups_});
    Tensor *y, *mean, *rstd;
    OP_REQUIRES_OK(context, context->allocate_output(0, context->input(0).shape(), &y));
    OP_REQUIRES_OK(context, context->allocate_output(1, groups, &mean));
    OP_REQUIRES_OK(context, context->allocate_output(2, groups, &rstd));
    ForEachImage(context, sizes, kCyclesPerValue, [&](int64_t n) {
      std::vector<float> scratch(2 * sizes.channels);
      kernels().group_norm(Image(context, 0, sizes, n), Values(y) + n * sizes.values(),
                           Values(mean) + n * groups_, Values(rstd) + n * groups_,
                           scratch.data());
    });
  }

 private:
  static constexpr int64_t kCyclesPerValue = 3;
};

class GroupNormGradient : public GroupNormOp {
 public:
  using GroupNormOp::GroupNormOp;

  void Compute(OpKernelContext* context) override {
    OP_REQUIRES_OK(context, Check(context, 1));
    const Tensor& dy = context->input(0);
    const Tensor& x = context->input(1);
    OP_REQUIRES_OK(context, CheckShape("dy", dy, x.shape()));
    const ImageSizes sizes(x.shape());
    const int64_t C = sizes.channels;
    for (int i : {5, 6}) {
      OP_REQUIRES_OK(context, CheckShape(i == 5 ? "mean" : "rstd", context->input(i),
                                         TensorShape({sizes.images, groups_})));
    }
    Tensor* out[4];
    for (int i = 0; i < 4; ++i) {
      OP_REQUIRES_OK(context,
                     context->allocate_output(i, context->input(i + 1).shape(), &out[i]));
    }
    float* doffset = out[1]->NumElements() > 0 ? Values(out[1]) : nullptr;
    std::vector<float> parts(2 * sizes.images * C);  // of dgain and dbias, image by image
    float* dbias_parts = parts.data() + sizes.images * C;
    ForEachImage(context, sizes, kCyclesPerValue, [&](int64_t n) {
      std::vector<float> scratch(6 * C);
      kernels().group_norm_grad(Image(context, 1, sizes, n), Values(dy) + n * sizes.values(),
                                Values(context->input(5)) + n * groups_,
                                Values(context->input(6)) + n * groups_,
                                Values(out[0]) + n * sizes.values(), parts.data() + n * C,
                                dbias_parts + n * C, doffset ? doffset + n * C : nullptr,
                                scratch.data());
    });
    SumRows(parts.data(), sizes.images, C, Values(out[2]));
    SumRows(dbias_parts, sizes.images, C, Values(out[3]));
  }

 private:
  static constexpr int64_t kCyclesPerValue = 6;
};

REGISTER_KERNEL_BUILDER(Name("HgGroupNorm").Device(tensorflow::DEVICE_CPU), GroupNormForward);
REGISTER_KERNEL_BUILDER(Name("HgGroupNormGrad").Device(tensorflow::DEVICE_CPU),
                        GroupNormGradient);

}  // namespace
}  // namespace hidden_gaussian
