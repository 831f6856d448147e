// HgAddScale: the end of a residual block, (a + b + bias) scale.
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
using tensorflow::Tensor;
using tensorflow::TensorShape;
using tensorflow::shape_inference::InferenceContext;
using tensorflow::shape_inference::ShapeHandle;

REGISTER_OP("HgAddScale")
    .Input("a: float")     // [N, H, W, C]
    .Input("b: float")     // [N, H, W, C]
    .Input("bias: float")  // [C]
    .Output("out: float")
    .Attr("scale: float")
    .SetShapeFn(tensorflow::shape_inference::UnchangedShape);

// The gradient of a and of b is one and the same tensor.
REGISTER_OP("HgAddScaleGrad")
    .Input("dy: float")
    .Output("dx: float")
    .Output("dbias: float")
    .Attr("scale: float")
    .SetShapeFn([](InferenceContext* c) {
      ShapeHandle dy;
      TF_RETURN_IF_ERROR(c->WithRank(c->input(0), 4, &dy));
      c->set_output(0, dy);
      c->set_output(1, c->Vector(c->Dim(dy, 3)));
      return tensorflow::OkStatus();
    });

class AddScaleOp : public OpKernel {
 public:
  explicit AddScaleOp(OpKernelConstruction* context) : OpKernel(context) {
    OP_REQUIRES_OK(context, context->GetAttr("scale", &scale_));
  }

  void Compute(OpKernelContext* context) override {
    const Tensor &a = context->input(0), &b = context->input(1), &bias = context->input(2);
    OP_REQUIRES(context, a.dims() == 4,
                tensorflow::errors::InvalidArgument("expected `a` of shape [N, H, W, C], got ",
                                                    a.shape().DebugString()));
    const ImageSizes sizes(a.shape());
    OP_REQUIRES_OK(context, CheckShape("b", b, a.shape()));
    OP_REQUIRES_OK(context, CheckShape("bias", bias, TensorShape({sizes.channels})));
    Tensor* out;
    OP_REQUIRES_OK(context, context->allocate_output(0, a.shape(), &out));
    ForEachImage(context, sizes, 1, [&](int64_t n) {
      const int64_t at = n * sizes.values();
      kernels().add_scale(a.flat<float>().data() + at, b.flat<float>().data() + at,
                          bias.flat<float>().data(), scale_, sizes.pixels, sizes.channels,
                          out->flat<float>().data() + at);
    });
  }

 private:
  float scale_;
};

class AddScaleGradOp : public OpKernel {
 public:
  explicit AddScaleGradOp(OpKernelConstruction* context) : OpKernel(context) {
    OP_REQUIRES_OK(context, context->GetAttr("scale", &scale_));
  }

  void Compute(OpKernelContext* context) override {
    const Tensor& dy = context->input(0);
    OP_REQUIRES(context, dy.dims() == 4,
                tensorflow::errors::InvalidArgument("expected `dy` of shape [N, H, W, C], got ",
                                                    dy.shape().DebugString()));
    const ImageSizes sizes(dy.shape());
    Tensor *dx, *dbias;
    OP_REQUIRES_OK(context, context->allocate_output(0, dy.shape(), &dx));
    OP_REQUIRES_OK(context, context->allocate_output(1, TensorShape({sizes.channels}), &dbias));
    std::vector<float> parts(sizes.images * sizes.channels);
    ForEachImage(context, sizes, 1, [&](int64_t n) {
      const int64_t at = n * sizes.values();
      kernels().add_scale_grad(dy.flat<float>().data() + at, scale_, sizes.pixels,
                               sizes.channels, dx->flat<float>().data() + at,
                               parts.data() + n * sizes.channels);
    });
    SumRows(parts.data(), sizes.images, sizes.channels, dbias->flat<float>().data());
  }

 private:
  float scale_;
};

REGISTER_KERNEL_BUILDER(Name("HgAddScale").Device(tensorflow::DEVICE_CPU), AddScaleOp);
REGISTER_KERNEL_BUILDER(Name("HgAddScaleGrad").Device(tensorflow::DEVICE_CPU), AddScaleGradOp);

}  // namespace
}  // namespace hidden_gaussian
