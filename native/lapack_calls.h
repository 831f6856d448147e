// The door from JavaScript to lapack.h.
#ifndef HIDDEN_GAUSSIAN_NATIVE_LAPACK_CALLS_H_
#define HIDDEN_GAUSSIAN_NATIVE_LAPACK_CALLS_H_

#include <node_api.h>

namespace hidden_gaussian {

// Adds lapackConfig, symmetricEigen and solveSpd to the addon; src/backend/lapack.ts types them.
void ExportLapack(napi_env env, napi_value exports);

}  // namespace hidden_gaussian

#endif  // HIDDEN_GAUSSIAN_NATIVE_LAPACK_CALLS_H_
