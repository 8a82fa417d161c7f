#include "tests/wkv_problem.h"

#include "tests/properties.h"

namespace ssm_test {
namespace {

using Problem6 = WkvProblem<ssm::WkvVersion::kRwkv6>;
using Problem7 = WkvProblem<ssm::WkvVersion::kRwkv7>;

template <typename Problem>
void ExpectAgreementOverSizes() {
  Random random(3);
  for (const std::int64_t length : {0, 1, 2, 3, 4, 5, 7, 8, 17, 64, 197}) {
    for (const std::int64_t channels : {1, 3, 5, 8, 15, 16, 17, 31, 32, 33, 64, 100}) {
      typename Problem::Shape s;
      s.length = length;
      s.channels = channels;
      s.batch = random.Below(3);
      s.heads = channels > 40 ? 1 : random.Pick<std::int64_t>({1, 2, 5});
      s.initial = random.Coin();
      s.reverse = random.Coin();
      s.least_w = random.Pick<float>({0.0f, 0.4f, 0.99f});
      ExpectAgreement(Problem(s, random.Next()));
    }
  }
}
TEST(Wkv6AgreesOverSizes) { ExpectAgreementOverSizes<Problem6>(); }
TEST(Wkv7AgreesOverSizes) { ExpectAgreementOverSizes<Problem7>(); }

// The definitions beside the papers' own words, with matrices: RWKV-6 keys by values, RWKV-7 values by keys.
using Matrix = std::vector<double>;

// a [rows, inner] b [inner, columns]
Matrix Product(const Matrix& a, const Matrix& b, std::size_t rows, std::size_t inner, std::size_t columns) {
  Matrix product(rows * columns);
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      for (std::size_t m = 0; m < inner; ++m) product[i * columns + j] += a[i * inner + m] * b[m * columns + j];
    }
  }
  return product;
}

Matrix Sum(const Matrix& a, const Matrix& b) {
  Matrix sum = a;
  for (std::size_t i = 0; i < b.size(); ++i) sum[i] += b[i];
  return sum;
}

Matrix Diagonal(const Matrix& values) {
  Matrix diagonal(values.size() * values.size());
  for (std::size_t i = 0; i < values.size(); ++i) diagonal[i * values.size() + i] = values[i];
  return diagonal;
}

Matrix Transposed(const Matrix& square, std::size_t size) {
  Matrix transposed(square.size());
  for (std::size_t i = 0; i < square.size(); ++i) transposed[i % size * size + i / size] = square[i];
  return transposed;
}

// Calls step(row of a tensor at a time, S) for every time of the one head of one batch item, which gives y and changes S; S is [N, N] and begins as s0.
template <typename Problem, typename Step>
void ExpectDefinition(const Step& step, bool values_by_keys) {
  typename Problem::Shape s;
  s.batch = s.heads = 1;
  s.length = 9;
  s.channels = 6;
  const Problem problem(s, 4);
  const auto N = static_cast<std::size_t>(s.channels);
  const Outputs exact = Compute(problem, Problem::Reference);
  const auto turned = [&](const Matrix& S) { return values_by_keys ? Transposed(S, N) : S; };
  Matrix S = turned(Matrix(problem.s0.begin(), problem.s0.end()));
  for (std::size_t t = 0; t < static_cast<std::size_t>(s.length); ++t) {
    const auto row = [&](const std::vector<float>& tensor) { return Matrix(tensor.begin() + static_cast<std::ptrdiff_t>(t * N), tensor.begin() + static_cast<std::ptrdiff_t>((t + 1) * N)); };
    const Matrix y = step(problem, row, S, N);
    for (std::size_t p = 0; p < N; ++p) EXPECT(std::fabs(y[p] - exact.y[t * N + p]) < 1e-6, "y of step %d is %g, expected %g", static_cast<int>(t), exact.y[t * N + p], y[p]);
  }
  const Matrix last = turned(S);
  for (std::size_t i = 0; i < N * N; ++i) EXPECT(std::fabs(last[i] - exact.state[i]) < 1e-6, "the state is %g, expected %g", exact.state[i], last[i]);
}

TEST(Wkv6IsThePapersRecurrence) {
  const auto step = [](const Problem6& q, const auto& row, Matrix& S, std::size_t N) {
    const Matrix kv = Product(row(q.k), row(q.v), N, 1, N);
    const Matrix y = Product(row(q.r), Sum(S, Product(Diagonal(Matrix(q.u.begin(), q.u.end())), kv, N, N, N)), 1, N, N);
    S = Sum(Product(Diagonal(row(q.w)), S, N, N, N), kv);
    return y;
  };
  ExpectDefinition<Problem6>(step, false);
}

