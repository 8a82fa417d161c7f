#include "ops/diagonal_state_space/diagonal_state_space.h"

#include <new>
#include <optional>

#include "ops/diagonal_state_space/diagonal_plan.h"
#include "runtime/isa_list.h"
#include "runtime/validate.h"

namespace ssm {

#define SSM_DECLARE(enumerator, name)                                                                                            \
  namespace name {                                                                                                               \
  int DiagonalStateSpaceWidth();                                                                                                 \
  Status RunDiagonalStateSpace(const DiagonalStateSpaceParams& params, const DiagonalPlan& plan, const Parallel& parallel);      \
  }
SSM_SIMD_ISAS(SSM_DECLARE)
#undef SSM_DECLARE

namespace {

Status Unequal(const char* name, std::int64_t got, const char* meaning, std::int64_t expected) {
  return Status::InvalidArgument("DiagonalStateSpace: %s is %lld, expected %s, %lld", name, static_cast<long long>(got), meaning, static_cast<long long>(expected));
}

Status ValidateForm(const DiagonalStateSpaceParams& p) {
  if (p.b_parts < 1 || p.b_parts > 2) return Status::InvalidArgument("DiagonalStateSpace: input B has %lld parts, expected 1 (real) or 2 (complex)", static_cast<long long>(p.b_parts));
  if (p.c_parts < 1 || p.c_parts > 2) return Status::InvalidArgument("DiagonalStateSpace: input C has %lld parts, expected 1 (real) or 2 (complex)", static_cast<long long>(p.c_parts));
  if (p.bank()) {
    if (p.groups != p.inputs) return Unequal("the number of groups in A", p.groups, "as many as x has channels, for input B is absent", p.inputs);
    if (p.outputs != p.inputs) return Unequal("the first size of C", p.outputs, "as many as x has channels, for input B is absent", p.inputs);
  } else if (p.groups != 1) {
    return Unequal("the number of groups in A", p.groups, "one state for all channels, for input B is given", 1);
  }
  if (p.D && p.outputs != p.inputs) return Unequal("the first size of C", p.outputs, "as many as x has channels, for input D is given", p.inputs);
  if (p.dt && p.discretization == Discretization::kNone) {
    return Status::InvalidArgument("DiagonalStateSpace: input dt is given, expected none where A holds discrete poles; name a discretization");
  }
  return Status::Ok();
}

Status Validate(const DiagonalStateSpaceParams& p) {
  Validator check("DiagonalStateSpace");
  check.AtLeast("batch", p.batch, 0);
  check.AtLeast("length", p.length, 0);
  check.AtLeast("inputs", p.inputs, 1);
  check.AtLeast("outputs", p.outputs, 1);
  check.AtLeast("state", p.state, 1);
  check.Present("A", p.A);
  check.Present("C", p.C);
  if (p.batch > 0 && p.length > 0) {
    check.Rows("x", p.x, p.x_stride, p.inputs);
    check.Rows("y", p.y, p.y_stride, p.outputs);
  }
  return check.status().ok() ? ValidateForm(p) : check.status();
}

int WidthOf(Isa isa) {
  switch (isa) {
#define SSM_WIDTH(enumerator, name) \
  case Isa::enumerator: return name::DiagonalStateSpaceWidth();
    SSM_SIMD_ISAS(SSM_WIDTH)
#undef SSM_WIDTH
    default: return 1;
  }
}

}  // namespace

Status MakeDiagonalPlan(const DiagonalStateSpaceParams& params, Isa isa, std::unique_ptr<DiagonalPlan>* plan) {
  DiagonalStateSpaceParams weights = params;
  weights.batch = 0;  // nothing to read or write
  const Status valid = Validate(weights);
  if (!valid.ok()) return valid;
  plan->reset(new (std::nothrow) DiagonalPlan(params, WidthOf(isa)));
  if (!*plan) return Status::OutOfMemory("DiagonalStateSpace", sizeof(DiagonalPlan));
  return (*plan)->ok() ? Status::Ok() : Status::OutOfMemory("DiagonalStateSpace", (*plan)->bytes());
}

Status DiagonalStateSpace(const DiagonalStateSpaceParams& params, const Parallel& parallel, Isa isa) {
  const Status valid = Validate(params);
  if (!valid.ok()) return valid;
  if (!IsaSupported(isa)) return UnsupportedIsa("DiagonalStateSpace", isa);
  if (params.batch == 0) return Status::Ok();
  if (isa == Isa::kReference) {
    SetLastIsa(Isa::kReference);
    return DiagonalStateSpaceReference(params);
  }
  std::optional<DiagonalPlan> made;
  const DiagonalPlan* plan = params.plan;
  if (!plan || plan->width() != WidthOf(isa)) {
    plan = &made.emplace(params, WidthOf(isa));
    if (!plan->ok()) return Status::OutOfMemory("DiagonalStateSpace", plan->bytes());
  }
  switch (isa) {
#define SSM_RUN(enumerator, name) \
  case Isa::enumerator: return name::RunDiagonalStateSpace(params, *plan, parallel);
    SSM_SIMD_ISAS(SSM_RUN)
#undef SSM_RUN
    default: return UnsupportedIsa("DiagonalStateSpace", isa);
  }
}

}  // namespace ssm
