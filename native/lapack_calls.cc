// The computations work in place on the memory of Float64Arrays. Eigenvectors of a large matrix
// take minutes: they can be computed on another thread, so that the event loop goes on.
#include "lapack_calls.h"

#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lapack.h"

namespace hidden_gaussian {
namespace {

struct Numbers {
  double* data = nullptr;
  size_t size = 0;
};

// A computation on another thread, and the arrays that must stay until it has ended.
struct Job {
  std::function<std::string()> compute;
  std::string error;
  std::vector<napi_ref> arrays;
  napi_async_work work = nullptr;
  napi_deferred deferred = nullptr;
};

std::string TextOf(napi_env env, napi_value value) {
  size_t size = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &size) != napi_ok) return "";
  std::string text(size, '\0');
  napi_get_value_string_utf8(env, value, &text[0], size + 1, &size);
  return text;
}

Numbers NumbersOf(napi_env env, napi_value value) {
  Numbers numbers;
  napi_typedarray_type type;
  void* data = nullptr;
  size_t size = 0;
  if (napi_get_typedarray_info(env, value, &type, &size, &data, nullptr, nullptr) == napi_ok &&
      type == napi_float64_array) {
    numbers.data = static_cast<double*>(data);
    numbers.size = size;
  }
  return numbers;
}

napi_value Throw(napi_env env, const std::string& message) {
  napi_throw_error(env, nullptr, message.c_str());
  return nullptr;
}

void Execute(napi_env, void* data) {
  Job* job = static_cast<Job*>(data);
  job->error = job->compute();
}

void Complete(napi_env env, napi_status, void* data) {
  std::unique_ptr<Job> job(static_cast<Job*>(data));
  for (napi_ref array : job->arrays) napi_delete_reference(env, array);
  napi_value value;
  if (job->error.empty()) {
    napi_get_undefined(env, &value);
    napi_resolve_deferred(env, job->deferred, value);
  } else {
    napi_value message;
    napi_create_string_utf8(env, job->error.c_str(), NAPI_AUTO_LENGTH, &message);
    napi_create_error(env, nullptr, message, &value);
    napi_reject_deferred(env, job->deferred, value);
  }
  napi_delete_async_work(env, job->work);
}

// Starts `compute` on another thread; returns a promise of its end.
napi_value Queue(napi_env env, std::function<std::string()> compute,
                 const std::vector<napi_value>& arrays) {
  auto job = std::make_unique<Job>();
  job->compute = std::move(compute);
  for (napi_value array : arrays) {
    job->arrays.emplace_back();
    napi_create_reference(env, array, 1, &job->arrays.back());
  }
  napi_value promise, name;
  napi_create_promise(env, &job->deferred, &promise);
  napi_create_string_utf8(env, "hidden-gaussian lapack", NAPI_AUTO_LENGTH, &name);
  napi_create_async_work(env, nullptr, name, Execute, Complete, job.get(), &job->work);
  napi_queue_async_work(env, job->work);
  job.release();  // Complete frees it.
  return promise;
}

// What every computation is given: the library's file, a matrix [n, n], another array, and, as
// number `at`, a number of threads. Sets an exception when `ok` is false.
struct Call {
  napi_value arguments[5];
  const Lapack* lapack = nullptr;
  Numbers matrix, other;
  int64_t n = 0;
  int32_t threads = 0;
  bool ok = false;

  Call(napi_env env, napi_callback_info info, int at) {
    size_t count = 5;
    napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
    matrix = NumbersOf(env, arguments[1]);
    other = NumbersOf(env, arguments[2]);
    n = std::llround(std::sqrt(static_cast<double>(matrix.size)));
    if (n < 1 || matrix.size != static_cast<size_t>(n * n) || other.size % n != 0 ||
        napi_get_value_int32(env, arguments[at], &threads) != napi_ok || threads < 1) {
      Throw(env, "expected a matrix [n, n], rows of n values and at least one thread");
      return;
    }
    std::string error;
    lapack = LoadLapack(TextOf(env, arguments[0]), &error);
    if (lapack == nullptr) Throw(env, error);
    ok = lapack != nullptr;
  }
};

// lapackConfig(file): the library's version and build.
napi_value LapackConfig(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value file, text;
  napi_get_cb_info(env, info, &count, &file, nullptr, nullptr);
  std::string error;
  const Lapack* lapack = LoadLapack(TextOf(env, file), &error);
  if (lapack == nullptr) return Throw(env, error);
  napi_create_string_utf8(env, lapack->get_config(), NAPI_AUTO_LENGTH, &text);
  return text;
}

// symmetricEigen(file, matrix [n, n], values [n], threads, elsewhere).
napi_value SymmetricEigenCall(napi_env env, napi_callback_info info) {
  const Call call(env, info, 3);
  if (!call.ok) return nullptr;
  bool elsewhere = false;
  napi_get_value_bool(env, call.arguments[4], &elsewhere);
  if (call.other.size != static_cast<size_t>(call.n)) return Throw(env, "expected n values");
  const auto compute = [lapack = call.lapack, n = call.n, matrix = call.matrix.data,
                        values = call.other.data, threads = call.threads] {
    return SymmetricEigen(*lapack, n, matrix, values, threads);
  };
  if (elsewhere) return Queue(env, compute, {call.arguments[1], call.arguments[2]});
  const std::string error = compute();
  return error.empty() ? nullptr : Throw(env, error);
}

// solveSpd(file, a [n, n], rows [count, n], minPivot, threads): the smallest pivot.
napi_value SolveSpdCall(napi_env env, napi_callback_info info) {
  const Call call(env, info, 4);
  if (!call.ok) return nullptr;
  double min_pivot = 0, pivot = 0;
  napi_get_value_double(env, call.arguments[3], &min_pivot);
  const std::string error = SolveSpd(*call.lapack, call.n, call.other.size / call.n,
                                     call.matrix.data, call.other.data, min_pivot, &pivot,
                                     call.threads);
  if (!error.empty()) return Throw(env, error);
  napi_value result;
  napi_create_double(env, pivot, &result);
  return result;
}

}  // namespace

void ExportLapack(napi_env env, napi_value exports) {
  const auto add = [&](const char* name, napi_callback call) {
    napi_value function;
    napi_create_function(env, name, NAPI_AUTO_LENGTH, call, nullptr, &function);
    napi_set_named_property(env, exports, name, function);
  };
  add("lapackConfig", LapackConfig);
  add("symmetricEigen", SymmetricEigenCall);
  add("solveSpd", SolveSpdCall);
}

}  // namespace hidden_gaussian