TEST(Wkv7IsThePapersRecurrence) {
  const auto step = [](const Problem7& q, const auto& row, Matrix& S, std::size_t N) {
    const Matrix kappa = row(q.kappa), a = row(q.a);
    Matrix removal(N);
    for (std::size_t n = 0; n < N; ++n) removal[n] = -a[n] * kappa[n];
    const Matrix transition = Sum(Diagonal(row(q.w)), Product(kappa, removal, N, 1, N));
    S = Sum(Product(S, transition, N, N, N), Product(row(q.v), row(q.k), N, 1, N));
    return Product(row(q.r), Transposed(S, N), 1, N, N);
  };
  ExpectDefinition<Problem7>(step, true);
}

template <typename Problem>
void ExpectAgreementForExtremes() {
  for (const bool vanishing : {false, true}) {  // decays that underflow within a few steps, or are zero
    typename Problem::Shape s;
    Problem problem(s, 5);
    for (std::size_t i = 0; i < problem.w.size(); i += 3) problem.w[i] = vanishing ? 0.0f : 1e-30f;
    ExpectAgreement(problem);
  }
  for (const float scale : {1e-40f, 1e-20f, 1e15f}) {
    typename Problem::Shape s;
    Problem problem(s, 6);
    for (float& v : problem.v) v *= scale;
    for (float& s0 : problem.s0) s0 *= scale;
    ExpectAgreement(problem);
  }
}
TEST(Wkv6AgreesForExtremes) { ExpectAgreementForExtremes<Problem6>(); }
TEST(Wkv7AgreesForExtremes) { ExpectAgreementForExtremes<Problem7>(); }

TEST(Wkv6AgreesForGrowingStates) {
  Problem6::Shape s;
  Problem6 problem(s, 7);
  for (float& w : problem.w) w = 1.05f;
  ExpectAgreement(problem);
}

template <typename Problem>
void ExpectNanStays() {
  typename Problem::Shape s;
  const std::int64_t row = s.heads * s.channels, value = 2 * s.channels + 5, key_head = 1;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (std::int64_t at = 20; at < 24; ++at) {
    Problem clean(s, 8), dirty(s, 8);
    dirty.v[at * row + value] = nan;
    dirty.k[(at + 7) * row + key_head * s.channels + 3] = nan;
    for (const ssm::Isa isa : RunnableIsas()) {
      const Outputs good = ComputeWith(clean, isa), bad = ComputeWith(dirty, isa);
      for (std::int64_t i = 0; i < clean.YSize(); ++i) {
        const std::int64_t channel = i % row, t = i / row;
        const bool touched = t < s.length && ((channel == value && t >= at) || (channel / s.channels == key_head && t >= at + 7));
        EXPECT(touched ? std::isnan(bad.y[i]) : bad.y[i] == good.y[i], "%s: channel %d, time %d: %g with a NaN, %g without", IsaName(isa),
               static_cast<int>(channel), static_cast<int>(t), bad.y[i], good.y[i]);
      }
    }
  }
}
TEST(Wkv6ConfinesNanToItsValueOrHead) { ExpectNanStays<Problem6>(); }
TEST(Wkv7ConfinesNanToItsValueOrHead) { ExpectNanStays<Problem7>(); }

template <typename Problem>
void ExpectStridedRows() {
  for (const bool reverse : {false, true}) {
    typename Problem::Shape s;
    s.padding = 5;
    s.reverse = reverse;
    const Problem problem(s, 9);
    ExpectAgreement(problem);
    const std::int64_t row = s.heads * s.channels;
    for (const ssm::Isa isa : RunnableIsas()) {
      const Outputs got = ComputeWith(problem, isa);
      for (std::int64_t i = row; i < problem.YSize(); i += row + s.padding) {
        EXPECT(got.y[i] == kUntouched, "%s wrote %g behind a row", IsaName(isa), got.y[i]);
      }
    }
  }
}
TEST(Wkv6ReadsStridedRows) { ExpectStridedRows<Problem6>(); }
TEST(Wkv7ReadsStridedRows) { ExpectStridedRows<Problem7>(); }

template <typename Problem>
void ExpectThreadsAgreeOnHeads() {
  for (const std::int64_t heads : {1, 3, 8}) {
    typename Problem::Shape s;
    s.heads = heads;
    ExpectThreadsAgree(Problem(s, 10));
  }
}
TEST(Wkv6ThreadsAgree) { ExpectThreadsAgreeOnHeads<Problem6>(); }
TEST(Wkv7ThreadsAgree) { ExpectThreadsAgreeOnHeads<Problem7>(); }

template <typename Problem>
void ExpectStreams() {
  for (int seed = 0; seed < 8; ++seed) {
    typename Problem::Shape s;
    s.length = seed < 4 ? 11 : 197;
    s.reverse = seed & 1;
    s.initial = seed & 2;
    ExpectStreamingAgrees(Problem(s, 11 + seed), seed);
  }
}
TEST(Wkv6Streams) { ExpectStreams<Problem6>(); }
TEST(Wkv7Streams) { ExpectStreams<Problem7>(); }

}  // namespace
}  // namespace ssm_test
