// Eigenvectors and linear solves by the LAPACK of a shared library that is loaded at run time.
#ifndef HIDDEN_GAUSSIAN_NATIVE_LAPACK_H_
#define HIDDEN_GAUSSIAN_NATIVE_LAPACK_H_

#include <cstdint>
#include <string>

namespace hidden_gaussian {

// The functions of OpenBLAS that are used here: 64-bit integers, symbols scipy_..._64_.
// Fortran passes everything by address, and the length of each character at the end.
struct Lapack {
  void (*set_num_threads)(int threads);
  char* (*get_config)();
  void (*dsyevd)(const char* jobz, const char* uplo, const int64_t* n, double* a,
                 const int64_t* lda, double* w, double* work, const int64_t* lwork, int64_t* iwork,
                 const int64_t* liwork, int64_t* info, size_t, size_t);
  void (*dpotrf)(const char* uplo, const int64_t* n, double* a, const int64_t* lda, int64_t* info,
                 size_t);
  void (*dpotrs)(const char* uplo, const int64_t* n, const int64_t* nrhs, const double* a,
                 const int64_t* lda, double* b, const int64_t* ldb, int64_t* info, size_t);
};

// Loads the library at `file` on the first call, whose result all later calls get.
// Returns nullptr and a reason in `error` when it cannot be loaded.
const Lapack* LoadLapack(const std::string& file, std::string* error);

// Eigenvalues in falling order and, in place of the symmetric matrix [n, n], its unit eigenvectors
// as columns, row by row. Reads the matrix's lower triangle. Needs 2 n² values more.
// Returns what went wrong, or nothing.
std::string SymmetricEigen(const Lapack& lapack, int64_t n, double* matrix, double* values,
                           int threads);

// Solves a x = b for each of the `count` rows b of `rows` [count, n], in place. The symmetric
// positive definite a [n, n], of which the lower triangle is read, becomes its Cholesky factor.
// `pivot`: the smallest squared pivot relative to its diagonal element, 0 when a is not positive
// definite; unless it is above `min_pivot`, `rows` stay as they were.
// Returns what went wrong, or nothing.
std::string SolveSpd(const Lapack& lapack, int64_t n, int64_t count, double* a, double* rows,
                     double min_pivot, double* pivot, int threads);

}  // namespace hidden_gaussian

#endif  // HIDDEN_GAUSSIAN_NATIVE_LAPACK_H_
