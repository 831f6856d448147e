#include "lapack.h"

#include <dlfcn.h>
#include <stdlib.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

namespace hidden_gaussian {
namespace {

constexpr int64_t kBlock = 64;   // values; 64 rows of them fit the first cache
constexpr size_t kAlign = 64;    // bytes; the same for every call, so that the results are too

template <typename F>
bool Find(void* library, const char* name, F* function) {
  *function = reinterpret_cast<F>(dlsym(library, name));
  return *function != nullptr;
}

bool Load(const std::string& file, Lapack* lapack, std::string* error) {
  // The library stays for the life of the process: its threads could not outlive it.
  void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  const bool complete =
      library != nullptr &&
      Find(library, "scipy_openblas_set_num_threads64_", &lapack->set_num_threads) &&
      Find(library, "scipy_openblas_get_config64_", &lapack->get_config) &&
      Find(library, "scipy_dsyevd_64_", &lapack->dsyevd) &&
      Find(library, "scipy_dpotrf_64_", &lapack->dpotrf) &&
      Find(library, "scipy_dpotrs_64_", &lapack->dpotrs);
  if (!complete) {
    const char* reason = dlerror();
    *error = reason != nullptr ? reason : "a symbol is missing";
  }
  return complete;
}

struct Free {
  void operator()(void* memory) const { free(memory); }
};

// Uninitialised memory, or nothing when there is not enough.
template <typename T>
std::unique_ptr<T[], Free> Allocate(int64_t size) {
  void* memory = nullptr;
  if (posix_memalign(&memory, kAlign, size * sizeof(T)) != 0) memory = nullptr;
  return std::unique_ptr<T[], Free>(static_cast<T*>(memory));
}

void TransposeInPlace(int64_t n, double* matrix) {
  for (int64_t r0 = 0; r0 < n; r0 += kBlock) {
    for (int64_t c0 = r0; c0 < n; c0 += kBlock) {
      for (int64_t r = r0; r < std::min(n, r0 + kBlock); ++r) {
        for (int64_t c = std::max(c0, r + 1); c < std::min(n, c0 + kBlock); ++c) {
          std::swap(matrix[r * n + c], matrix[c * n + r]);
        }
      }
    }
  }
}

}  // namespace

const Lapack* LoadLapack(const std::string& file, std::string* error) {
  static std::string reason;
  static const Lapack* const loaded = [&file]() -> const Lapack* {
    auto lapack = std::make_unique<Lapack>();
    return Load(file, lapack.get(), &reason) ? lapack.release() : nullptr;
  }();
  *error = reason;
  return loaded;
}

std::string SymmetricEigen(const Lapack& lapack, int64_t n, double* matrix, double* values,
                           int threads) {
  const int64_t lwork = 1 + 6 * n + 2 * n * n, liwork = 3 + 5 * n;
  const auto work = Allocate<double>(lwork);
  const auto iwork = Allocate<int64_t>(liwork);
  if (!work || !iwork) {
    return "expected " + std::to_string(lwork * sizeof(double) >> 20) + " MiB of free memory";
  }
  // Row by row here is column by column there: our lower triangle is LAPACK's upper one.
  int64_t info;
  lapack.set_num_threads(threads);
  lapack.dsyevd("V", "U", &n, matrix, &n, values, work.get(), &lwork, iwork.get(), &liwork, &info,
                1, 1);
  if (info != 0) return "dsyevd found no eigenvalues (info " + std::to_string(info) + ")";
  std::reverse(values, values + n);
  TransposeInPlace(n, matrix);
  for (int64_t r = 0; r < n; ++r) std::reverse(matrix + r * n, matrix + (r + 1) * n);
  return "";
}

std::string SolveSpd(const Lapack& lapack, int64_t n, int64_t count, double* a, double* rows,
                     double min_pivot, double* pivot, int threads) {
  std::vector<double> diagonal(n);
  for (int64_t i = 0; i < n; ++i) diagonal[i] = a[i * (n + 1)];
  *pivot = 0;
  int64_t info;
  lapack.set_num_threads(threads);
  lapack.dpotrf("U", &n, a, &n, &info, 1);
  if (info > 0) return "";
  if (info < 0) return "dpotrf refused argument " + std::to_string(-info);
  *pivot = std::numeric_limits<double>::infinity();
  for (int64_t i = 0; i < n; ++i) {
    const double factor = a[i * (n + 1)];
    *pivot = std::min(*pivot, factor * factor / diagonal[i]);
  }
  if (!(*pivot > min_pivot)) return "";
  lapack.dpotrs("U", &n, &count, a, &n, rows, &n, &info, 1);
  return info == 0 ? "" : "dpotrs refused argument " + std::to_string(-info);
}

}  // namespace hidden_gaussian
