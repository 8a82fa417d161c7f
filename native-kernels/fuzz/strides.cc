// The operators that take strides, by their parameters.
#include "fuzz/fuzz.h"
#include "ops/causal_conv1d/causal_conv1d.h"
#include "ops/gated_rms_norm/gated_rms_norm.h"
#include "ops/selective_scan/selective_scan.h"
#include "ops/state_space_dual/state_space_dual.h"
#include "ops/wkv/wkv.h"

namespace ssm_fuzz {
namespace {

// Runs `run` on the reference and on every instruction set; y and the state, where there is one, are its outputs.
template <typename Params>
struct Comparison {
  const char* name;
  ssm::Status (*run)(const Params&, const ssm::Parallel&, ssm::Isa);
  float* Params::*state = nullptr;

  void Run(Params params, std::int64_t y_elements, std::int64_t state_elements, bool comparable, const ssm::Parallel& threads) const {
    Output y(y_elements), final_state(state_elements);
    params.y = y.expected();
    if (state) params.*state = final_state.expected();
    const ssm::Status reference = run(params, ssm::SerialParallel(), ssm::Isa::kReference);
    params.y = y.actual();
    if (state) params.*state = final_state.actual();
    for (const ssm::Isa isa : ssm::kAllIsas) {
      if (isa == ssm::Isa::kReference || !ssm::IsaSupported(isa)) continue;
      y.Reset();
      final_state.Reset();
      const ssm::Status status = run(params, threads, isa);
      if (status.code() != reference.code()) Fail("%s on %s: \"%s\", the reference: \"%s\"", name, ssm::IsaName(isa), status.message(), reference.message());
      if (!status.ok() || !comparable) continue;
      y.Compare(name, ssm::IsaName(isa));
      final_state.Compare(name, ssm::IsaName(isa));
    }
  }
};

// Outputs never overlap themselves. Gives the elements that y needs.
std::int64_t OutputRows(std::int64_t batch, std::int64_t rows, std::int64_t width, Choices* choices, ssm::Strides* strides) {
  strides->row = width + choices->Below(4);
  strides->batch = rows * strides->row + choices->Below(3);
  return batch * strides->batch;
}

// Makes a size wrong now and then, which must be refused before anything is read.
void Spoil(Choices* choices, std::int64_t* size) {
  static constexpr std::int64_t kWrong[] = {-1, 0, INT64_MIN};
  if (choices->Rarely()) *size = kWrong[choices->Below(3)];
}

void Scan(Choices* choices) {
  ssm::SelectiveScanParams p;
  p.batch = choices->Below(4);
  p.length = choices->Size();
  p.channels = choices->Size();
  p.state = choices->Size();
  p.groups = 1 + choices->Below(3);
  if (p.batch * p.length * p.channels * p.state > kMostWork) return;
  Tensors tensors(choices);
  p.u = tensors.Rows(p.batch, p.length, p.channels, &p.u_stride);
  p.delta = tensors.Rows(p.batch, p.length, p.channels, &p.delta_stride);
  p.A = tensors.Dense(p.channels * p.state, -1, 0);
  p.B = tensors.Rows(p.batch, p.length, p.groups * p.state, &p.B_stride);
  p.C = tensors.Rows(p.batch, p.length, p.groups * p.state, &p.C_stride);
  p.D = tensors.Optional(p.channels);
  if (choices->Coin()) p.z = tensors.Rows(p.batch, p.length, p.channels, &p.z_stride);
  p.delta_bias = tensors.Optional(p.channels);
  p.h0 = tensors.Optional(p.batch * p.channels * p.state);
  p.delta_softplus = choices->Coin();
  p.reverse = choices->Coin();
  const std::int64_t y = OutputRows(p.batch, p.length, p.channels, choices, &p.y_stride);
  const std::int64_t h = p.batch * p.channels * p.state;
  for (std::int64_t* size : {&p.length, &p.channels, &p.state, &p.groups, &p.u_stride.row, &p.B_stride.row, &p.y_stride.row}) Spoil(choices, size);
  Comparison<ssm::SelectiveScanParams>{"SelectiveScan", ssm::SelectiveScan, &ssm::SelectiveScanParams::h}.Run(p, y, h, tensors.comparable(), SharedThreads(1 + choices->Below(3)));
}

void Convolution(Choices* choices) {
  ssm::CausalConv1dParams p;
  p.batch = choices->Below(4);
  p.length = choices->Size();
  p.channels = choices->Size();
  p.width = 1 + choices->Below(9);
  if (p.batch * p.length * p.channels * p.width > kMostWork) return;
  Tensors tensors(choices);
  p.x = tensors.Rows(p.batch, p.length, p.channels, &p.x_stride);
  p.w = tensors.Dense(p.channels * p.width);
  p.bias = tensors.Optional(p.channels);
  p.s0 = tensors.Optional(p.batch * (p.width - 1) * p.channels);
  p.activation = choices->Coin() ? ssm::ConvActivation::kSilu : ssm::ConvActivation::kNone;
  p.reverse = choices->Coin();
  const std::int64_t y = OutputRows(p.batch, p.length, p.channels, choices, &p.y_stride);
  const std::int64_t s = p.batch * (p.width - 1) * p.channels;
  for (std::int64_t* size : {&p.length, &p.channels, &p.width, &p.x_stride.row, &p.y_stride.row}) Spoil(choices, size);
  Comparison<ssm::CausalConv1dParams>{"CausalConv1d", ssm::CausalConv1d, &ssm::CausalConv1dParams::s}.Run(p, y, s, tensors.comparable(), SharedThreads(1 + choices->Below(3)));
}

void Dual(Choices* choices) {
  ssm::StateSpaceDualParams p;
  p.batch = choices->Below(4);
  p.length = choices->Size();
  p.heads = choices->Size();
  p.channels = choices->Size();
  p.state = choices->Size();
  p.groups = 1 + choices->Below(3);
  if (p.batch * p.length * p.heads * p.channels * p.state > kMostWork) return;
  Tensors tensors(choices);
  p.x = tensors.Rows(p.batch, p.length, p.heads * p.channels, &p.x_stride);
  p.dt = tensors.Rows(p.batch, p.length, p.heads, &p.dt_stride);
  p.A = tensors.Dense(p.heads, -1, 0);
  p.B = tensors.Rows(p.batch, p.length, p.groups * p.state, &p.B_stride);
  p.C = tensors.Rows(p.batch, p.length, p.groups * p.state, &p.C_stride);
  p.D = tensors.Optional(p.heads);
  if (choices->Coin()) p.z = tensors.Rows(p.batch, p.length, p.heads * p.channels, &p.z_stride);
  p.dt_bias = tensors.Optional(p.heads);
  p.h0 = tensors.Optional(p.batch * p.heads * p.channels * p.state);
  p.dt_softplus = choices->Coin();
  p.reverse = choices->Coin();
  const std::int64_t y = OutputRows(p.batch, p.length, p.heads * p.channels, choices, &p.y_stride);
  const std::int64_t h = p.batch * p.heads * p.channels * p.state;
  for (std::int64_t* size : {&p.length, &p.heads, &p.channels, &p.state, &p.groups, &p.x_stride.row, &p.dt_stride.row, &p.y_stride.row}) Spoil(choices, size);
  Comparison<ssm::StateSpaceDualParams>{"StateSpaceDual", ssm::StateSpaceDual, &ssm::StateSpaceDualParams::h}.Run(p, y, h, tensors.comparable(), SharedThreads(1 + choices->Below(3)));
}

void Norm(Choices* choices) {
  ssm::GatedRmsNormParams p;
  p.batch = choices->Below(4);
  p.length = choices->Size();
  p.channels = choices->Size();
  p.groups = 1 + choices->Below(3);
  if (p.batch * p.length * p.channels > kMostWork) return;
  Tensors tensors(choices);
  p.x = tensors.Rows(p.batch, p.length, p.channels, &p.x_stride);
  p.weight = tensors.Dense(p.channels);
  if (choices->Coin()) p.z = tensors.Rows(p.batch, p.length, p.channels, &p.z_stride);
  p.norm_before_gate = choices->Coin();
  const std::int64_t y = OutputRows(p.batch, p.length, p.channels, choices, &p.y_stride);
  for (std::int64_t* size : {&p.length, &p.channels, &p.groups, &p.x_stride.row, &p.z_stride.row, &p.y_stride.row}) Spoil(choices, size);
  Comparison<ssm::GatedRmsNormParams>{"GatedRmsNorm", ssm::GatedRmsNorm}.Run(p, y, 0, tensors.comparable(), SharedThreads(1 + choices->Below(3)));
}

void Mixing(Choices* choices) {
  ssm::WkvParams p;
  p.version = choices->Coin() ? ssm::WkvVersion::kRwkv6 : ssm::WkvVersion::kRwkv7;
  p.batch = choices->Below(4);
  p.length = choices->Size();
  p.heads = choices->Size();
  p.channels = choices->Size();
  if (p.batch * p.length * p.heads * p.channels * p.channels > kMostWork) return;
  Tensors tensors(choices);
  const auto rows = [&](ssm::Strides* strides) { return tensors.Rows(p.batch, p.length, p.heads * p.channels, strides); };
  p.r = rows(&p.r_stride);
  p.w = rows(&p.w_stride);
  p.k = rows(&p.k_stride);
  p.v = rows(&p.v_stride);
  p.u = tensors.Dense(p.heads * p.channels);
  p.kappa = rows(&p.kappa_stride);
  p.a = rows(&p.a_stride);
  const std::int64_t s = p.batch * p.heads * p.channels * p.channels;
  p.s0 = tensors.Optional(s);
  p.reverse = choices->Coin();
  const std::int64_t y = OutputRows(p.batch, p.length, p.heads * p.channels, choices, &p.y_stride);
  for (std::int64_t* size : {&p.length, &p.heads, &p.channels, &p.r_stride.row, &p.a_stride.row, &p.y_stride.row}) Spoil(choices, size);
  Comparison<ssm::WkvParams>{"Wkv", ssm::Wkv, &ssm::WkvParams::s}.Run(p, y, s, tensors.comparable(), SharedThreads(1 + choices->Below(3)));
}

}  // namespace

void FuzzStrides(const std::uint8_t* bytes, std::size_t size) {
  Choices choices(bytes, size);
  switch (choices.Below(5)) {
    case 0: return Scan(&choices);
    case 1: return Convolution(&choices);
    case 2: return Norm(&choices);
    case 3: return Mixing(&choices);
    default: return Dual(&choices);
  }
}

}  // namespace ssm_fuzz
