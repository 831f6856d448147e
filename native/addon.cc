// The addon's door to JavaScript: the op list, and LAPACK's computations (lapack_calls.cc). Loading
// it registers the ops of this folder with TensorFlow.
#include <node_api.h>

#include <string>

#include "lapack_calls.h"
#include "tensorflow/core/framework/op.h"
#include "tensorflow/core/framework/op_def.pb.h"

namespace {

// The definitions of all registered ops: bytes of a tensorflow.OpList.
napi_value OpList(napi_env env, napi_callback_info) {
  tensorflow::OpList list;
  tensorflow::OpRegistry::Global()->Export(/*include_internal=*/true, &list);
  const std::string bytes = list.SerializeAsString();
  napi_value buffer;
  if (napi_create_buffer_copy(env, bytes.size(), bytes.data(), nullptr, &buffer) != napi_ok) {
    napi_throw_error(env, nullptr, "opList: no memory for the result");
    return nullptr;
  }
  return buffer;
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "opList", NAPI_AUTO_LENGTH, OpList, nullptr, &function);
  napi_set_named_property(env, exports, "opList", function);
  hidden_gaussian::ExportLapack(env, exports);
  return exports;
}
